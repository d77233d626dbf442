"""Runs curves: asks for an assignment, has GMP-ECM run it in slices, and hands in every slice with all its sigmas.

A curve of somebody else that is to be checked comes first; see `workers.factoring.checking`.

A slice is a process of GMP-ECM and a result of its own, of some five minutes: that much is lost when the machine stops.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import structlog

from core.bigint import abbreviate
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.prospects.cost import curves_within
from core.refusals import Refusal
from workers.executors import Desk, Seat, WorkFailed
from workers.factoring.beside import RunBeside
from workers.factoring.checking import CurveToCheck, ask_for_check, check_curve
from workers.factoring.curves import BatchOrder, BatchResult, EcmFailed, run_batch
from workers.factoring.gmp_ecm import Binary, NoGmpEcm, find_binary
from workers.halting import Halt
from workers.lease import GMP_ECM_FAILED, LEAST_SECONDS, PAUSE_SECONDS, PAUSED, STOPS, Holding, KeptLease, LeaseStatus

_WORK = "/api/v1/work"
_RESULTS = "/api/v1/results/ecm"

_SLICE_SECONDS = 300
_NUMBERS = 16
"""So many short assignments are taken at once: each lasts no longer than it takes to ask for one."""
_MOST_CURVES = 1_500
"""In a slice: with a sigma of 20 digits and a checksum each, more would not fit into an event of 64 KiB."""
_NOMINAL_SPEED = 1_000

_log = structlog.get_logger(__name__)


class Assignment(msgspec.Struct, frozen=True):
    """Curves to run, as the coordinator puts it; `b2` None is GMP-ECM's default. What is `further` comes after them."""

    work_id: str
    composite: str
    digit_length: int
    b1: int
    b2: int | None
    curves: int
    parametrization: int
    expires_at: str
    method: str = "ecm"
    further: tuple["Assignment", ...] = ()


class FactoringExecutor:
    """Runs curves with the fastest GMP-ECM on this machine; finding out which that is takes a second for each.

    Raises:
        Refusal: there is none.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        try:
            binary = find_binary()
        except NoGmpEcm as lack:
            raise Refusal(str(lack)) from None
        self._binary = binary
        _log.info("gmp_ecm_chosen", path=str(binary.path), version=binary.version, source=binary.source)

    def ask(self, key: str, wait: float) -> Assignment | CurveToCheck | None:
        """Ask for a curve to check, or an assignment. Each is run on one core, which is what the coordinator is told of."""
        return ask_for_check(self._desk, key) or self._ask_for_curves(key, wait)

    def _ask_for_curves(self, key: str, wait: float) -> Assignment | None:
        query: dict[str, str | float] = {
            "client_id": self._desk.client,
            "wait": wait,
            "cores": 1,
            "lease_seconds": LEAST_SECONDS,
            "beside": "true",
            "numbers": _NUMBERS,
        }
        query |= self._desk.ending.said()
        answer = self._desk.coordinator.call("GET", f"{_WORK}/request", dict[str, Any], query=query, key=key, wait=wait)
        return None if answer["work_id"] is None else msgspec.convert(answer, Assignment)

    def perform(self, work: Assignment | CurveToCheck, seat: Seat) -> None:
        """Do what was assigned, one after the other.

        Curves are run until all are done, a factor is found, the worker stops, or the assignment has ended.

        Raises:
            WorkFailed: GMP-ECM failed; the assignments behind that one are handed back.
        """
        if isinstance(work, CurveToCheck):
            check_curve(work, self._desk, self._binary, seat)
            return
        waiting = deque(self._undertaking(one, seat) for one in (work, *work.further))
        for one in waiting:
            one.lease.begin()
        not_begun = STOPS
        try:
            while waiting and not seat.stopping.is_set():
                waiting.popleft().run()
        except WorkFailed:
            not_begun = GMP_ECM_FAILED
            raise
        finally:
            for one in waiting:
                with one.lease:
                    one.holding.hand_back(not_begun)

    def _undertaking(self, work: Assignment, seat: Seat) -> "_Undertaking | RunBeside":
        if work.method == "ecm":
            return _Undertaking(work, self._desk, self._binary, seat)
        order = BatchOrder(work.composite, work.b1, work.b2, work.parametrization, 1, method=work.method)
        return RunBeside(work.work_id, order, work.expires_at, self._desk, self._binary, seat)


class _Undertaking:
    """One assignment, from the first curve to the last."""

    def __init__(self, work: Assignment, desk: Desk, binary: Binary, seat: Seat) -> None:
        self._work = work
        self._desk = desk
        self._program = str(binary.path)
        self._source = binary.source
        self._seat = seat
        self._halt = Halt()
        self._done = 0
        self._delivered = desk.courier.delivers
        self.holding = Holding(desk, f"{_WORK}/{work.work_id}")
        self.lease = KeptLease(self._renew, work.expires_at, self._halt.set, PAUSE_SECONDS)

    def run(self) -> None:
        """Run the curves, and hand back what is not run, once the coordinator has what is.

        Raises:
            WorkFailed: GMP-ECM failed.
        """
        work, seat = self._work, self._seat
        log = _log.bind(seat=seat.number, work=work.work_id, number=abbreviate(work.composite))
        log.info("work_started", b1=work.b1, curves=work.curves, parametrization=work.parametrization)
        lease = self.lease
        unfinished = STOPS
        try:
            with (
                seat.display.showing(seat.number, f"c{work.digit_length} B1={work.b1}", work.curves) as advance,
                seat.stopping.calling(self._halt.set),
                lease,
            ):
                unfinished = self._run_slices(advance)
        except WorkFailed:
            unfinished = GMP_ECM_FAILED
            raise
        finally:
            log.info("work_ended", curves=self._done, unfinished=unfinished and (lease.lost or unfinished))
            if unfinished and lease.lost is None and self._delivered:
                self.holding.hand_back(unfinished)

    def _run_slices(self, advance: Callable[[int], None]) -> str:
        """Run slice after slice; return why some curves are not run, nothing when all are.

        Raises:
            WorkFailed: GMP-ECM failed.
        """
        work = self._work
        bounds = bounds_of(work.b1, work.b2, work.parametrization)
        most = min(curves_within(_SLICE_SECONDS, bounds, work.digit_length, _NOMINAL_SPEED), _MOST_CURVES)
        while self._done < work.curves:
            if self.lease.paused:
                return PAUSED
            if self._halt.is_set():
                return STOPS
            result = self._run_slice(min(most, work.curves - self._done), advance)
            if result.factors:
                return "a factor was found"
        return ""

    def _run_slice(self, curves: int, advance: Callable[[int], None]) -> BatchResult:
        """Run one slice and hand it in.

        Raises:
            WorkFailed: GMP-ECM failed; the curves that it finished before are handed in.
        """
        work = self._work
        order = BatchOrder(work.composite, work.b1, work.b2, work.parametrization, curves)
        with run_batch(self._program, order) as batch, self._halt.calling(batch.stop):
            for _ in batch:
                self._done += 1
                advance(1)
                if self.lease.paused:  # the curve that ran is over, and the next has only begun
                    batch.stop()
            try:
                result = batch.result()
            except EcmFailed as failure:
                self._hand_in(failure.result)
                raise WorkFailed(str(failure)) from failure
            if not result.curves and not self._halt.is_set():
                raise WorkFailed(f"GMP-ECM ran no curve: it {batch.end()}.")
        self._hand_in(result)
        return result

    def _hand_in(self, result: BatchResult) -> None:
        for found in result.factors:
            _log.info("factor_found", factor=found.factor, sigma=found.sigma, b1=self._work.b1, work=self._work.work_id)
        for report in self._reports(result):
            self._delivered = self._desk.courier.hand_in(_RESULTS, report)

    def _reports(self, result: BatchResult) -> Iterator[dict[str, Any]]:
        """Put it as the coordinator takes it, by how far the curves were run; reports under one assignment add up.

        A curve that found something in stage 1 had no stage 2: it comes last, with what it found.
        """
        factors = result.factors
        for bounds in sorted(set(result.reached), key=lambda bounds: bounds.reach, reverse=True):
            run = [offset for offset, reached in enumerate(result.reached) if reached == bounds]
            sigmas = [result.sigmas[offset] for offset in run]
            found = [factor for factor in factors if factor.sigma is None or factor.sigma in sigmas]
            factors = tuple(factor for factor in factors if factor not in found)
            yield {
                "work_assignment_id": self._work.work_id,
                "composite": self._work.composite,
                "client_id": self._desk.client,
                "curves_completed": len(run),
                "b1": bounds.b1,
                "b2": None if bounds.b2 == DEFAULT_B2 else bounds.b2,
                "parametrization": bounds.param,
                "sigmas": sigmas,
                "checksums": [result.checksums[offset] for offset in run],
                "factors_found": found,
                "execution_time": result.cpu_seconds * len(run) / result.curves,
                "program": result.program,
                "program_version": f"{result.program_version} ({self._source})",
            }

    def _renew(self, seconds: int) -> LeaseStatus:
        return self.holding.renew(seconds, curves_completed=self._done)
