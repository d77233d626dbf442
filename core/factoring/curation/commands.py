"""Commands of administrators about the list of numbers."""

from typing import Literal

from msgspec import Struct

from core.deciding import Command
from core.events.envelope import NewEvent
from core.factoring.answers import CompositeAnswer, CurvesAnswer, ProjectAnswer, WithdrawnAnswer

Shelf = Literal["inactive", "complete", "deleted"]


class ChangeComposite(Command[CompositeAnswer], frozen=True):
    """Change what is wanted of a number; None leaves a field as it is."""

    context = "factoring"
    number: int
    target_milli: int | None = None
    priority: int | None = None


class ShelveNumber(Command[CompositeAnswer], frozen=True):
    """Assign a number no more; see `NumberShelved`."""

    context = "factoring"
    number: int
    shelf: Shelf
    reason: str = ""


class UnshelveNumber(Command[CompositeAnswer], frozen=True):
    """Assign and list a number again."""

    context = "factoring"
    number: int


class DescribeNumber(Command[CompositeAnswer | CurvesAnswer], frozen=True, tag="describe"):
    """Tell what is known of a number from elsewhere.

    Attributes:
        number: its id.
        snfs_difficulty: in digits, 0 for no such form; None says nothing.
        left: what is left of it when its known factors are divided out, in decimal; empty says nothing.
        factored: whether all its factors are known elsewhere.
    """

    context = "factoring"
    number: int
    snfs_difficulty: int | None = None
    left: str = ""
    factored: bool = False


class CreateProject(Command[ProjectAnswer], frozen=True):
    """Have a project before any number belongs to it."""

    context = "factoring"
    name: str
    description: str = ""


class DeleteProject(Command[ProjectAnswer], frozen=True):
    """Have no such project any more."""

    context = "factoring"
    project: int


class PauseProject(Command[ProjectAnswer], frozen=True):
    """Hand out no more numbers of a project.

    Attributes:
        project: its id.
        drains: whether what is handed out already is finished.
        reason: in words, may be empty.
    """

    context = "factoring"
    project: int
    drains: bool
    reason: str = ""


class ResumeProject(Command[ProjectAnswer], frozen=True):
    """Hand out the numbers of a project again."""

    context = "factoring"
    project: int


class SetShare(Command[ProjectAnswer], frozen=True):
    """Say by which weight a project gets work, and until when it shall be done; None leaves either as it is.

    Attributes:
        project: its id.
        weight: against those of other projects, of which each has 1 unless it was said.
        deadline: microseconds UTC; 0 for none.
    """

    context = "factoring"
    project: int
    weight: int | None = None
    deadline: int | None = None


class SetDeadline(Command[CompositeAnswer], frozen=True):
    """Say until when a number shall be done, microseconds UTC; None for no such time."""

    context = "factoring"
    number: int
    deadline: int | None


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
