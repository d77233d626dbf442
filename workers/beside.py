"""Runs P-1 and P+1 where they promise more than curves: one run of GMP-ECM, and what it found."""

import structlog

from core.bigint import abbreviate
from core.factoring.bounds import DEFAULT_B2
from workers.curves import BatchOrder, BatchResult, EcmFailed, run_batch
from workers.executors import Desk, Seat, WorkFailed
from workers.gmp_ecm import Binary
from workers.halting import Halt
from workers.lease import GMP_ECM_FAILED, PAUSE_SECONDS, PAUSED, STOPS, Holding, KeptLease

_RESULTS = "/api/v1/results/attempt"
_NAMES = {"pm1": "P-1", "pp1": "P+1"}
_log = structlog.get_logger(__name__)


class RunBeside:
    """One run of P-1 or P+1, which was assigned as `work`."""

    def __init__(self, work: str, order: BatchOrder, expires_at: str, desk: Desk, binary: Binary, seat: Seat) -> None:
        self._work = work
        self._order = order
        self._desk = desk
        self._binary = binary
        self._seat = seat
        self._halt = Halt()
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
        showing = f"c{len(order.number)} {_NAMES[order.method]} B1={order.b1}"
        result: BatchResult | None = None
        try:
            with (
                seat.display.showing(seat.number, showing, 1) as advance,
                seat.stopping.calling(halt.set),
                self.lease,
            ):
                if not halt.is_set():
                    result = self._ran()
                    advance(result.curves)
        except EcmFailed as failure:
            raise WorkFailed(str(failure)) from failure
        finally:
            if result is None or not result.curves:
                self._give_up()
                result = None
        if result is not None:
            self._log.info("work_ended", factors=[found.factor for found in result.factors], unfinished="")
            self._desk.courier.hand_in(_RESULTS, _report(self._work, order, self._desk, self._binary, result))

    def _give_up(self) -> None:
        reason = PAUSED if self.lease.paused else STOPS if self._halt.is_set() else GMP_ECM_FAILED
        self._log.info("work_ended", unfinished=self.lease.lost or reason)
        if self.lease.lost is None:
            self.holding.hand_back(reason)

    def _ran(self) -> BatchResult:
        with run_batch(str(self._binary.path), self._order) as batch, self._halt.calling(batch.stop):
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
        "b1": order.b1,
        "b2": None if result.reached[0].b2 == DEFAULT_B2 else result.reached[0].b2,
        "factors_found": [found.factor for found in result.factors],
        "execution_time": result.cpu_seconds,
        "program": result.program,
        "program_version": f"{result.program_version} ({binary.source})",
    }
