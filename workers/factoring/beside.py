"""Runs P-1 and P+1 where they promise more than curves: each stage by itself, and what they found.

Stage 1 is run in slices of a minute: up to some prime, from the residue that GMP-ECM saved there on to the next. So a worker
that is stopped, paused or killed loses a minute of it, as long as the run comes back to this machine: the residue stays in
its spool directory. Who gets the run instead begins anew: none takes longer than a piece of work does, and whether the residue
of somebody else's machine is a right one could only be told by running it again. GMP-ECM could be told to stop where it is, but
of a number of 700 digits it heeds that after a quarter of a minute only. What was run is reported when all of it was, or when
it found something.
"""

from contextlib import AbstractContextManager

import structlog
from msgspec.structs import replace

from core.bigint import abbreviate
from core.factoring.formats.gmp_ecm.sentences import Method
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY
from core.factoring.mathematics.curves.limits import DEFAULT_B2, LEAST_B1
from core.factoring.mathematics.prospects.cost import beside_microseconds
from core.timestamps import SECOND
from workers.executors import Desk, Seat, WorkFailed
from workers.factoring.begun import Begun, BegunRuns
from workers.factoring.curves import Batch, BatchOrder, BatchResult, EcmFailed, run_batch
from workers.factoring.gmp_ecm import Binary
from workers.halting import Halt
from workers.lease import GMP_ECM_FAILED, PAUSE_SECONDS, PAUSED, STOPS, Holding, KeptLease

_RESULTS = "/api/v1/results/attempt"
_NAMES: dict[str, Method] = {"pm1": "P-1", "pp1": "P+1"}
_SLICE_SECONDS = 60
_log = structlog.get_logger(__name__)


class RunBeside:
    """One run of P-1 or P+1, which was assigned as `work`."""

    def __init__(self, work: str, order: BatchOrder, expires_at: str, desk: Desk, binary: Binary, seat: Seat) -> None:
        self._work = work
        self._order = order
        self._method = _NAMES[order.method]
        self._desk = desk
        self._binary = binary
        self._seat = seat
        self._halt = Halt()
        self._begun = BegunRuns(desk.courier.spool.directory / "begun")
        self._log = _log.bind(seat=seat.number, work=work, number=abbreviate(order.number))
        self.holding = Holding(desk, f"/api/v1/work/{work}")
        self.lease = KeptLease(self.holding.renew, expires_at, self._halt.set, PAUSE_SECONDS)

    def run(self) -> None:
        """Run it, and hand in what it found; when the worker stops, hand it back.

        Raises:
            WorkFailed: GMP-ECM failed.
        """
        order, seat, halt = self._order, self._seat, self._halt
        self._log.info("work_started", method=order.method, b1=order.b1)
        showing = f"c{len(order.number)} {self._method} B1={order.b1}"
        result: BatchResult | None = None
        unfinished = STOPS
        try:
            with (
                seat.display.showing(seat.number, showing, 1) as advance,
                seat.stopping.calling(halt.set),
                self.lease,
            ):
                result = self._ran()
                advance(0 if result is None else result.curves)
        except EcmFailed as failure:
            unfinished = GMP_ECM_FAILED
            raise WorkFailed(str(failure)) from failure
        finally:
            if result is None:
                self._give_up(unfinished)
        if result is not None:
            self._log.info("work_ended", factors=[found.factor for found in result.factors], unfinished="")
            self._desk.courier.hand_in(_RESULTS, _report(self._work, order, self._desk, self._binary, result))
            self._begun.discard(order.number, self._method)

    def _give_up(self, reason: str) -> None:
        reason = PAUSED if self.lease.paused else reason
        self._log.info("work_ended", unfinished=self.lease.lost or reason)
        if self.lease.lost is None:
            self.holding.hand_back(reason)

    def _ran(self) -> BatchResult | None:
        """Run one slice behind the other; return what the last one came to, None when it was to stop before.

        Raises:
            EcmFailed: GMP-ECM did, or made no run.
        """
        order, spent = self._order, 0.0
        while not self._halt.is_set():
            begun = self._begun.of(order.number, self._method)
            if begun is not None and begun.b1 >= order.b1:
                result, over = self._last_stage(begun), True
            else:
                result, kept = self._slice(begun)
                over = not kept or bool(result.factors)
            spent += result.cpu_seconds
            if over and result.curves:
                return replace(result, cpu_seconds=spent)
        return None

    def _slice(self, begun: Begun | None) -> tuple[BatchResult, bool]:
        """Run stage 1 for a minute or so; return whether it was kept, too: it is but for a number found as a whole."""
        beyond = begun.b1 if begun else 0
        order = replace(self._order, b1=min(beyond + self._width(), self._order.b1), b2=STAGE_1_ONLY)
        with self._batch(order, begun) as batch, self._halt.calling(batch.stop):
            try:
                result = self._sound(batch)
            except EcmFailed:  # the next one is not to fail over the same residue
                self._begun.discard(order.number, self._method)
                raise
            return result, self._begun.keep(order.number, self._method, batch.save_file, beyond)

    def _width(self) -> int:
        """Return up to how much larger a bound stage 1 comes in a slice, by what the whole run takes nominally."""
        order = self._order
        whole = beside_microseconds(order.method, order.b1, len(order.number))
        return max(order.b1 * _SLICE_SECONDS * SECOND // whole, LEAST_B1)

    def _last_stage(self, begun: Begun) -> BatchResult:
        with self._batch(self._order, begun) as batch, self._halt.calling(batch.stop):
            return self._sound(batch)

    def _batch(self, order: BatchOrder, begun: Begun | None) -> AbstractContextManager[Batch]:
        return run_batch(str(self._binary.path), order, begun.path if begun else None)

    def _sound(self, batch: Batch) -> BatchResult:
        """Return what a batch came to.

        Raises:
            EcmFailed: GMP-ECM did, or made no run.
        """
        result = batch.result()
        if not result.curves and not self._halt.is_set():
            raise EcmFailed(f"GMP-ECM made no run: it {batch.end()}.", result)
        return result


def _report(work: str, order: BatchOrder, desk: Desk, binary: Binary, result: BatchResult) -> dict[str, object]:
    return {
        "work_assignment_id": work,
        "composite": order.number,
        "client_id": desk.client,
        "method": order.method,
        "b1": result.reached[0].b1,
        "b2": None if result.reached[0].b2 == DEFAULT_B2 else result.reached[0].b2,
        "factors_found": [found.factor for found in result.factors],
        "execution_time": result.cpu_seconds,
        "program": result.program,
        "program_version": f"{result.program_version} ({binary.source})",
    }
