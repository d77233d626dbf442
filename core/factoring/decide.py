"""Factoring as a context: which decision answers which command."""

from core.deciding import Asking, Command, Context, Decision
from core.factoring import assigning, reporting, submitting
from core.factoring.answers import ANSWERS, answer
from core.factoring.commands import EndWork, ExpireWork, RenewWork, ReportCurves, RequestWork, SubmitComposite
from core.factoring.events import FACTS, CompositeChanged, CompositeSubmitted, NumberSplit
from core.factoring.state import FactoringState
from core.leases.events import LeaseEnded


def decide(command: Command, asking: Asking, state: FactoringState) -> Decision:
    """Decide a command of this context."""
    match command:
        case ReportCurves():
            return reporting.report(command, asking, state)
        case RequestWork():
            return assigning.assign(command, asking, state)
        case RenewWork():
            return assigning.renew(command, asking, state)
        case EndWork():
            return assigning.end(command, asking, state)
        case ExpireWork():
            return assigning.expire(command, asking, state)
        case SubmitComposite():
            return submitting.submit(command, asking, state)
    raise AssertionError(f"{type(command).__name__} is no command of factoring")


FACTORING = Context(
    name="factoring",
    facts=FACTS,
    decide=decide,
    answer=answer,
    answers=ANSWERS,
    expire=lambda lease: ExpireWork(work=lease),
    openings=frozenset({CompositeSubmitted.type, CompositeChanged.type, NumberSplit.type, LeaseEnded.type}),
)
