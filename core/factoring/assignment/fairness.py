"""The work that was handed out so far, by which fairness goes: among numbers, and among projects."""

from msgspec import Struct


class Given(Struct, frozen=True):
    """The work that was handed out by its promise, in nominal microseconds: all of it, and the part for who had the least."""

    whole: int = 0
    fair: int = 0


class Share(Struct, frozen=True):
    """A project among those that want work, or what belongs to none.

    Attributes:
        project: its name; empty for the numbers that belong to none.
        weight: against those of the others.
        used_microseconds: of CPU time that it was given within the last hour.
        deadline: until when it shall be done, microseconds UTC; None for no such time.
    """

    project: str
    weight: int = 1
    used_microseconds: int = 0
    deadline: int | None = None
