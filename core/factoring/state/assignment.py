"""Assignments as they stand, and the work handed out so far, by which fairness goes: among numbers, and among projects."""

from msgspec import Struct, field

from core.factoring.mathematics.curves.bounds import Bounds


class Assignment(Struct, gc=False):
    """A piece of work that was handed out.

    Attributes:
        work: a UUID.
        id: its number.
        number: what to work on.
        client: who holds or held it.
        bounds: what curves to run.
        curves: how many.
        completed: how many were reported under it.
        cores: that the client has, 0 when it did not say.
        assigned_at: microseconds UTC.
        position: of the event that assigned it.
        method: `ecm`, `pm1`, `pp1` or `p1`.
        exclusive: whether nobody else is given a share of the number meanwhile.
        claimed_at: when its holder said that it has it; None when it never did.
        started_at: when its holder said that it has begun.
        progressed: how many curves its holder said it has run.
    """

    work: str
    id: int = field(name="assignment")
    number: int
    client: int
    bounds: Bounds
    curves: int
    completed: int
    cores: int
    assigned_at: int
    position: int
    method: str
    exclusive: bool
    claimed_at: int | None
    started_at: int | None
    progressed: int = 0

    @property
    def done(self) -> int:
        """How many curves are run, as far as anybody said."""
        return max(self.completed, self.progressed)

    @property
    def left(self) -> int:
        """How many curves have yet to be reported."""
        return max(self.curves - self.completed, 0)


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
