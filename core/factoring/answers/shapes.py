"""Shapes of the answers to commands of factoring."""

from msgspec import field

from core.deciding import Answer, Nothing, Retracted
from core.leases import answers as leases


class CompositeAnswer(Answer, frozen=True, tag="composite"):
    """A number is recorded; `outcome` is `new`, `updated` or `existing`."""

    outcome: str
    number: int
    value: str
    digits: int
    primality: str
    status: str
    target_milli: int
    t_milli: int


class WorkAnswer(Answer, frozen=True, tag="work"):
    """Work was assigned, as `WorkAssigned` has it; `prior_milli` is the t-level declared to be reached elsewhere."""

    work: str
    assignment: int
    number: int
    value: str
    digits: int
    b1: int
    b2: int
    param: int
    curves: int
    t_milli: int
    target_milli: int
    expires_at: int
    prior_milli: int = 0
    method: str = "ecm"


class NoWork(Nothing, frozen=True, tag="no-work"):
    """There is nothing to do, and why."""


class CurvesAnswer(Answer, frozen=True, tag="curves"):
    """Curves, or another attempt, were recorded.

    Attributes:
        attempt: their id.
        number: what they were run on.
        credited: how many of them count.
        factor_status: `new_factor`, `known_factor`, `no_factor` or `duplicate`.
        factors: ids of the factors that they found.
        refused: why claims were turned down.
        t_milli: of the number, with these curves.
        target_milli: where it shall go.
        status: of the number.
    """

    attempt: int
    number: int
    credited: int
    factor_status: str
    factors: tuple[int, ...]
    refused: tuple[str, ...]
    t_milli: int
    target_milli: int
    status: str

    @property
    def turned_down(self) -> tuple[str, ...]:
        """The claims that were refused; the curves count all the same."""
        return self.refused


class LeaseAnswer(leases.LeaseAnswer, frozen=True, tag="lease"):
    """How an assignment stands: when it expires, or how it ended."""

    lease: str = field(name="work")


class ProjectAnswer(Answer, frozen=True, tag="project"):
    """A project was created, deleted, paused or resumed."""

    project: int
    name: str


class WithdrawnAnswer(Answer, frozen=True, tag="withdrawn"):
    """Events do not count any more."""

    positions: tuple[int, ...]


class RowKnown(Answer, frozen=True, tag="row-known"):
    """A row of the system replaced is on record; `id` is that of its attempt, or of its number."""

    id: int


ANSWERS = (
    CompositeAnswer,
    WorkAnswer,
    NoWork,
    CurvesAnswer,
    LeaseAnswer,
    ProjectAnswer,
    WithdrawnAnswer,
    RowKnown,
    Retracted,
)
