"""What real GMP-ECMs save: read as they read it, with the number, the curve and the checksum that they mean."""

import subprocess

import pytest

from core.factoring.formats.residues.lines import read_residues
from core.factoring.formats.residues.sifting import Sieve
from core.factoring.notation.gmp_ecm import gmp_ecm_number
from tests.real.gmp_ecms import both_builds, run

A = (10**30 + 57) * (10**31 + 33)


def saved(ecm, path, *options, numbers=A, b1=200):
    run(ecm, *options, "-savea", path, b1, 0, numbers=numbers)
    return path.read_bytes().splitlines(keepends=True)


@both_builds
@pytest.mark.parametrize(
    "spelled",
    [
        "(100!7+1)/719",
        "Phi(137,2)",
        "10^2^4*10^35+9",
        "-2^2+10^40+3",
        "2^4!+10^30",
        "13!!*10^21+17",
        "[10^30+57]*{10^31+33}",
        "10^40%10^39+10^41+9",
        "3.10^40+7",
        "100#7*10^5+1",
        "0x1f*10^40+3",
        "U(1,-1,211)",
        "primU(3,1,61)",
        "10^4 0+7*10^3+1",
        "7*-3+10^30",
        "5!^20+7",
        "-(7)^2+10^33",
    ],
)
def test_a_number_is_read_as_gmp_ecm_reads_it(ecm, spelled, tmp_path):
    """A line's CHECKSUM is of the number, whatever was typed; with so low a bound hardly a curve finds anything."""
    (residue,) = read_residues(saved(ecm, tmp_path / "saved", "-sigma", "1:12", numbers=spelled, b1=2), 1000)
    assert residue.checksum is not None
    assert gmp_ecm_number(spelled, 1000) % int(residue.number) == 0


@both_builds
@pytest.mark.parametrize(
    ("sigma", "param", "known_as"),
    [
        ("0:123456789012345678901234567890", 0, "123456789012345678901234567890"),
        ("1:-7", 1, "7"),
        ("2:99999999999999999999999", 2, "99999999999999999999999"),
        ("3:4294967295", 3, "4294967295"),
    ],
)
def test_a_sigma_is_read_whole(ecm, sigma, param, known_as, tmp_path):
    (residue,) = read_residues(saved(ecm, tmp_path / "saved", "-sigma", sigma), 1000)
    assert (residue.param, residue.sigma) == (param, known_as)


@both_builds
def test_the_file_that_is_kept_is_resumed_to_its_end_where_the_one_that_came_is_not(ecm, tmp_path):
    path = tmp_path / "saved"
    saved(ecm, path, "-sigma", "1:7")
    saved(ecm, path, "-sigma", "1:8", numbers=15347)  # a curve that finds all of it
    path.write_bytes(path.read_bytes().replace(b"N=15347;", b"N=1;"))
    lines = saved(ecm, path, "-sigma", "1:9")
    sieve = Sieve(1000, None)
    kept = list(sieve.sift(lines))
    assert [line.partition(b"B1=")[0][-10:] for line in kept] == [b"SIGMA=7; ", b"SIGMA=9; "] or len(kept) == 2
    assert [bad.line for bad in sieve.bad_lines] == [2]
    path.write_bytes(b"".join(kept))
    assert run(ecm, "-resume", path, 200).count("Step 2 took") == 2


@both_builds
@pytest.mark.parametrize("options", [("-torsion", "Z5", "-sigma", "2"), ("-A", "7", "-x0", "3")])
def test_a_curve_given_by_a_coefficient_is_named_as_such(ecm, options, tmp_path):
    sieve = Sieve(1000, None)
    lines = saved(ecm, tmp_path / "saved", "-sigma", "1:7") + saved(ecm, tmp_path / "other", *options)
    list(sieve.sift(lines))
    assert [(bad.line, bad.fault) for bad in sieve.bad_lines] == [
        (2, "the curve is given by A, which can't be credited; SIGMA is needed.")
    ]


@both_builds
def test_a_checkpoint_has_no_sigma_and_is_named(ecm, tmp_path):
    path = tmp_path / "checkpoint"
    subprocess.run(
        [ecm, "-param", "0", "-chkpnt", path, "2000", "0"],
        input=f"{A}\n",
        text=True,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    sieve = Sieve(1000, None)
    list(sieve.sift(saved(ecm, tmp_path / "saved", "-sigma", "0:7") + path.read_bytes().splitlines(keepends=True)))
    assert len(sieve.bad_lines) == 1
