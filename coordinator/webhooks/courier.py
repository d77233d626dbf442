"""A courier delivers to one subscription: one event after the other, each until it is taken."""

import asyncio
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable

import msgspec

from coordinator.log.shown import show
from coordinator.webhooks.errands import Delivered, Destination, Failing, Gone
from coordinator.webhooks.posting import Message, Poster, TurnedDown
from coordinator.webhooks.reading import Log, Wanted
from coordinator.webhooks.signing import signature_headers
from core.events.envelope import StoredEvent
from core.timestamps import to_iso

_encode = msgspec.json.Encoder().encode
_BUSY_SECONDS = 0.1


Tell = Callable[[Delivered | Failing | Gone], None]


class Patience(msgspec.Struct, frozen=True):
    """How long a receiver is borne with.

    Attributes:
        waits: seconds after the first, second, … failed attempt; the last one again and again.
        told_after: after so many failed attempts it is recorded that it fails.
        given_up_after: seconds of failing.
        unsaid: deliveries after which it is said how far they have come.
        unsaid_seconds: after which it is said, too.
        unsaid_events: and it is said after so many events of which none was to be delivered: what waits is counted from there.
    """

    waits: tuple[float, ...] = (0.2, 1, 5, 30, 120, 600, 1_800, 3_600)
    told_after: int = 3
    given_up_after: float = 3 * 86_400
    unsaid: int = 500
    unsaid_seconds: float = 5.0
    unsaid_events: int = 2_000


class Courier:
    """Delivers to one subscription, until it is told to leave.

    Args:
        to: the subscription.
        log: where events are read.
        log_id: tells its events from those of other logs.
        poster: sends them.
        tell: is told what is found out.
        patience: with the receiver.
    """

    def __init__(
        self, to: Destination, log: Log, log_id: str, poster: Poster, tell: Tell, patience: Patience | None = None
    ) -> None:
        self._to = to
        self._log = log
        self._log_id = log_id
        self._poster = poster
        self._tell = tell
        self._patience = patience or Patience()
        self._wanted = Wanted(to.types, to.project)
        self._upto = to.upto
        self._failing_since = None if to.failing_since is None else to.failing_since / 1_000_000
        self._failing = to.failing_since is not None
        self._said = to.upto
        self._unsaid = 0
        self._unsaid_since = 0.0
        self._sending = self._leaving = False
        self._running: asyncio.Task[None] | None = None
        self._chance = random.Random()  # noqa: S311 - no secret

    async def run(self, grown: Callable[[int, float | None], Awaitable[object]]) -> None:
        """Deliver what there is and what will be.

        Args:
            grown: waits until the log goes beyond a position, no longer than some seconds.
        """
        self._running = asyncio.current_task()
        try:
            while not self._leaving and await self._deliver_some():
                left = self._unsaid_since + self._patience.unsaid_seconds - time.monotonic()
                await grown(self._upto, max(left, 0.0) if self._unsaid else None)
                self._say_in_time()
                await asyncio.sleep(0)  # there may be more at once, and other couriers have their turn
        finally:
            self._say()

    def leave(self) -> None:
        """End; first hear of what is being sent, which is taken already perhaps, and would be sent again."""
        self._leaving = True
        if self._running is not None and not self._sending:
            self._running.cancel()

    def take_over(self, upto: int) -> None:
        """Go on behind what another courier of the subscription has delivered up to a position, before this one runs."""
        self._upto = self._said = max(self._upto, upto)

    @property
    def upto(self) -> int:
        """Up to where everything is delivered, whether that was said or not."""
        return self._upto

    async def _deliver_some(self) -> bool:
        """Deliver what is read at once; return whether there will ever be more to do."""
        try:
            events, reached = self._log.after(self._upto, self._wanted)
        except sqlite3.Error:  # the projects are being built anew, or the disk fails
            events, reached = [], self._upto
        if not events and reached == self._upto:
            await asyncio.sleep(_BUSY_SECONDS)
        for event in events:
            if not await self._deliver(event):
                return False
            self._upto = event.position
            self._unsaid_since = self._unsaid_since if self._unsaid else time.monotonic()
            self._unsaid += 1
            if self._leaving:
                return False
            self._say_in_time()
        self._upto = max(self._upto, reached)
        return True

    async def _deliver(self, event: StoredEvent) -> bool:
        """Send an event until it is taken; return whether it was, and not given up."""
        to, patience = self._to, self._patience
        body = _encode(Message(event.type, to_iso(event.recorded_at), msgspec.Raw(_encode(show(event)))))
        message = f"msg_{self._log_id}_{to.subscription}_{event.position}"
        attempt = 0
        while True:
            try:
                await self._send(self._headers(message, body), body)
            except TurnedDown as turned_down:
                if turned_down.gone:
                    self._say()
                    self._tell(Gone(to.subscription, to.again))
                    return False
                attempt += 1
                if self._leaving or not self._bear(event.position, attempt, str(turned_down)):
                    return False
                wait = patience.waits[min(attempt, len(patience.waits)) - 1]
                await asyncio.sleep(max(wait * self._chance.uniform(0.8, 1.2), turned_down.wait))
            else:
                self._failing_since = None
                return True

    async def _send(self, headers: dict[str, str], body: bytes) -> None:
        self._sending = True
        try:
            await self._poster.post(self._to.url, headers, body)
        finally:
            self._sending = False

    def _bear(self, position: int, attempt: int, reason: str) -> bool:
        """Say that an event is turned down, once; return whether it is tried on."""
        if self._failing_since is None:
            self._failing_since = time.time()
        given_up = (
            attempt >= self._patience.told_after and time.time() - self._failing_since > self._patience.given_up_after
        )
        if attempt == self._patience.told_after or given_up:
            self._say()
            self._failing = True
            self._tell(Failing(self._to.subscription, self._to.again, position, reason, given_up))
        return not given_up

    def _headers(self, message: str, body: bytes) -> dict[str, str]:
        headers = {"content-type": "application/json", "content-length": str(len(body)), "user-agent": "tallystick"}
        moment = time.time()
        return headers | signature_headers(self._to.secrets(moment), message, int(moment), body)

    def _say_in_time(self) -> None:
        due = time.monotonic() - self._unsaid_since >= self._patience.unsaid_seconds
        if self._goes_far or (self._unsaid and (self._failing or due or self._unsaid >= self._patience.unsaid)):
            self._say()

    @property
    def _goes_far(self) -> bool:
        return self._upto - self._said >= self._patience.unsaid_events

    def _say(self) -> None:
        """Say how far deliveries have come, unless that is known."""
        if self._unsaid or self._goes_far:
            self._tell(Delivered(self._to.subscription, self._to.again, self._upto, self._unsaid))
            self._said, self._unsaid, self._failing = self._upto, 0, False
