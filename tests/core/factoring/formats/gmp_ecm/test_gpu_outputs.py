"""What outputs of GMP-ECM with a GPU count for.

It is not to be had as a package; the print statements stand in cudawrapper.c, gpu.c and cgbn_stage1.cu of GMP-ECM 7.0.0 to
7.0.5 and of its present source.
"""

import pytest

from core.factoring.mathematics.curves.bounds import Bounds
from tests.core.factoring.formats.gmp_ecm.counted import P9, A, credited

GPU = """\
GMP-ECM 7.0.5 [configured with GMP 6.2.1, --enable-asm-redc, --enable-gpu] [ECM]
Input number is {number} ({digits} digits)
Using B1=250000, B2=128992510, sigma={sigmas} (512 curves)
{found}Computing 512 Step 1 took 53ms of CPU time / 5500ms of GPU time
{stage_2}{outcome}"""
FOUND = "GPU: factor 1000000007 found in Step 1 with curve 17 (-sigma 3:2017)\n"
OUTCOME = "********** Factor found in step 1: 1000000007\nFound prime factor of 10 digits: 1000000007\n"
gpu_releases = pytest.mark.parametrize("sigmas", ["3:2000-3:2511", "3:2000-2511"], ids=["to 7.0.4", "since 7.0.5"])


def gpu(sigmas, *, found="", stage_2="", outcome=""):
    number = P9 * A
    return GPU.format(
        number=number, digits=len(str(number)), sigmas=sigmas, found=found, stage_2=stage_2, outcome=outcome
    )


@gpu_releases
def test_a_gpu_batch_that_found_something_in_stage_1_is_stage_1_only_and_names_the_curve(sigmas):
    (only,) = credited(gpu(sigmas, found=FOUND, outcome=OUTCOME), P9 * A, curves=512)
    assert (only.bounds, only.curves, len(only.sigmas)) == (Bounds(250000, 0, 3), 512, 512)
    assert [(claim.factor, claim.sigma) for claim in only.claims] == [("1000000007", "2017")]


@gpu_releases
def test_a_gpu_batch_with_its_stage_2_is_whole(sigmas):
    text = gpu(sigmas, stage_2="Computing 512 Step 2 on CPU took 12345ms\n")
    assert [(r.bounds, r.curves) for r in credited(text, P9 * A, curves=512)] == [(Bounds(250000, -1, 3), 512)]


@gpu_releases
def test_of_a_gpu_batch_that_was_stopped_in_stage_2_stage_1_counts(sigmas):
    assert [(r.bounds, r.curves) for r in credited(gpu(sigmas), P9 * A, curves=512)] == [(Bounds(250000, 0, 3), 512)]
