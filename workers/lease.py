"""Keeping work that was assigned: the coordinator is told again and again that somebody is at it."""

import math
import threading
import time
from collections.abc import Callable
from typing import Self

import msgspec
import structlog

from core.refusals import Refusal
from core.timestamps import SECOND, from_iso
from workers.executors import Desk
from workers.wire.coordinator import Away, TurnedDown

_UPDATED = "updated"
LEAST_SECONDS = 12
"""How long work is held for at first, so that what is short is handed on soon when this worker is gone."""
PAUSE_SECONDS = 30.0
PAUSED, STOPS, GMP_ECM_FAILED = "the work is paused", "the worker stops", "GMP-ECM failed"
"""Reasons for which work is handed back."""
_MOST_SECONDS = 86_400
_LONGEST_PAUSE = 30.0
_SHORTEST_PAUSE = 0.25
_PAUSE_AFTER_EXPIRY = 5.0

_log = structlog.get_logger(__name__)


class LeaseStatus(msgspec.Struct, frozen=True):
    """How an assignment stands, as the coordinator tells it: `updated` while it lives, else how it ended.

    `pause` says why its holder is to stop, where it is.
    """

    status: str
    expires_at: str
    pause: str | None = None


class Holding:
    """Work that was assigned, as its holder speaks of it with the coordinator.

    Args:
        desk: whose work it is.
        address: of the assignment, `/api/v1/work/ID`.
    """

    def __init__(self, desk: Desk, address: str) -> None:
        self._desk = desk
        self._address = address

    def renew(self, seconds: int, **progress: int) -> LeaseStatus:
        """Tell the coordinator that somebody is at it, and how far, and ask for so many seconds more.

        Raises:
            Away: there was no answer.
            TurnedDown: it knows of no such assignment.
        """
        query: dict[str, str | float] = {"client_id": self._desk.client, "lease_seconds": seconds, **progress}
        return self._desk.coordinator.call("PUT", f"{self._address}/progress", LeaseStatus, query=query)

    def hand_back(self, reason: str) -> None:
        """Free what is left at once; when that does not get through, the lease runs out by itself."""
        query = {"client_id": self._desk.client, "reason": reason}
        try:
            self._desk.coordinator.call("DELETE", self._address, LeaseStatus, query=query)
        except (Away, TurnedDown) as trouble:
            _log.warning("work_not_handed_back", address=self._address, reason=str(trouble))


class KeptLease:
    """Renews a lease in a thread of its own, from `begin`, or from entry, to exit.

    A lease is asked for that is as long as the work has gone on: a worker that falls silent holds nothing up for longer
    than it was at it, and work of hours costs few renewals. It is renewed four times in what is left of it, and every 30
    seconds at least. While the coordinator is away the work goes on; what comes of it counts even when the lease has run
    out.

    Who is told that the work is paused has half a minute to come to an end of what is under way, such as a curve.

    Args:
        renew: asks the coordinator for so many seconds more; raises `Away`, or `TurnedDown` when it knows of no such
            assignment.
        expires_at: ISO 8601.
        on_loss: called once when the lease has ended, or the work is paused and the half minute is over.
        patience: for how many seconds what is paused may go on.
    """

    def __init__(
        self,
        renew: Callable[[int], LeaseStatus],
        expires_at: str,
        on_loss: Callable[[], None],
        patience: float = PAUSE_SECONDS,
    ) -> None:
        self._renew = renew
        self._expires_at = expires_at
        self._on_loss = on_loss
        self._begun = time.monotonic()
        self._seconds = LEAST_SECONDS
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)
        self._patience = patience
        self._given_up_at = math.inf
        self.lost: str | None = None
        """How it ended; None while it lives."""
        self.paused: str | None = None
        """Why the work is to stop; None while it may go on."""

    def begin(self) -> None:
        """Begin to renew it, if that has not begun: others of its holder's assignments may come before it."""
        if not self._thread.ident:
            self._thread.start()

    def __enter__(self) -> Self:
        """Begin to renew it."""
        self.begin()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop renewing it."""
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._over.wait(min(self.pause(), self._given_up_at - time.monotonic())):
            if time.monotonic() >= self._given_up_at:
                self._on_loss()
                return
            try:
                self._seconds = min(max(LEAST_SECONDS, int(time.monotonic() - self._begun)), _MOST_SECONDS)
                answer = self._renew(self._seconds)
            except Away:
                continue
            except Refusal as refusal:
                self._lose(refusal.sentence)
                return
            if answer.status != _UPDATED:
                self._lose(answer.status)
                return
            self._expires_at = answer.expires_at
            self._heed(answer.pause)

    def _heed(self, pause: str | None) -> None:
        """Note whether the work is paused; what is resumed within the half minute goes on."""
        if pause and not self.paused:
            _log.info("work_paused", reason=pause)
            self._given_up_at = time.monotonic() + self._patience
        elif not pause:
            self._given_up_at = math.inf
        self.paused = pause

    def _lose(self, outcome: str) -> None:
        self.lost = outcome
        _log.info("lease_lost", outcome=outcome)
        self._on_loss()

    def pause(self) -> float:
        """Return how long to wait; a quarter of what is left, so that it becomes urgent while nobody answers.

        The coordinator's clock may be ahead of this one; more than was asked for is never left.
        """
        left = min(from_iso(self._expires_at) / SECOND - time.time(), self._seconds)
        return min(max(left / 4, _SHORTEST_PAUSE), _LONGEST_PAUSE) if left > 0 else _PAUSE_AFTER_EXPIRY
