import errno
import os
import signal
import threading

import pytest

from core.factoring.mathematics.curves.bounds import Bounds, bounds_of
from workers.factoring.curves import BatchOrder, EcmFailed, FoundFactor, run_batch

FACTOR = 1_000_000_000_039
WITH_A_FACTOR = str(FACTOR * (10**40 + 121))
WITHOUT_ONE_TO_BE_FOUND = str((10**49 + 9) * (10**50 + 151))


def order(**changes):
    ordered = {"number": WITHOUT_ONE_TO_BE_FOUND, "b1": 2000, "b2": None, "param": 1, "curves": 5} | changes
    return BatchOrder(**ordered)


@pytest.mark.parametrize("param", [0, 1, 2, 3])
def test_every_curve_of_a_batch_is_reported_with_its_residue(ecm, param):
    with run_batch(ecm, order(param=param)) as batch:
        followed = list(batch)
        result = batch.result()
    assert [(curve.terms.param, curve.sigma) for curve in followed] == [(param, sigma) for sigma in result.sigmas]
    assert len(set(result.sigmas)) == result.curves == 5
    assert len(result.checksums) == 5
    assert None not in result.checksums
    assert (result.factors, set(result.reached), result.program) == ((), {Bounds(2000, -1, param)}, "gmp-ecm")
    assert result.program_version[0] == "7"
    assert result.cpu_seconds > 0


@pytest.mark.parametrize("b2", [0, 50_000])
def test_the_b2_that_was_ordered_is_run(ecm, b2):
    with run_batch(ecm, order(b2=b2)) as batch:
        assert {curve.terms.b2 for curve in batch} == {b2}
        assert set(batch.result().reached) == {bounds_of(2000, b2, 1)}


def test_the_first_factor_ends_the_batch_and_its_curve_counts(ecm):
    with run_batch(ecm, order(number=WITH_A_FACTOR, curves=5000)) as batch:
        result = batch.result()
    assert result.factors == (FoundFactor(str(FACTOR), result.sigmas[-1]),)
    assert result.curves == len(result.sigmas) < 5000
    assert None not in result.checksums[:-1]
    assert result.checksums[-1] is None


def test_finding_the_number_itself_is_a_curve_and_no_factor(ecm):
    with run_batch(ecm, order(number=str(103 * 149), b2=0)) as batch:
        result = batch.result()
    assert (result.curves, len(result.sigmas), result.factors, result.checksums) == (1, 1, (), (None,))


def test_two_is_a_factor_without_a_curve(ecm):
    with run_batch(ecm, order(number=str(2 * 10**40 + 6))) as batch:
        result = batch.result()
    assert (result.curves, result.sigmas, result.factors) == (0, (), (FoundFactor("2", None),))


def test_a_stopped_batch_reports_the_curves_that_were_finished(ecm):
    with run_batch(ecm, order(curves=1_000_000)) as batch:
        for count, _ in enumerate(batch, start=1):
            if count == 7:
                batch.stop()
        result = batch.result()
    assert 7 <= result.curves == len(result.sigmas) == len(result.checksums) < 1_000_000
    assert None not in result.checksums[:6]


def test_a_curve_that_would_take_an_hour_is_stopped_from_another_thread(ecm):
    with run_batch(ecm, order(b1=10**9)) as batch:
        stopper = threading.Thread(target=batch.stop)
        stopper.start()
        result = batch.result()
        stopper.join()
    assert (result.curves, result.sigmas, result.factors) == (0, (), ())


def test_stopping_a_batch_that_is_over_changes_nothing(ecm):
    with run_batch(ecm, order()) as batch:
        result = batch.result()
        batch.stop()
        assert batch.result() == result


def test_leaving_a_batch_early_ends_the_program_and_removes_its_files(ecm):
    with run_batch(ecm, order(b1=10**9)) as batch:
        directory = batch.save_file.parent
        assert directory.exists()
    assert not directory.exists()
    assert batch._process.returncode == -signal.SIGKILL


def test_the_curves_before_a_failure_are_not_lost(ecm):
    with run_batch(ecm, order(curves=1_000_000)) as batch:
        next(iter(batch))
        os.kill(batch._process.pid, signal.SIGKILL)
        with pytest.raises(EcmFailed, match=r"GMP-ECM was ended by signal 9\.") as failure:
            batch.result()
    assert failure.value.result.curves >= 1


def test_what_gmp_ecm_says_of_its_failure_is_told(ecm):
    with (
        run_batch(ecm, order(param=7)) as batch,
        pytest.raises(EcmFailed, match=r"GMP-ECM failed: Error, invalid parametrization\.") as failure,
    ):
        batch.result()
    assert failure.value.result.curves == 0


@pytest.mark.parametrize("factor", ["12345", "1", "0"])
def test_a_printed_factor_that_does_not_divide_the_number_is_a_fault_and_its_curve_is_none(tmp_path, factor):
    program = tmp_path / "ecm"
    printed = [
        "GMP-ECM 7.0.6 [configured with GMP 6.3.0] [ECM]",
        f"Input number is {WITHOUT_ONE_TO_BE_FOUND} (100 digits)",
        "Using B1=2000, B2=147396, polynomial x^1, sigma=1:42",
        "Step 1 took 5ms",
        "Step 2 took 5ms",
        "Run 2 out of 5:",
        "Using B1=2000, B2=147396, polynomial x^1, sigma=1:43",
        "Step 1 took 5ms",
        f"********** Factor found in step 1: {factor}",
    ]
    program.write_text("#!/bin/sh\ncat <<'END'\n" + "\n".join(printed) + "\nEND\nexit 8\n")
    program.chmod(0o755)
    with (
        run_batch(str(program), order()) as batch,
        pytest.raises(EcmFailed, match=f"printed the factor {factor}, which does not divide") as failure,
    ):
        batch.result()
    assert failure.value.result.sigmas == ("42",)
    assert failure.value.result.factors == ()


def test_a_damaged_save_file_is_told_and_the_curves_still_count(ecm):
    with run_batch(ecm, order()) as batch:
        assert len(list(batch)) == 5
        saved = batch.save_file.read_text()
        batch.save_file.write_text(saved.replace("PARAM=1", "PARAM=2", 1))
        with pytest.raises(EcmFailed, match=r"damaged save file\. Line 1: CHECKSUM=") as failure:
            batch.result()
    assert failure.value.result.checksums == (None,) * 5


def test_a_program_that_is_not_there_is_told(tmp_path):
    with (
        run_batch(str(tmp_path / "ecm"), order()) as batch,
        pytest.raises(EcmFailed, match=r"not found|FileNotFoundError"),
    ):
        batch.result()


def test_ctrl_c_at_the_worker_does_not_reach_the_program(ecm):
    with run_batch(ecm, order(b1=10**9)) as batch:
        assert os.getpgid(batch._process.pid) == batch._process.pid != os.getpgid(0)


def test_the_number_is_given_in_full_whatever_its_size(ecm):
    number = "1" + "0" * 4999 + "9"
    with run_batch(ecm, order(number=number, b1=100, b2=0, curves=1)) as batch:
        result = batch.result()
    assert result.curves == 1


def test_above_30_machine_words_the_b2_that_was_run_is_told(ecm):
    with run_batch(ecm, order(number=str((2**2203 - 1) * (10**30 + 57)), b1=100, curves=1)) as batch:
        result = batch.result()
    (reached,) = result.reached
    assert (reached.b1, reached.param) == (100, 1)
    assert reached.b2 > 100, "it is another than for small numbers, and not called the default"


def test_a_curve_that_found_something_in_stage_1_is_told_without_a_stage_2(ecm):
    with run_batch(ecm, order(number=WITH_A_FACTOR, b1=11_000, curves=5000)) as batch:
        curves = list(batch)
        result = batch.result()
    assert result.reached[-1] == Bounds(11_000, 0 if curves[-1].stages == 1 else -1, 1)
    assert set(result.reached[:-1]) <= {Bounds(11_000, -1, 1)}


def test_a_batch_that_nothing_can_watch_over_is_ended(tmp_path, monkeypatch):
    program = tmp_path / "ecm"
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    watched = []

    def guard(group):
        watched.append(group)
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))  # there are as many processes as there may be

    monkeypatch.setattr("workers.factoring.curves.Guard", guard)
    with pytest.raises(BlockingIOError), run_batch(str(program), order()):
        pass
    with pytest.raises(ProcessLookupError):
        os.killpg(watched[0], 0)
