"""Commands as a fold comes to them: what they said, and what of it does not count."""

from collections.abc import Sequence

from msgspec import Struct

from core.events.envelope import Event
from core.events.fact import Fact


class Gone(Struct):
    """The parts of a command that do not count: all of it, its report, its prior work, its claims of some factors."""

    all: bool = False
    report: bool = False
    prior: bool = False
    values: frozenset[str] = frozenset()


class Said(Struct, frozen=True):
    """A command as a fold comes to it.

    Attributes:
        place: position of its first event.
        recorded: the events that it led to first.
        counting: those that count until now; the same when nothing was corrected there.
    """

    place: int
    recorded: Sequence[Event]
    counting: Sequence[Event]

    @property
    def said(self) -> list[Fact]:
        """The facts that it led to first."""
        return [event.fact for event in self.recorded]

    @property
    def before(self) -> list[Fact]:
        """The facts that count until now."""
        return [event.fact for event in self.counting]
