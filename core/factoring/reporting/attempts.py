"""Decisions about attempts by other means than ECM curves: they add no effort, but their factors count."""

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.answers.rendering import composite_answer
from core.factoring.commands.reports import Claim, ReportAttempt, ShareFactors
from core.factoring.events.numbers import stream_of
from core.factoring.events.reports import AttemptMade
from core.factoring.factors.finding import (
    accepted,
    check_claims,
    confirmed_events,
    dissect,
    found_events,
    refused,
    work_ended,
)
from core.factoring.mathematics.curves.limits import DEFAULT_B2, LARGEST_B1, MOST_CURVES, require_b2, require_cpu
from core.factoring.reporting.curves import assignment_of, composite_of, number_of
from core.factoring.state.factoring import FactoringState
from core.leases import decide as leases
from core.refusals import BadInput
from core.wording import shortened

METHODS = ("ecm", "pm1", "pp1", "qs", "nfs", "auto")
RELATION = "relation"
"""Instead of a method, where nobody tried anything: a number was seen to share factors with another."""


def attempt(command: ReportAttempt, asking: Asking, state: FactoringState) -> Decision:
    """Record an attempt and what it found."""
    check_attempt(command)
    return _attempted(command, asking, state)


def share(command: ShareFactors, asking: Asking, state: FactoringState) -> Decision:
    """Record factors that a number shares with others, unless they are known of it by now."""
    number = composite_of(command.value, state)
    claims = tuple(map(Claim, command.factors))
    if not dissect(claims, number, asking, state).splits:
        return composite_answer(number, "existing")
    return _attempted(ReportAttempt(command.value, RELATION, b1=0, b2=None, runs=0, claims=claims), asking, state)


def _attempted(command: ReportAttempt, asking: Asking, state: FactoringState) -> list[NewEvent]:
    assignment = assignment_of(command.work, command.value, state)
    number = number_of(command.value, assignment, asking, state)
    dissected = dissect(command.claims, number, asking, state)
    fact = AttemptMade(
        attempt=state.next_attempt(),
        number=number.id,
        client=asking.client,
        method=command.method,
        b1=command.b1,
        b2=DEFAULT_B2 if command.b2 is None else command.b2,
        runs=command.runs,
        factors=accepted(dissected),
        refused=refused(dissected),
        cpu_milliseconds=command.cpu_milliseconds,
        program=command.program,
        output=command.output,
    )
    made = NewEvent(stream_of(number.id), fact, cause=assignment.position if assignment else number.submitted)
    lease = state.lease(command.work) if assignment else None
    by = {"attempt": fact.attempt, "client": fact.client, "within": 0}
    return [
        made,
        *found_events(command.claims, dissected, number, state, **by),
        *confirmed_events(command.claims, dissected, number, **by),
        *work_ended(dissected, {asking.client, *command.senders}, state, own=command.work),
        *(leases.end(lease, "factoring", "completed") if lease else ()),
    ]


def check_attempt(command: ReportAttempt) -> None:
    """Refuse what could be an attempt on no number at all.

    Raises:
        BadInput: the method, a bound or a count is not acceptable.
    """
    if command.method not in METHODS:
        raise BadInput(f"method {shortened(command.method)!r} is not known; {', '.join(METHODS)} are.")
    if not 0 <= command.b1 <= LARGEST_B1:
        raise BadInput(f"B1 = {command.b1} is out of bounds: a whole number from 0 (none) to {LARGEST_B1} is accepted.")
    require_b2(command.b2)
    if not 0 <= command.runs <= MOST_CURVES:
        raise BadInput(f"{command.runs} runs are out of bounds: a whole number from 0 to {MOST_CURVES} is accepted.")
    require_cpu(command.cpu_milliseconds)
    check_claims(command.claims)
