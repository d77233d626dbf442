"""Finishes small leftovers: asks for a number at its target, has it sieved in a process apart, and hands in its primes."""

import threading
from typing import Any

import msgspec
import structlog

from core.bigint import abbreviate
from workers.executors import Desk, Seat, WorkFailed
from workers.factoring.quadratic_sieve import PROGRAM, VERSION, sieve
from workers.halting import Halt
from workers.lease import LEAST_SECONDS, Holding, KeptLease
from workers.processes.apart import Apart, Ended

_WORK = "/api/v1/work"
_RESULTS = "/api/v1/results/attempt"

_log = structlog.get_logger(__name__)


class Leftover(msgspec.Struct, frozen=True):
    """A number to be sieved, as the coordinator puts it."""

    work_id: str
    composite: str
    digit_length: int
    expires_at: str


class SievingExecutor:
    """Sieves with FLINT."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seats = threading.local()

    def ask(self, key: str, wait: float) -> Leftover | None:
        """Ask for a number."""
        query: dict[str, str | float] = {
            "client_id": self._desk.client,
            "wait": wait,
            "method": "qs",
            "lease_seconds": LEAST_SECONDS,
        }
        query |= self._desk.ending.said()
        answer = self._desk.coordinator.call("GET", f"{_WORK}/request", dict[str, Any], query=query, key=key, wait=wait)
        return None if answer["work_id"] is None else msgspec.convert(answer, Leftover)

    def perform(self, work: Leftover, seat: Seat) -> None:
        """Sieve it and hand in its primes; when the worker stops, hand it back."""
        halt = Halt()
        holding = Holding(self._desk, f"{_WORK}/{work.work_id}")
        lease = KeptLease(holding.renew, work.expires_at, halt.set)
        log = _log.bind(seat=seat.number, work=work.work_id, number=abbreviate(work.composite))
        log.info("sieving_started", digits=work.digit_length)
        try:
            with (
                seat.display.showing(seat.number, f"c{work.digit_length} quadratic sieve", 1) as advance,
                seat.stopping.calling(halt.set),
                lease,
            ):
                found = self._apart().call(sieve, work.composite, halt=halt)
                advance(1)
        except Ended as ended:
            if lease.lost is None:
                holding.hand_back(str(ended))
            if not halt.is_set():
                raise WorkFailed(f"{abbreviate(work.composite)} was not sieved: {ended}") from ended
            return
        log.info("number_sieved", primes=list(found.primes), cpu_seconds=round(found.cpu_seconds, 2))
        self._desk.courier.hand_in(
            _RESULTS,
            {
                "work_assignment_id": work.work_id,
                "composite": work.composite,
                "client_id": self._desk.client,
                "method": found.method,
                "factors_found": found.primes,
                "execution_time": found.cpu_seconds,
                "program": PROGRAM,
                "program_version": VERSION,
            },
        )

    def _apart(self) -> Apart:
        """Return the process of this seat, which is a thread."""
        if not hasattr(self._seats, "apart"):
            self._seats.apart = Apart()
        apart: Apart = self._seats.apart
        return apart
