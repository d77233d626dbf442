"""Decisions about who works on what, and how much of it."""

from msgspec import Struct

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.answers import LeaseAnswer, NoWork, lease_answer
from core.factoring.commands import EndWork, ExpireWork, RenewWork, RequestWork
from core.factoring.cost import curves_within
from core.factoring.curves import Bounds, CurveWorth, bounds_of, measured
from core.factoring.effort import t_level_milli
from core.factoring.events import WorkAssigned
from core.factoring.splitting import stream_of
from core.factoring.standard import curves_to_reach, next_row
from core.factoring.state import FactoringState, Number
from core.leases import decide as leases
from core.refusals import BadInput, Forbidden, Unknown

CONTEXT = "factoring"
FIRST_SECONDS = 5
"""A client whose speed is not known yet gets about this much work, and is measured by it."""
_NOMINAL_SPEED = 1000
PARAM = 1
"""The parametrisation that GMP-ECM chooses itself on 64-bit machines."""


class Plan(Struct, frozen=True, gc=False):
    """What to run next on a number: the curves that lead to `goal_milli`, and what each is worth."""

    bounds: Bounds
    worth: int
    curves: int
    goal_milli: int
    fresh: bool


def assign(command: RequestWork, asking: Asking, state: FactoringState) -> Decision:
    """Give a client the first number that nobody holds; when there is none, a share of one that is held."""
    _check(command)
    free = state.free_number(command.wanted)
    candidates = [free] if free else state.held_numbers(command.wanted)
    for number in candidates:
        plan = plan_for(number, asking, state)
        if plan is not None:
            return _assignment(command, asking, state, number, plan)
    return NoWork(message="There is no number below its target that fits; submit composites, or ask again later.")


def plan_for(number: Number, asking: Asking, state: FactoringState) -> Plan | None:
    """Plan the next step of the standard ladder; None when what is handed out already reaches the target."""
    effort = number.effort + (state.planned(number.number) if number.leases else 0)
    row = next_row(t_level_milli(effort) if number.leases else number.t_milli, number.target_milli)
    if row is None:
        return None
    bounds = bounds_of(row.b1, None, PARAM)
    worth = state.worth(bounds)
    fresh = worth is None
    if worth is None:
        worth = asking.found(CurveWorth(bounds))
    return Plan(bounds, worth, curves_to_reach(effort, row.t_milli, worth), row.t_milli, fresh)


def _check(command: RequestWork) -> None:
    if not 1 <= command.lease_seconds <= 366 * 86_400:
        raise BadInput(f"A lease of {command.lease_seconds} seconds is not acceptable; 1 second to 366 days is.")
    if command.wanted.min_digits > command.wanted.max_digits:
        raise BadInput(
            f"min_digits {command.wanted.min_digits} exceeds max_digits {command.wanted.max_digits}; no number fits."
        )


def _assignment(
    command: RequestWork, asking: Asking, state: FactoringState, number: Number, plan: Plan
) -> list[NewEvent]:
    speed = state.speed_milli(asking.client)
    seconds = command.work_seconds if speed else min(FIRST_SECONDS, command.work_seconds)
    affordable = curves_within(seconds, plan.bounds, number.digits, speed or _NOMINAL_SPEED)
    fact = WorkAssigned(
        work=command.work,
        assignment=state.next_assignment(),
        number=number.number,
        client=asking.client,
        b1=plan.bounds.b1,
        b2=plan.bounds.b2,
        param=plan.bounds.param,
        curves=min(plan.curves, affordable),
        goal_milli=plan.goal_milli,
        cores=command.cores,
    )
    events = [measured(plan.bounds, plan.worth)] if plan.fresh else []
    stream = stream_of(number.number)
    grant = leases.grant(command.work, CONTEXT, stream, asking.client, command.lease_seconds, asking.now)
    events.append(NewEvent(leases.stream_of(command.work), fact, cause=number.submitted))
    events.append(NewEvent(grant.stream, grant.fact, within=len(events) - 1))
    return events


def renew(command: RenewWork, asking: Asking, state: FactoringState) -> Decision:
    """Extend a live lease; an ended one stays ended, and the holder is told so."""
    lease = _lease(command.work, state)
    return leases.renew(lease, CONTEXT, asking.now) or lease_answer(command.work, state)


def end(command: EndWork, asking: Asking, state: FactoringState) -> Decision:
    """End an assignment; one that has ended stays as it ended."""
    lease = _lease(command.work, state)
    if command.by_holder and lease.client != asking.client:
        raise Forbidden(f"The assignment {command.work} is held by another client; only its holder may complete it.")
    events = leases.end(lease, CONTEXT, command.outcome, command.reason)
    return events or lease_answer(command.work, state)


def expire(command: ExpireWork, asking: Asking, state: FactoringState) -> Decision:
    """End a lease whose time has run out; one that was renewed or ended meanwhile stays as it is."""
    lease = _lease(command.work, state)
    return leases.expire(lease, CONTEXT, asking.now) or LeaseAnswer(
        work=command.work, expires_at=lease.expires_at, outcome=lease.outcome
    )


def _lease(work: str, state: FactoringState) -> leases.Lease:
    lease = state.lease(work)
    if lease is None:
        raise Unknown(f"There is no assignment {work[:60]!r}.")
    return lease
