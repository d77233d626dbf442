"""Answers to commands of factoring."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import field

from core.corrections.events import ReportsReinstated, ReportsWithdrawn, Withdrawn
from core.deciding import Answer, Nothing, Retracted, Unanswerable
from core.events.fact import Fact
from core.factoring.curation.events import (
    NumberDeadlineSet,
    NumberNamed,
    NumberShelved,
    NumberUnshelved,
    ProjectCreated,
    ProjectDeleted,
    ProjectPaused,
    ProjectResumed,
    ProjectShareSet,
    SnfsFormNoted,
)
from core.factoring.events import (
    AttemptMade,
    CompositeChanged,
    CompositeSubmitted,
    CurvesRun,
    FactorFound,
    NumberSplit,
    ProjectJoined,
    WorkAcknowledged,
    WorkAssigned,
    WorkProgressed,
    WorkReserved,
)
from core.factoring.evidence import WishNoted
from core.factoring.imports.events import CompositeImported
from core.factoring.prior_events import PriorWorkDeclared
from core.factoring.proofs.events import GroupOrderComputed, PrimalitySettled
from core.factoring.state import FactoringState, Number
from core.leases import answers as leases
from core.leases.events import LeaseEnded, LeaseGranted, LeaseRenewed


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


def composite_answer(number: Number, outcome: str) -> CompositeAnswer:
    """Describe a number as it stands."""
    return CompositeAnswer(
        outcome=outcome,
        number=number.id,
        value=number.value,
        digits=number.digits,
        primality=number.primality,
        status=number.status,
        target_milli=number.target_milli,
        t_milli=number.t_milli,
    )


def answer(facts: Sequence[Fact], state: FactoringState) -> Answer:
    """Render the answer to a command from its facts and the state just after them."""
    for rendered in (_RENDERED, _RENDERED_LAST):
        for fact in facts:
            render = rendered.get(type(fact))
            if render is not None:
                return render(fact, facts, state)
    raise Unanswerable(f"no answer is known for {[type(fact).__name__ for fact in facts]}")


def lease_answer(work: str, state: FactoringState) -> leases.LeaseAnswer:
    """Describe an assignment as it stands."""
    return leases.lease_answer(work, state, LeaseAnswer)


def _number(state: FactoringState, number: int) -> Number:
    known = state.number(number)
    assert known is not None, f"number {number} was submitted"
    return known


def _attempt(fact: CurvesRun | AttemptMade, facts: Sequence[Fact], state: FactoringState) -> CurvesAnswer:
    number = _number(state, fact.number)
    found = [one for one in facts if isinstance(one, FactorFound) and one.number == fact.number]
    credited, known = _credited(fact)
    if found:
        status = "new_factor"
    elif fact.factors:
        status = "known_factor"
    else:
        status = "duplicate" if known else "no_factor"
    return CurvesAnswer(
        attempt=fact.attempt,
        number=fact.number,
        credited=credited,
        factor_status=status,
        factors=tuple(factor.factor for factor in found),
        refused=fact.refused,
        t_milli=number.t_milli,
        target_milli=number.target_milli,
        status=number.status,
    )


def _credited(fact: CurvesRun | AttemptMade) -> tuple[int, bool]:
    """Return how many curves count, and whether every visible one was known."""
    if isinstance(fact, AttemptMade):
        return 0, False
    known = len(fact.uncredited)
    return fact.anonymous + len(fact.sigmas) - known, bool(fact.sigmas) and known == len(fact.sigmas)


def _work(fact: WorkAssigned, facts: Sequence[Fact], state: FactoringState) -> WorkAnswer:
    number = _number(state, fact.number)
    lease = next(one for one in facts if isinstance(one, LeaseGranted))
    return WorkAnswer(
        work=fact.work,
        assignment=fact.assignment,
        number=fact.number,
        value=number.value,
        digits=number.digits,
        b1=fact.b1,
        b2=fact.b2,
        param=fact.param,
        curves=fact.curves,
        t_milli=number.t_milli,
        target_milli=number.target_milli,
        expires_at=lease.expires_at,
        prior_milli=state.declared(fact.number).t_milli,
        method=fact.method,
    )


def _composite(fact: Any, _facts: Sequence[Fact], state: FactoringState) -> CompositeAnswer:
    return composite_answer(_number(state, fact.number), _OUTCOMES.get(type(fact), "updated"))


def _assignment(fact: Any, _facts: Sequence[Fact], state: FactoringState) -> leases.LeaseAnswer:
    return lease_answer(fact.work, state)


def _lease(fact: LeaseRenewed | LeaseEnded, _facts: Sequence[Fact], state: FactoringState) -> leases.LeaseAnswer:
    return lease_answer(fact.lease, state)


def _withdrawn(fact: Any, _facts: Sequence[Fact], _state: FactoringState) -> WithdrawnAnswer:
    return WithdrawnAnswer(positions=fact.positions)


def _project(fact: Any, _facts: Sequence[Fact], _state: FactoringState) -> ProjectAnswer:
    return ProjectAnswer(project=fact.project, name=fact.name)


_OUTCOMES: dict[type[Fact], str] = {CompositeSubmitted: "new", WishNoted: "existing"}
_Render = Callable[[Any, Sequence[Fact], FactoringState], Answer]
"""From a fact, all facts of its command and the state just after them."""

_RENDERED: dict[type[Fact], _Render] = {
    CurvesRun: _attempt,
    AttemptMade: _attempt,
    WorkAssigned: _work,
    **dict.fromkeys((Withdrawn, ReportsWithdrawn, ReportsReinstated), _withdrawn),
    **dict.fromkeys((WorkReserved, WorkAcknowledged, WorkProgressed), _assignment),
    **dict.fromkeys((LeaseRenewed, LeaseEnded), _lease),
    **dict.fromkeys(
        (
            CompositeSubmitted,
            CompositeChanged,
            ProjectJoined,
            NumberNamed,
            NumberDeadlineSet,
            NumberShelved,
            NumberUnshelved,
            SnfsFormNoted,
            CompositeImported,
            NumberSplit,
            GroupOrderComputed,
            PrimalitySettled,
            PriorWorkDeclared,
            WishNoted,
        ),
        _composite,
    ),
}
"""By what an answer is rendered: the first fact of a command that stands here."""

_RENDERED_LAST: dict[type[Fact], _Render] = dict.fromkeys(
    (ProjectCreated, ProjectDeleted, ProjectPaused, ProjectResumed, ProjectShareSet), _project
)
"""The same where no fact of the command stands there: a number may have come with its project."""
