"""Commands about the list of numbers: what is wanted of them, and what is known of them from elsewhere."""

from typing import Literal

from msgspec import Struct

from core.deciding import Command
from core.factoring.answers.shapes import (
    CompositeAnswer,
    CurvesAnswer,
)
from core.factoring.notation.worklist import Work


class Prior(Struct, frozen=True):
    """Work said to be done before: a t-level (0: none said), and curves of several kinds."""

    t_milli: int = 0
    work: tuple[Work, ...] = ()


class SubmitComposite(Command[CompositeAnswer], frozen=True, tag="submit"):
    """Have a number factored, or change what is wanted of one that is known.

    Attributes:
        text: digits or an expression.
        ceiling_digits: the most digits that are accepted.
        target_milli: the t-level to reach; None for the usual one, or for what a known number has.
        priority: None for 0, or for what a known number has.
        project: empty for none.
        prior: what was done on it elsewhere.
        name: under which people know it; empty leaves it as it is.
    """

    context = "factoring"
    text: str
    ceiling_digits: int
    target_milli: int | None = None
    priority: int | None = None
    project: str = ""
    prior: Prior = Prior()
    name: str = ""


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


class SetDeadline(Command[CompositeAnswer], frozen=True):
    """Say until when a number shall be done, microseconds UTC; None for no such time."""

    context = "factoring"
    number: int
    deadline: int | None
