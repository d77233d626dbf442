"""Commands that correct what was recorded."""

from msgspec import Struct

from core.deciding import Command
from core.events.envelope import NewEvent
from core.factoring.answers.shapes import WithdrawnAnswer


class Restatement(Struct, frozen=True):
    """The facts that count in place of those that a command led to first.

    Attributes:
        place: position of its first event.
        events: those that count; None when those that were recorded first count again.
    """

    place: int
    events: tuple[NewEvent, ...] | None


class Correct(Command[WithdrawnAnswer], frozen=True):
    """Have reports and factors not count any more, or count again, with all that follows from that.

    Attributes:
        withdrawn: positions of the events that record what is not to count any more.
        reinstated: of those that are to count again.
        reason: in words.
        restated: what else follows, in the order of the places; worked out before, up to the log's end.
        given_out: the newest ids of a number, an attempt and a factor that it gives out.
        refusal: why it is turned down, unless it is a resend; empty when it is not.
    """

    context = "factoring"
    withdrawn: tuple[int, ...]
    reinstated: tuple[int, ...]
    reason: str
    restated: tuple[Restatement, ...] = ()
    given_out: tuple[int, int, int] = (0, 0, 0)
    refusal: str = ""
