"""Decisions about who works on what, and how much of it."""

from collections.abc import Iterator
from itertools import islice

from msgspec.structs import replace

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.answers.rendering import lease_answer
from core.factoring.answers.shapes import NoWork
from core.factoring.assignment.planning import Plan, Portion, most_promising, next_step, portion_of
from core.factoring.assignment.turns import free_in_turn
from core.factoring.commands.assignment import AcknowledgeWork, EndWork, RenewWork, RequestWork
from core.factoring.events.assignment import WorkAcknowledged, WorkAssigned, WorkProgressed, WorkReserved
from core.factoring.events.numbers import stream_of
from core.factoring.events.residues import residue_of_subject
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number, Wanted
from core.factoring.worth import measured
from core.free_text import check_reason
from core.leases import decide as leases
from core.leases.ending import ends_in_time, too_late
from core.leases.holding import known_lease
from core.refusals import BadInput, Unknown
from core.timestamps import SECOND
from core.wording import shortened

CONTEXT = "factoring"
_NAMED = 5
_STEP = 0.1
"""Of an assignment's curves; so many more are recorded at once, fewer when the lease is extended."""
_WEIGHED = 16
"""So many numbers that somebody holds are weighed against each other before one of them is shared."""
_NOTHING_SHORT = "Nothing short comes next; several are given only of that."
FAIR = "fair"
"""The strategy by which the numbers that had the least are given, of all work that is given by what it promises."""
_FAIR_SHARE = 10
"""One part in so many goes to those numbers."""


def assign(command: RequestWork, asking: Asking, state: FactoringState) -> Decision:
    """Give a client the first number that nobody holds; when there is none, a share of one that is held."""
    _check(command)
    if full := held_enough(asking.client, command.most_held, state):
        return full
    portion = portion_of(
        asking.client,
        _seconds_of_work(command),
        state,
        unmeasured=command.unmeasured,
        several=bool(command.first),
    )
    further = command.first not in {"", command.work}
    if further and not _was_short(command.first, portion, state):
        return no_work(_NOTHING_SHORT, state)
    late = False
    for strategy, plan in _plans(command, portion, asking, state):
        if further and not portion.is_short(plan.microseconds):
            return no_work(_NOTHING_SHORT, state)
        if _ends_in_time(plan, command, asking, state):
            return _assignment(command, asking, state, plan, strategy)
        late = True
    if late:
        return no_work(too_late(command.lives_seconds), state)
    return no_work("There is no number below its target that fits; submit composites, or ask again later.", state)


def no_work(message: str, state: FactoringState) -> NoWork:
    """Say that there is nothing to do, and of which projects nothing is handed out."""
    paused = state.paused_projects()
    if not paused:
        return NoWork(message=message)
    named = ", ".join(paused[:_NAMED]) + (f" and {len(paused) - _NAMED} more" if len(paused) > _NAMED else "")
    return NoWork(message=f"{message} Paused just now: {named}.", paused=True)


def _was_short(work: str, portion: Portion, state: FactoringState) -> bool:
    """Tell whether an assignment was given, and is less than is worth to be asked for by itself."""
    first = state.assignment(work)
    number = None if first is None else state.number(first.number)
    if first is None or number is None:
        return False
    given = Plan(number, first.bounds, 0, first.curves, number.t_milli, fresh=False, method=first.method)
    return portion.is_short(given.microseconds)


def _plans(command: RequestWork, portion: Portion, asking: Asking, state: FactoringState) -> Iterator[tuple[str, Plan]]:
    """Return what may be worked on, the first first: what is free, then that of which a part is done or handed out already."""
    wanted = command.wanted

    def plan(number: Number) -> Plan | None:
        if wanted.strategy == "yield" and not command.whole:
            return most_promising(number, portion, asking, state, beside=command.beside)
        found = next_step(number, asking, state)
        if found is None or command.whole:
            return found
        return replace(found, curves=min(found.curves, portion.most_curves(found.bounds, number.digits)))

    strategy, free = _free(wanted, asking.now, state)
    if free is not None:
        found = plan(free)
        if found is not None:
            yield strategy, found
        return
    if not wanted.without_residues:
        yield from ((wanted.strategy, found) for found in state.plans_with_residues(wanted, plan))
    shared = state.plans_on_held(wanted, plan)
    if wanted.strategy == "yield":
        shared = iter(sorted(islice(shared, _WEIGHED), key=lambda one: (-one.number.priority, -one.promise)))
    yield from ((wanted.strategy, found) for found in shared)


def _seconds_of_work(command: RequestWork) -> int:
    """Return for how long a client is given work: at most a little less than it has left."""
    left = command.lives_seconds * 9 // 10
    return min(command.work_seconds, max(left, 1)) if left else command.work_seconds


def _ends_in_time(plan: Plan, command: RequestWork, asking: Asking, state: FactoringState) -> bool:
    """Tell whether curves end within what is left to a client, at its speed; one not measured may be slower than is usual."""
    speed = state.speed_milli(asking.client)
    if speed is None:
        return ends_in_time(plan.microseconds / SECOND, command.lives_seconds)
    return not command.lives_seconds or plan.microseconds * speed <= command.lives_seconds * SECOND * 1000


def _free(wanted: Wanted, now: int, state: FactoringState) -> tuple[str, Number | None]:
    """Return the first number that nobody holds, in the turn of its project, and why it is that one.

    One tenth of what is given by its promise goes to the numbers that had the least: whenever less of it did.
    """
    wanted = replace(wanted, without_residues=True)
    if wanted.strategy == "yield":
        given = state.given_by_promise()
        if given.fair * _FAIR_SHARE < given.whole:
            return FAIR, free_in_turn(replace(wanted, strategy="progressive"), now, state)
    return wanted.strategy, free_in_turn(wanted, now, state)


def held_enough(client: int, most: int, state: FactoringState) -> NoWork | None:
    """Return why a client gets nothing more when it holds `most` assignments already; 0 is no bound."""
    held = state.held_by(client) if most else 0
    if held < most or not most:
        return None
    return NoWork(message=f"{held} assignments are held already, of {most} at most; complete or hand back one first.")


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
    command: RequestWork, asking: Asking, state: FactoringState, plan: Plan, strategy: str
) -> list[NewEvent]:
    number = plan.number
    fact = WorkAssigned(
        work=command.work,
        assignment=state.next_assignment(),
        number=number.id,
        client=asking.client,
        b1=plan.bounds.b1,
        b2=plan.bounds.b2,
        param=plan.bounds.param,
        curves=plan.curves,
        goal_milli=number.target_milli if command.whole else plan.goal_milli,
        cores=command.cores,
        method=plan.method,
        exclusive=command.whole or plan.method != "ecm",
        strategy=strategy,
        nominal_microseconds=plan.microseconds,
    )
    events = [measured(plan.bounds, plan.worth)] if plan.fresh else []
    return events + granted(fact, number, command.lease_seconds, asking, within=len(events))


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
    events = leases.end(lease, CONTEXT, command.outcome, check_reason(command.reason))
    return events or lease_answer(command.lease, state)


def _held(work: str, asking: Asking, state: FactoringState) -> leases.Lease:
    """Return an assignment's lease when the one who asks holds or held it; to others it does not exist."""
    lease = _assigned(work, state)
    if lease.client != asking.client:
        raise Unknown(
            f"The assignment {shortened(work)!r} is not this client's; only its holder may claim, start or complete it."
        )
    return lease


def _assigned(work: str, state: FactoringState, *, or_reserved: bool = False) -> leases.Lease:
    """Return the lease of an assignment; a claim on a residue file is none, and a reservation is only when it is said so."""
    lease = known_lease(work, state)
    residue = residue_of_subject(lease.subject)
    if residue is not None:
        raise Unknown(
            f"{shortened(work)!r} is a claim on residue file {residue}, no assignment; it ends at /residues/{residue}/claim."
        )
    if not or_reserved and state.assignment(work) is None:
        raise Unknown(
            f"{shortened(work)!r} is a reservation, which administrators release; there is no such assignment."
        )
    return lease
