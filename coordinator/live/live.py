"""Everything of one process that is told to those who watch the log, or wait for it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import msgspec

from coordinator.live.broadcast import Growth
from coordinator.live.openings import Openings
from coordinator.live.pulse import Pulse
from coordinator.live.stream import Frames
from coordinator.live.tails import Tails
from core.deciding import Context
from core.events.envelope import Event

_PULSE_SECONDS = 0.25
_PAGE_PULSE_SECONDS = 0.9
"""A page is rendered for each frame of it; whoever looks sees what is committed within a second."""
_TAIL_SECONDS = 0.02


class Live(msgspec.Struct, frozen=True):
    """Wakes those who wait; lives in the event loop.

    Attributes:
        growth: wakes those who follow the log.
        pulse: the same in beats, four a second at most.
        page_pulse: the same for pages, which cost more to make.
        tails: the newest events of the streams that are watched closely, in beats at least 20 ms apart.
        openings: wakes those who wait for work.
        frames: what several who watch want is encoded once.
    """

    growth: Growth
    pulse: Pulse
    page_pulse: Pulse
    tails: Tails
    openings: Openings
    frames: Frames = msgspec.field(default_factory=Frames)

    @classmethod
    def after(cls, position: int, contexts: Collection[Context]) -> "Live":
        """Return what tells of events beyond a position.

        Args:
            position: of the newest event.
            contexts: whose work may be waited for.
        """
        return cls(
            Growth(position),
            Pulse(position, _PULSE_SECONDS),
            Pulse(position, _PAGE_PULSE_SECONDS),
            Tails(position, _TAIL_SECONDS),
            Openings(contexts),
        )

    def followers(self) -> Iterator[Callable[[Sequence[Event]], None]]:
        """Return who is told of every commit, each by itself."""
        yield lambda events: self.growth.reached(events[-1].position)
        yield self.pulse.committed
        yield self.page_pulse.committed
        yield self.tails.follow
        yield self.openings.follow

    def grown(self, position: int, size: int, types: Iterable[str]) -> None:
        """Tell that the log was grown by so many bytes of events of these types, without showing them."""
        self.growth.reached(position)
        self.pulse.grown(position, size)
        self.page_pulse.grown(position, size)
        self.tails.position = position
        self.openings.opened(types)

    def close(self) -> None:
        """End every stream, and wake whoever waits."""
        for waited_for in (self.growth, self.pulse, self.page_pulse, self.tails, self.openings):
            waited_for.close()
