"""Checks curves of others: runs the stage 1 of one again, and hands in the checksum of its state after that."""

from http import HTTPStatus
from typing import Any

import msgspec
import structlog

from core.bigint import abbreviate
from workers.executors import Desk, Seat
from workers.factoring.curves import Batch, BatchOrder, BatchResult, EcmFailed, run_batch
from workers.factoring.gmp_ecm import Binary
from workers.halting import Halt
from workers.lease import LEAST_SECONDS, Holding, KeptLease
from workers.wire.coordinator import TurnedDown

_CHECKS = "/api/v1/checks"
_ITEMS = "/api/v1/events"
_NONE = 0
"""Instead of a checksum, where there is none of this very number: its state can't have been as it was reported."""
_log = structlog.get_logger(__name__)


class CurveToCheck(msgspec.Struct, frozen=True):
    """A curve to run again, as the coordinator puts it."""

    check: int
    composite: str
    b1: int
    parametrization: int
    sigma: str
    lease: str
    expires_at: str


def ask_for_check(desk: Desk, key: str) -> CurveToCheck | None:
    """Ask for a curve to check; None when there is none, or the coordinator knows of no checks."""
    query: dict[str, str | float] = {"client_id": desk.client, "lease_seconds": LEAST_SECONDS}
    query |= desk.ending.said()
    try:
        answer = desk.coordinator.call("GET", f"{_CHECKS}/work", dict[str, Any], query=query, key=f"{key}-check")
    except TurnedDown as refusal:
        if refusal.status == HTTPStatus.NOT_FOUND:
            return None
        raise
    return None if answer["lease"] is None else msgspec.convert(answer, CurveToCheck)


def check_curve(work: CurveToCheck, desk: Desk, binary: Binary, seat: Seat) -> None:
    """Run it and hand in its checksum; when the worker stops, hand it back.

    A curve that GMP-ECM refuses, or that finds a factor in stage 1, has no checksum, whatever was reported. Where the program
    fails otherwise (there is no memory, or no room) nothing is said of the curve: the lease runs out, and others are asked.
    """
    halt = Halt()
    holding = Holding(desk, f"{_CHECKS}/work/{work.lease}")
    lease = KeptLease(holding.renew, work.expires_at, halt.set)
    log = _log.bind(seat=seat.number, check=work.check, number=abbreviate(work.composite))
    log.info("check_started", b1=work.b1, parametrization=work.parametrization, sigma=work.sigma)
    order = BatchOrder(work.composite, work.b1, 0, work.parametrization, 1, work.sigma)
    with (
        seat.display.showing(seat.number, f"check c{len(work.composite)} B1={work.b1}", 1),
        seat.stopping.calling(halt.set),
        lease,
        run_batch(str(binary.path), order) as batch,
        halt.calling(batch.stop),
    ):
        result, refused = _ran(batch)
        end = batch.end()
    if halt.is_set():
        if lease.lost is None:
            holding.hand_back("the worker stops")
        return
    checksum = next(iter(result.checksums), None)
    if checksum is None and not refused and not result.factors:
        log.warning("curve_not_checked", reason=f"GMP-ECM {end}.")
        return
    program = f"{result.program} {result.program_version} ({binary.source})"
    log.info("curve_checked", cpu_seconds=round(result.cpu_seconds, 2), factors=len(result.factors))
    body = {
        "client_id": desk.client,
        "lease": work.lease,
        "checksum": checksum or _NONE,
        "cpu_seconds": result.cpu_seconds,
        "program": program,
    }
    desk.courier.hand_in(f"{_CHECKS}/results", body)
    if result.factors:
        desk.courier.hand_in(_ITEMS, [_found(work, desk, result)])


def _ran(batch: Batch) -> tuple[BatchResult, bool]:
    """Return what came of a curve, and whether GMP-ECM said that there is none."""
    try:
        return batch.result(), False
    except EcmFailed as failure:
        _log.warning("curve_not_run", reason=str(failure))
        return failure.result, failure.refused


def _found(work: CurveToCheck, desk: Desk, result: BatchResult) -> dict[str, Any]:
    """Return the report of a factor that a check has found, which who ran the curve did not tell."""
    return {
        "type": "factoring.curves_run",
        "id": f"check-{work.lease}",
        "client_id": desk.client,
        "composite": work.composite,
        "curves": 1,
        "b1": work.b1,
        "b2": 0,
        "param": work.parametrization,
        "sigmas": [work.sigma],
        "factors": result.factors,
        "program": result.program,
        "program_version": result.program_version,
    }
