"""What an administrator can ask of the list of numbers."""

from typing import Literal

from msgspec import Struct

from core.deciding import Command
from core.factoring.events import CurvesRun

Shelf = Literal["inactive", "complete", "deleted"]


class ChangeComposite(Command, frozen=True):
    """Change what is wanted of a number; None leaves a field as it is."""

    context = "factoring"
    number: int
    target_milli: int | None = None
    priority: int | None = None


class ShelveNumber(Command, frozen=True):
    """Assign a number no more; see `NumberShelved`."""

    context = "factoring"
    number: int
    shelf: Shelf
    reason: str = ""


class UnshelveNumber(Command, frozen=True):
    """Assign and list a number again."""

    context = "factoring"
    number: int


class DescribeNumber(Command, frozen=True, tag="describe"):
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


class CreateProject(Command, frozen=True):
    """Have a project before any number belongs to it."""

    context = "factoring"
    name: str
    description: str = ""


class DeleteProject(Command, frozen=True):
    """Have no such project any more."""

    context = "factoring"
    project: int


class Orphan(Struct, frozen=True):
    """A report of curves whose number vanishes with a correction, or comes back by another way.

    Attributes:
        fact: what was reported.
        number: to which the curves move: the nearest number that stays and that the other one divides, or itself.
        cause: position of the event that brought that number here.
    """

    fact: CurvesRun
    number: int
    cause: int


class Withdraw(Command, frozen=True):
    """Have attempts and factors not count any more, with whatever followed from them.

    Attributes:
        positions: of the events that record them.
        reason: in words.
        already: those that do not count already, and the position of the correction that says so.
        orphans: curves that were run on what vanishes, in the order in which they were reported.
        efforts: of the numbers that were looked at for orphans, as it was then.
    """

    context = "factoring"
    positions: tuple[int, ...]
    reason: str
    already: tuple[tuple[int, int], ...] = ()
    orphans: tuple[Orphan, ...] = ()
    efforts: tuple[tuple[int, int], ...] = ()
