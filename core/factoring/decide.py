"""Factoring as a context: which decision answers which command."""

from collections.abc import Callable
from typing import Any

from core.deciding import Asking, Command, Context, Decision
from core.factoring import (
    assigning,
    attempting,
    curating,
    curation_events,
    events,
    p1,
    projects,
    reporting,
    reserving,
    shelving,
    submitting,
)
from core.factoring import commands as work
from core.factoring import curation_commands as curation
from core.factoring.answers import ANSWERS, answer
from core.factoring.curation_events import NumberUnshelved
from core.factoring.events import CompositeChanged, CompositeSubmitted, NumberSplit
from core.factoring.state import FactoringState
from core.leases.events import LeaseEnded

_DECISIONS: dict[type[Command], Callable[[Any, Asking, FactoringState], Decision]] = {
    work.ReportCurves: reporting.report,
    work.RequestWork: assigning.assign,
    work.RenewWork: assigning.renew,
    work.EndWork: assigning.end,
    work.ExpireWork: assigning.expire,
    work.AcknowledgeWork: assigning.acknowledge,
    work.SubmitComposite: submitting.submit,
    work.ReportAttempt: attempting.attempt,
    work.RequestP1Work: p1.assign,
    work.ReserveWork: reserving.reserve,
    curation.ChangeComposite: curating.change,
    curation.DescribeNumber: curating.describe,
    curation.ShelveNumber: shelving.shelve,
    curation.UnshelveNumber: shelving.unshelve,
    curation.Withdraw: curating.withdraw,
    curation.CreateProject: projects.create,
    curation.DeleteProject: projects.delete,
}


def decide(command: Command, asking: Asking, state: FactoringState) -> Decision:
    """Decide a command of this context."""
    return _DECISIONS[type(command)](command, asking, state)


FACTORING = Context(
    name="factoring",
    facts=(*events.FACTS, *curation_events.FACTS),
    decide=decide,
    answer=answer,
    answers=ANSWERS,
    expire=lambda lease: work.ExpireWork(work=lease),
    openings=frozenset(
        {CompositeSubmitted.type, CompositeChanged.type, NumberSplit.type, NumberUnshelved.type, LeaseEnded.type}
    ),
)
