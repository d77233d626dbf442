"""Rendering of answers: from facts, and the state just after them."""

from collections.abc import Callable, Sequence
from typing import Any

from core.corrections.events import ReportsReinstated, ReportsWithdrawn, Withdrawn
from core.deciding import Answer, Unanswerable
from core.events.fact import Fact
from core.factoring.answers.shapes import (
    CompositeAnswer,
    CurvesAnswer,
    LeaseAnswer,
    ProjectAnswer,
    WithdrawnAnswer,
    WorkAnswer,
)
from core.factoring.events.assignment import WorkAcknowledged, WorkAssigned, WorkProgressed, WorkReserved
from core.factoring.events.evidence import WishNoted
from core.factoring.events.imports import CompositeImported
from core.factoring.events.numbers import (
    CompositeChanged,
    CompositeSubmitted,
    NumberDeadlineSet,
    NumberNamed,
    NumberShelved,
    NumberSplit,
    NumberUnshelved,
    ProjectJoined,
    SnfsFormNoted,
)
from core.factoring.events.prior_work import PriorWorkDeclared
from core.factoring.events.projects import (
    ProjectCreated,
    ProjectDeleted,
    ProjectPaused,
    ProjectResumed,
    ProjectShareSet,
)
from core.factoring.events.proofs import GroupOrderComputed, PrimalitySettled
from core.factoring.events.reports import AttemptMade, CurvesRun, FactorFound
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number
from core.leases import answers as leases
from core.leases.events import LeaseEnded, LeaseGranted, LeaseRenewed


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
