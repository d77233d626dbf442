"""Decisions about who works on what, and how much of it."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.answers import NoWork, lease_answer
from core.factoring.commands import AcknowledgeWork, EndWork, RenewWork, RequestWork
from core.factoring.curves import STAGE_1_ONLY, Bounds, CurveWorth, bounds_of, measured
from core.factoring.events import WorkAcknowledged, WorkAssigned, WorkProgressed, WorkReserved
from core.factoring.formats.gmp_ecm.choices import fastest_param
from core.factoring.mathematics.cost import curves_within
from core.factoring.mathematics.effort import t_level_milli
from core.factoring.mathematics.standard import curves_to_reach, next_row
from core.factoring.residues.events import residue_of_subject
from core.factoring.splitting import stream_of
from core.factoring.state import FactoringState, Number, Wanted
from core.leases import decide as leases
from core.leases.holding import known_lease
from core.refusals import BadInput, Unknown

CONTEXT = "factoring"
FIRST_SECONDS = 5
"""A client whose speed is not known yet gets about this much work, and is measured by it."""
_NOMINAL_SPEED = 1000
_STEP = 0.1
"""Of an assignment's curves; so many more are recorded at once, fewer when the lease is extended."""


class Plan(Struct, frozen=True, gc=False):
    """The next step on a number: the curves that lead to `goal_milli`, and the worth of each."""

    bounds: Bounds
    worth: int
    curves: int
    goal_milli: int
    fresh: bool


def assign(command: RequestWork, asking: Asking, state: FactoringState) -> Decision:
    """Give a client the first number that nobody holds; when there is none, a share of one that is held."""
    _check(command)
    if full := held_enough(asking.client, command.most_held, state):
        return full
    for number in _candidates(command.wanted, state):
        plan = plan_for(number, asking, state)
        if plan is not None:
            return _assignment(command, asking, state, number, plan)
    return NoWork(message="There is no number below its target that fits; submit composites, or ask again later.")


def _candidates(wanted: Wanted, state: FactoringState) -> Iterator[Number]:
    """Return what may be worked on, the first first: what is free, then that of which a part is done or handed out already."""
    free = state.free_number(replace(wanted, without_residues=True))
    if free is not None:
        yield free
        return
    if not wanted.without_residues:
        yield from state.numbers_with_residues(wanted)
    yield from state.held_numbers(wanted)


def held_enough(client: int, most: int, state: FactoringState) -> NoWork | None:
    """Return why a client gets nothing more when it holds `most` assignments already; 0 is no bound."""
    held = state.held_by(client) if most else 0
    if held < most or not most:
        return None
    return NoWork(message=f"{held} assignments are held already, of {most} at most; complete or hand back one first.")


def plan_for(number: Number, asking: Asking, state: FactoringState) -> Plan | None:
    """Plan the next step of the standard ladder; None when what is handed out already reaches the target.

    The stage 2 of residues that wait for it counts as handed out.
    """
    planned = (state.planned(number.id) if number.leases else 0) + _stage_2_waiting(number, asking, state)
    effort = number.effort + planned
    row = next_row(t_level_milli(effort) if planned else number.t_milli, number.target_milli)
    if row is None:
        return None
    bounds = bounds_of(row.b1, None, fastest_param(number.value))
    worth = state.worth(bounds)
    fresh = worth is None
    if worth is None:
        worth = asking.found(CurveWorth(bounds))
    return Plan(bounds, worth, curves_to_reach(effort, row.t_milli, worth), row.t_milli, fresh)


def _stage_2_waiting(number: Number, asking: Asking, state: FactoringState) -> int:
    """Return the effort that the stage 2 of a number's residues is going to add."""

    def worth(bounds: Bounds) -> int:
        known = state.worth(bounds)
        return asking.found(CurveWorth(bounds)) if known is None else known

    return sum(
        file.curves
        * (worth(bounds_of(file.b1, None, file.param)) - worth(bounds_of(file.b1, STAGE_1_ONLY, file.param)))
        for file in state.residues.waiting(number.id)
    )


def check_lease(seconds: int) -> None:
    """Refuse a lease of a length that nobody means.

    Raises:
        BadInput: it is out of bounds.
    """
    if not 1 <= seconds <= 366 * 86_400:
        raise BadInput(f"A lease of {seconds} seconds is not acceptable; 1 second to 366 days is.")


def _check(command: RequestWork) -> None:
    check_lease(command.lease_seconds)
    if command.wanted.min_digits > command.wanted.max_digits:
        raise BadInput(
            f"min_digits {command.wanted.min_digits} exceeds max_digits {command.wanted.max_digits}; no number fits."
        )


def _assignment(
    command: RequestWork, asking: Asking, state: FactoringState, number: Number, plan: Plan
) -> list[NewEvent]:
    curves = plan.curves if command.whole else min(plan.curves, _affordable(command, asking, state, number, plan))
    fact = WorkAssigned(
        work=command.work,
        assignment=state.next_assignment(),
        number=number.id,
        client=asking.client,
        b1=plan.bounds.b1,
        b2=plan.bounds.b2,
        param=plan.bounds.param,
        curves=curves,
        goal_milli=number.target_milli if command.whole else plan.goal_milli,
        cores=command.cores,
        method="ecm",
        exclusive=command.whole,
    )
    events = [measured(plan.bounds, plan.worth)] if plan.fresh else []
    return events + granted(fact, number, command.lease_seconds, asking, within=len(events))


def _affordable(command: RequestWork, asking: Asking, state: FactoringState, number: Number, plan: Plan) -> int:
    speed = state.speed_milli(asking.client)
    seconds = command.work_seconds if speed else min(FIRST_SECONDS, command.work_seconds)
    return curves_within(seconds, plan.bounds, number.digits, speed or _NOMINAL_SPEED)


def granted(
    fact: WorkAssigned | WorkReserved, number: Number, lease_seconds: int, asking: Asking, within: int = 0
) -> list[NewEvent]:
    """Record an assignment with its lease; `within` is its offset among the events of the decision."""
    grant = leases.grant(fact.work, CONTEXT, stream_of(number.id), asking.client, lease_seconds, asking.now)
    assigned = NewEvent(leases.stream_of(fact.work), fact, cause=number.submitted, opens=True)
    return [assigned, NewEvent(grant.stream, grant.fact, within=within)]


def acknowledge(command: AcknowledgeWork, asking: Asking, state: FactoringState) -> Decision:
    """Record that the holder has its assignment, or has begun; that shows it to be alive as well."""
    lease = _held(command.work, asking, state)
    if lease.outcome is not None:
        return lease_answer(command.work, state)
    fact = WorkAcknowledged(work=command.work, stage=command.stage)
    return [
        NewEvent(leases.stream_of(command.work), fact, cause=lease.granted),
        *leases.renew(lease, CONTEXT, asking.now),
    ]


def renew(command: RenewWork, asking: Asking, state: FactoringState) -> Decision:
    """Extend a live lease, and note how far its holder is; an ended one stays ended, and the holder is told so."""
    lease = _assigned(command.lease, state)
    events = leases.renew(lease, CONTEXT, asking.now, command.seconds)
    assignment = state.assignment(command.lease)
    if assignment is not None and lease.outcome is None:
        more = command.curves - assignment.progressed
        if more > 0 and (events or more >= assignment.curves * _STEP):
            progressed = WorkProgressed(work=command.lease, curves=command.curves)
            events.append(NewEvent(leases.stream_of(command.lease), progressed, cause=lease.granted))
    return events or lease_answer(command.lease, state)


def end(command: EndWork, asking: Asking, state: FactoringState) -> Decision:
    """End an assignment; one that has ended stays as it ended."""
    if command.by_holder:
        lease = _held(command.lease, asking, state)
    else:
        lease = _assigned(command.lease, state, or_reserved=command.reserved)
    events = leases.end(lease, CONTEXT, command.outcome, command.reason)
    return events or lease_answer(command.lease, state)


def _held(work: str, asking: Asking, state: FactoringState) -> leases.Lease:
    """Return an assignment's lease when the one who asks holds or held it; to others it does not exist."""
    lease = _assigned(work, state)
    if lease.client != asking.client:
        raise Unknown(
            f"The assignment {work[:60]!r} is not this client's; only its holder may claim, start or complete it."
        )
    return lease


def _assigned(work: str, state: FactoringState, *, or_reserved: bool = False) -> leases.Lease:
    """Return the lease of an assignment; a claim on a residue file is none, and a reservation is only when it is said so."""
    lease = known_lease(work, state)
    residue = residue_of_subject(lease.subject)
    if residue is not None:
        raise Unknown(
            f"{work[:60]!r} is a claim on residue file {residue}, no assignment; it ends at /residues/{residue}/claim."
        )
    if not or_reserved and state.assignment(work) is None:
        raise Unknown(f"{work[:60]!r} is a reservation, which administrators release; there is no such assignment.")
    return lease
