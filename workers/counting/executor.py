"""Counts chunks: asks for one, counts it in a process apart, and hands in pi at both of its ends."""

import threading
from typing import Any

import msgspec
import structlog

from core.refusals import Refusal
from workers.executors import Desk, Seat, WorkFailed
from workers.halting import Halt
from workers.lease import LEAST_SECONDS, Holding, KeptLease
from workers.processes.apart import Apart, Ended

_COUNTING = "/api/v1/counting"

_log = structlog.get_logger(__name__)


class Chunk(msgspec.Struct, frozen=True):
    """A chunk from a to b, as the coordinator puts it; or, as a check, a stretch of one that is to be sieved."""

    job_id: str
    chunk: int
    a: int
    b: int
    lease: str
    expires_at: str
    check: bool = False


class CountingExecutor:
    """Counts with primecount.

    Raises:
        Refusal: it is not installed, or does not load.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seats = threading.local()
        try:
            from workers.counting.pi import check, count  # noqa: PLC0415 - its library is only there where primes are counted
        except ImportError as lack:
            raise Refusal(
                f"The kind of work counting can't be done here ({lack}): install tallystick with its extra `counting`,"
                " or leave it out of --kinds."
            ) from None
        self._count, self._check = count, check

    def ask(self, key: str, wait: float) -> Chunk | None:
        """Ask for a chunk; the process that will count it starts meanwhile."""
        self._apart().start()
        query: dict[str, str | float] = {"client_id": self._desk.client, "wait": wait, "lease_seconds": LEAST_SECONDS}
        query |= self._desk.ending.said()
        answer = self._desk.coordinator.call(
            "GET", f"{_COUNTING}/work", dict[str, Any], query=query, key=key, wait=wait
        )
        return None if answer["lease"] is None else msgspec.convert(answer, Chunk)

    def perform(self, work: Chunk, seat: Seat) -> None:
        """Count it and hand it in; when the worker stops, hand it back."""
        halt = Halt()
        holding = Holding(self._desk, f"{_COUNTING}/work/{work.lease}")
        lease = KeptLease(holding.renew, work.expires_at, halt.set)
        try:
            with (
                seat.display.showing(seat.number, f"primes up to {work.b}", 1) as advance,
                seat.stopping.calling(halt.set),
                lease,
            ):
                counted = self._apart().call(self._check if work.check else self._count, work.a, work.b, halt=halt)
                advance(1)
        except Ended as ended:
            if lease.lost is None:
                holding.hand_back(str(ended))
            if not halt.is_set():
                raise WorkFailed(f"Chunk {work.chunk} of job {work.job_id} was not counted: {ended}") from ended
            return
        self._desk.courier.hand_in(
            f"{_COUNTING}/results",
            {
                "client_id": self._desk.client,
                "job_id": work.job_id,
                "chunk": work.chunk,
                "pi_before": counted.before,
                "pi_last": counted.last,
                "cpu_seconds": counted.cpu_seconds,
                "sieved": counted.sieved,
            },
        )

    def _apart(self) -> Apart:
        """Return the process of this seat, which is a thread."""
        if not hasattr(self._seats, "apart"):
            self._seats.apart = Apart()
        apart: Apart = self._seats.apart
        return apart
