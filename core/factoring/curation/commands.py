"""What an administrator can ask of the list of numbers."""

from typing import Literal

from core.deciding import Command

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


class Withdraw(Command, frozen=True):
    """Have an attempt or a factor not count any more, with whatever followed from it.

    Attributes:
        position: of the event that records it.
        reason: in words.
    """

    context = "factoring"
    position: int
    reason: str
