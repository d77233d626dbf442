"""P-1 and P+1 that are stopped, paused or ended, and gone on with where they come again."""

import threading
import time
from pathlib import Path

import msgspec
import pytest
from gmpy2 import is_prime, mpz, next_prime

from core.timestamps import SECOND, to_iso
from tests.real.gmp_ecms import both_builds
from tests.waiting import until
from workers.display import LogLines
from workers.executors import Desk, Seat, WorkFailed
from workers.factoring import beside
from workers.factoring.begun import BegunRuns
from workers.factoring.beside import RunBeside
from workers.factoring.curves import BatchOrder
from workers.factoring.gmp_ecm import Binary
from workers.halting import Halt
from workers.lease import LeaseStatus
from workers.wire.courier import Courier
from workers.wire.spool import Spool

Q = next_prime(mpz(10) ** 60)
WITHOUT_A_FACTOR = str(Q * next_prime(mpz(10) ** 61))
B1 = {"pm1": 10_000_000, "pp1": 2_000_000}
METHODS = {"pm1": "P-1", "pp1": "P+1"}


def smooth_but_for(*primes):
    """Return a prime p of which p - 1 has these prime factors, and small ones."""
    step = mpz(2)
    for prime in primes:
        step *= prime
    return next(int(step * small + 1) for small in range(1, 10_000) if is_prime(step * small + 1))


FACTORS = {"pm1": smooth_but_for(50_021, 9_999_991), "pp1": 4_277_202_491_971}
"""Of 4277202491971 p - 1 has the prime 1,346,951, p + 1 has 1,942,943, and each else small ones: P+1 takes one of the two."""


class Coordinator:
    """Takes everything, and remembers it."""

    def __init__(self):
        self.reports = []
        self.handed_back = []

    def call(self, method, _, answer, *, query=None, body=None, **__):
        if method == "POST":
            self.reports.append(msgspec.json.decode(body))
            return answer(b"{}")
        if method == "DELETE":
            self.handed_back.append(query["reason"])
        return LeaseStatus("updated", _in_a_minute())


def _in_a_minute():
    return to_iso(int((time.time() + 60) * SECOND))


class Machine:
    """A worker's machine: its spool directory stays from run to run."""

    def __init__(self, directory, monkeypatch):
        self.coordinator = Coordinator()
        self.directory = directory
        self.begun = BegunRuns(directory / "begun")
        self.gone_on_with, self.bounds = [], []
        usual = beside.run_batch

        def seen(program, order, begun=None):
            self.gone_on_with.append(begun is not None)
            self.bounds.append(order.b1)
            return usual(program, order, begun)

        monkeypatch.setattr(beside, "run_batch", seen)

    def run(self, ecm, number, method="pm1", b1=B1["pm1"], b2=0, stop_when=lambda: False):
        """Make a run, which is told to stop when something is so."""
        stopping, over = Halt(), threading.Event()
        desk = Desk(self.coordinator, Courier(Spool(self.directory), self.coordinator), "me")
        order = BatchOrder(number, b1, b2, 1, 1, method=method)
        run = RunBeside("w", order, _in_a_minute(), desk, Binary(Path(ecm), "7", "PATH"), Seat(1, stopping, LogLines()))
        stopper = threading.Thread(target=lambda: until(lambda: over.is_set() or stop_when()) and stopping.set())
        stopper.start()
        try:
            run.run()
        finally:
            over.set()
            stopper.join()

    def b1(self, number, method="pm1"):
        """How far a run was brought that is not over."""
        begun = self.begun.of(number, METHODS[method])
        return None if begun is None else begun.b1


@pytest.fixture
def machine(tmp_path, monkeypatch):
    return Machine(tmp_path, monkeypatch)


@pytest.fixture
def in_slices(monkeypatch):
    monkeypatch.setattr(RunBeside, "_width", lambda self: self._order.b1 // 5)


@both_builds
@pytest.mark.parametrize("method", ["pm1", "pp1"])
def test_a_stage_1_that_is_stopped_is_gone_on_with_where_it_comes_again(machine, in_slices, ecm, method):
    """Found is a factor whose order has primes of the first part and one of the second, if neither is lost."""
    number = str(FACTORS[method] * Q)
    machine.run(ecm, number, method, B1[method], stop_when=lambda: machine.b1(number, method))
    assert (machine.coordinator.reports, machine.coordinator.handed_back) == ([], ["the worker stops"])
    assert 50_021 < machine.b1(number, method) < B1[method]
    machine.gone_on_with.clear()
    machine.run(ecm, number, method, B1[method])
    assert all(machine.gone_on_with)
    (report,) = machine.coordinator.reports
    assert (report["method"], report["b2"]) == (method, 0)
    assert report["b1"] in machine.bounds, "what is found in a slice was run up to there"
    assert report["factors_found"] == [str(FACTORS[method])]
    assert machine.b1(number, method) is None


@both_builds
def test_a_stage_2_that_is_stopped_is_begun_again_without_its_stage_1(machine, ecm):
    machine.run(ecm, WITHOUT_A_FACTOR, b1=20_000, b2=10**13, stop_when=lambda: machine.b1(WITHOUT_A_FACTOR))
    assert machine.coordinator.handed_back == ["the worker stops"]
    assert machine.b1(WITHOUT_A_FACTOR) == 20_000
    machine.gone_on_with.clear()
    machine.run(ecm, WITHOUT_A_FACTOR, b1=20_000, b2=None)
    (report,) = machine.coordinator.reports
    assert (report["b1"], report["b2"], report["factors_found"]) == (20_000, None, [])
    assert machine.gone_on_with == [True]


@both_builds
def test_what_was_run_farther_than_is_wanted_serves(machine, ecm):
    machine.run(ecm, WITHOUT_A_FACTOR, b1=50_000, b2=10**13, stop_when=lambda: machine.b1(WITHOUT_A_FACTOR))
    machine.run(ecm, WITHOUT_A_FACTOR, b1=20_000, b2=0)
    (report,) = machine.coordinator.reports
    assert (report["b1"], report["b2"]) == (50_000, 0)


@both_builds
def test_a_number_found_as_a_whole_leaves_nothing_to_go_on_with(machine, ecm):
    machine.run(ecm, str(103 * 149), b1=2_000, b2=None)
    (report,) = machine.coordinator.reports
    assert (report["b1"], report["b2"], report["factors_found"]) == (2_000, 0, [])


def test_a_residue_that_is_damaged_or_of_another_run_is_not_gone_on_with(machine, ecm):
    machine.run(ecm, WITHOUT_A_FACTOR, b1=20_000, b2=10**13, stop_when=lambda: machine.b1(WITHOUT_A_FACTOR))
    (kept,) = machine.directory.glob("begun/*")
    whole = kept.read_bytes()
    assert machine.begun.of(WITHOUT_A_FACTOR, "P+1") is None
    for damaged in (whole[:-1], whole.replace(b"B1=20000", b"B1=90000"), b"", b"METHOD=P-1\n", b"\xff\n"):
        kept.write_bytes(damaged)
        assert machine.begun.of(WITHOUT_A_FACTOR, "P-1") is None
        assert not kept.exists()
    kept.write_bytes(whole)
    kept.rename(other := kept.with_name(kept.name.replace("P-1", "P+1")))
    assert machine.begun.of(WITHOUT_A_FACTOR, "P+1") is None
    assert not other.exists()


def test_only_what_was_run_farther_is_kept_and_what_nobody_goes_on_with_is_forgotten(
    machine, ecm, tmp_path, monkeypatch
):
    machine.run(ecm, WITHOUT_A_FACTOR, b1=20_000, b2=10**13, stop_when=lambda: machine.b1(WITHOUT_A_FACTOR))
    (kept,) = machine.directory.glob("begun/*")
    saved = tmp_path / "saved"
    saved.write_bytes(kept.read_bytes())
    assert not machine.begun.keep(WITHOUT_A_FACTOR, "P-1", saved, 20_000)
    assert not machine.begun.keep(WITHOUT_A_FACTOR, "P-1", tmp_path / "none", 0)
    stale = kept.with_name("P-1-0.residue")
    stale.write_bytes(b"")
    in_a_month = time.time() + 31 * 86_400
    monkeypatch.setattr(time, "time", lambda: in_a_month)
    assert machine.begun.keep(WITHOUT_A_FACTOR, "P-1", saved, 0)
    assert [path.name for path in machine.directory.glob("begun/*")] == [kept.name]


@both_builds
def test_powers_of_small_primes_are_run_in_whichever_slice_they_are(machine, in_slices, ecm):
    """The first powers of these are in the first of five slices, and the last in the third."""
    for power in (1_009**2, 101**3):
        factor = next(power * 2 * small + 1 for small in range(1, 1_000) if is_prime(power * 2 * small + 1))
        machine.run(ecm, str(factor * Q), b1=2_100_000)
        assert machine.coordinator.reports.pop()["factors_found"] == [str(factor)]


def test_a_slice_is_of_a_minute_nominally(machine, ecm, monkeypatch):
    """Of a run of 150 seconds each slice has two fifths, and the last what is left; then comes stage 2."""
    monkeypatch.setattr(beside, "beside_microseconds", lambda *_: 150 * SECOND)
    machine.run(ecm, WITHOUT_A_FACTOR, b1=100_000)
    assert machine.bounds == [40_000, 80_000, 100_000, 100_000]


def test_a_program_that_can_not_go_on_is_not_asked_to_again(machine, ecm, tmp_path, in_slices):
    machine.run(ecm, WITHOUT_A_FACTOR, stop_when=lambda: machine.b1(WITHOUT_A_FACTOR))
    failing = tmp_path / "ecm"
    failing.write_text("#!/bin/sh\necho 'the residue is of no use'\nexit 1\n")
    failing.chmod(0o755)
    with pytest.raises(WorkFailed, match="of no use"):
        machine.run(failing, WITHOUT_A_FACTOR)
    assert machine.b1(WITHOUT_A_FACTOR) is None
    assert machine.coordinator.handed_back == ["the worker stops", "GMP-ECM failed"]
