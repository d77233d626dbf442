"""Time as a coordinator lives it, beside the wall clock, which is set forth and back and goes on while a process is frozen.

A lease ends when its holder was silent for so long *while it could have been heard*. So its time is counted by a clock that
only goes while the coordinator looks at it; after a freeze, what waits in the sockets is heard first.
"""

import time
from collections.abc import Callable, Iterable

import msgspec
import structlog

from coordinator.time.wallclock import now
from core.events.envelope import Event
from core.leases.decide import Lease
from core.leases.events import LeaseEnded, LeaseGranted, LeaseRenewed
from core.timestamps import SECOND, to_iso

_FROZEN_SECONDS = 5.0
"""Between two looks a second apart; whoever was away for longer was frozen, or as good as that."""
_GRACE_SECONDS = 10.0
_STEP_SECONDS = 2.0
"""A wall clock that is further from where it should be was set."""

_log = structlog.get_logger(__name__)


class _Kept(msgspec.Struct):
    """A lease that lives.

    Attributes:
        ends: when, by the coordinator's own time.
        seconds: its length.
    """

    ends: float
    seconds: int


class Timekeeper:
    """Knows when leases end, and what is wrong with the wall clock.

    Attributes:
        adopted: the contexts whose earlier leases were taken, with the moment since which the context was served then.

    Args:
        newest: when the newest event was recorded, microseconds UTC.
        wall: the wall clock, microseconds UTC.
        steady: a clock that is never set, in seconds.
    """

    def __init__(
        self, newest: int, wall: Callable[[], int] = now, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._newest = newest
        self._wall = wall
        self._steady = steady
        self._lived = 0.0
        self._looked_at = steady()
        self._began = self._offset()
        self._silent_until = 0.0
        self._stepped = 0.0
        self._ahead = False
        self._leases: dict[str, dict[str, _Kept]] = {}
        self.adopted: dict[str, int] = {}

    def _offset(self) -> float:
        return self._wall() / SECOND - self._steady()

    @property
    def _time(self) -> float:
        return self._lived + min(self._steady() - self._looked_at, _FROZEN_SECONDS)

    def look(self) -> None:
        """Look at the clocks; to be called every second. What is wrong with them is logged when it begins."""
        moment = self._steady()
        away, self._looked_at = moment - self._looked_at, moment
        if away <= _FROZEN_SECONDS:
            self._lived += away
        else:
            _log.warning("was_frozen", seconds=round(away, 1))
            self._silent_until = self._lived + _GRACE_SECONDS
        stepped = self._offset() - self._began
        if abs(stepped - self._stepped) > _STEP_SECONDS:
            _log.warning("clock_was_set", by_seconds=round(stepped - self._stepped, 1))
            self._stepped = stepped
        ahead = self._newest - self._wall() > _STEP_SECONDS * SECOND
        if ahead and not self._ahead:
            _log.warning("log_is_ahead_of_the_clock", newest=to_iso(self._newest))
        self._ahead = ahead

    @property
    def complaint(self) -> str | None:
        """Say what is wrong with the wall clock, in a sentence; None when nothing is."""
        ahead = (self._newest - self._wall()) / SECOND
        if ahead > _STEP_SECONDS:
            return (
                f"The newest event was recorded at {to_iso(self._newest)}, {ahead:.0f} seconds ahead of this machine's clock:"
                " that is wrong now, or was before. Until it has caught up, whatever is recorded bears that time."
            )
        if abs(self._stepped) > _STEP_SECONDS:
            way = "ahead" if self._stepped > 0 else "back"
            return (
                f"This machine's clock was set {way} by {abs(self._stepped):.0f} seconds while the coordinator ran."
                " What is recorded bears its time; leases run on as if it had not been set."
            )
        return None

    def follow(self, events: Iterable[Event]) -> None:
        """Take what happened to leases; told of every batch as it is committed."""
        for event in events:
            self._newest = max(self._newest, event.recorded_at)
            fact = event.fact
            if isinstance(fact, LeaseGranted):
                self._of(fact.context)[fact.lease] = _Kept(self._time + fact.seconds, fact.seconds)
            elif isinstance(fact, LeaseRenewed):
                self.renewed(fact.context, fact.lease, (fact.expires_at - self._wall()) / SECOND)
            elif isinstance(fact, LeaseEnded):
                self._of(fact.context).pop(fact.lease, None)

    def renewed(self, context: str, lease: str, seconds: float = 0) -> None:
        """Have a lease last for so many seconds from now, or for its length; no sign of life shortens one."""
        kept = self._of(context).get(lease)
        if kept is not None:
            kept.ends = max(kept.ends, self._time + (seconds or kept.seconds))

    def adopt(self, context: str, leases: Iterable[Lease]) -> None:
        """Take leases that were granted before; each holder has a whole lease's time to show itself."""
        moment = max(self._wall(), self._newest)
        known = self._of(context)
        for lease in leases:
            if lease.id not in known:
                left = max(lease.seconds, (lease.expires_at - moment) / SECOND)
                known[lease.id] = _Kept(self._time + left, lease.seconds)

    def begin_anew(self) -> None:
        """Forget all leases, to be adopted: who kept them knew of signs of life of which nothing was recorded."""
        self._leases.clear()
        self.adopted.clear()
        self._looked_at = self._steady()

    def forget(self, context: str, lease: str) -> None:
        """Take note that a lease has ended, when nobody told of it."""
        self._of(context).pop(lease, None)

    def due(self, context: str) -> list[str]:
        """Return the leases of a context whose time has run out; none a moment after a freeze."""
        moment = self._time
        if moment < self._silent_until:
            return []
        return [lease for lease, kept in self._of(context).items() if kept.ends <= moment]

    def _of(self, context: str) -> dict[str, _Kept]:
        return self._leases.setdefault(context, {})
