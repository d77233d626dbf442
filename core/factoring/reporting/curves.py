"""Decisions about curves that were run: what they add, and which factors they found."""

import re
from collections.abc import Mapping, Sequence
from itertools import filterfalse

from msgspec import Struct

from core.bigint import abbreviate
from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.commands.reports import ReportCurves
from core.factoring.events.numbers import stream_of
from core.factoring.events.reports import CurvesRun, Raised
from core.factoring.events.residues import CurvesAssumed
from core.factoring.factors.dissection import Dissected
from core.factoring.factors.finding import (
    accepted,
    check_claims,
    confirmed_events,
    dissect,
    found_events,
    refused,
    work_ended,
)
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.limits import require_cpu, require_curves
from core.factoring.mathematics.divisibility.covering import Covering
from core.factoring.mathematics.divisibility.primality import IN_WORDS
from core.factoring.state.assignment import Assignment
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number
from core.factoring.worth import CurveWorth, measured
from core.leases import decide as leases
from core.refusals import BadInput, Unknown
from core.wording import count_of, shortened

MAX_SIGMAS = 2_000
"""More than this would not fit into an event with their checksums; a longer report comes in several."""
MAX_CHECKSUM = 2**32 - 1
"""GMP-ECM computes them modulo 2^32 - 5."""
_SIGMA = re.compile(r"(?:0|-?[1-9][0-9]{0,999})\Z", re.ASCII)


class NotSubmitted(Unknown):
    """The number that work was done on is not on record."""


class Novelty(Struct, frozen=True, gc=False):
    """The new part of a report: see the fields of the same names in `CurvesRun`."""

    anonymous: int
    raised: tuple[Raised, ...]
    uncredited: tuple[int, ...]


def report(command: ReportCurves, asking: Asking, state: FactoringState) -> Decision:
    """Record curves; claims that are no factors are refused by name, and the curves count all the same."""
    check_report(command)
    assignment = assignment_of(command.work, command.value, state)
    number = number_of(command.value, assignment, asking, state)
    bounds = command.bounds or (assignment.bounds if assignment else None)
    if bounds is None:
        raise BadInput("The report names neither b1 nor an assignment; B1 says how far the curves were run.")
    dissected = dissect(command.claims, number, asking, state)
    events: list[NewEvent] = []
    if state.worth(bounds) is None:
        events.append(measured(bounds, asking.found(CurveWorth(bounds))))
    run = len(events)
    fact = _curves_run(command, asking, state, number, assignment, bounds, dissected)
    events.append(NewEvent(stream_of(number.id), fact, cause=assignment.position if assignment else number.submitted))
    events += found_events(
        command.claims, dissected, number, state, attempt=fact.attempt, client=fact.client, within=run
    )
    events += confirmed_events(command.claims, dissected, number, attempt=fact.attempt, client=fact.client, within=run)
    events += work_ended(dissected, {asking.client, *command.senders}, state, own=command.work)
    if assignment and assignment.completed + command.curves >= assignment.curves:
        lease = state.lease(assignment.work)
        events += leases.end(lease, "factoring", "completed") if lease else []
    if command.assumed:
        sigmas = command.sigmas[-command.assumed :]
        assumed = CurvesAssumed(attempt=fact.attempt, number=number.id, param=bounds.param, sigmas=sigmas)
        events.append(NewEvent(stream_of(number.id), assumed, within=run))
    return events


def assignment_of(work: str, value: str, state: FactoringState) -> Assignment | None:
    """Return the assignment under which something is reported; None when no work is named.

    Where a log was restored from a backup, workers report under assignments that it has lost; what was done counts for the
    number all the same when that is named too.

    Raises:
        Unknown: it was never handed out, and no number is named.
    """
    if not work:
        return None
    assignment = state.assignment(work)
    if assignment is None and not value:
        raise Unknown(f"There is no assignment {shortened(work)!r}.")
    return assignment


def number_of(value: str, assignment: Assignment | None, asking: Asking, state: FactoringState) -> Number:
    """Return the composite that is reported on: the assignment's, without one the one that is named.

    Raises:
        NotSubmitted: nobody has submitted what is named.
        BadInput: that is prime, or what is run on it does not count for the assignment's, or neither is named.
        Unprepared: whether it does has yet to be found out.
    """
    if assignment is None:
        if not value:
            raise BadInput("The report names neither a composite nor an assignment; one of the two is needed.")
        return composite_of(value, state)
    number = state.number(assignment.number)
    assert number is not None, f"number {assignment.number} was assigned"
    if value and value != number.value:
        primes = tuple(leaf.value for leaf in state.leaves(number.id) if leaf.primality != "composite")
        if not asking.found(Covering(value, number.value, primes)):
            raise BadInput(
                f"composite is {abbreviate(value)}, and the assignment is of {abbreviate(number.value)}; that number is accepted, one"
                " that it is a part of, what is left of it without primes that are known, or none. What was run on another one counts"
                " for that when no assignment is named."
            )
    return number


def composite_of(value: str, state: FactoringState) -> Number:
    """Return the composite of this value.

    Raises:
        NotSubmitted: nobody has submitted it.
        BadInput: it is prime.
    """
    number = state.number_of_value(value)
    if number is None:
        raise NotSubmitted(f"The number {abbreviate(value)} is not known here; submit it first.")
    if number.primality != "composite":
        raise BadInput(f"{abbreviate(number.value)} is {IN_WORDS[number.primality]}; there is nothing to find in it.")
    return number


def check_report(command: ReportCurves) -> None:
    """Refuse counts, sigmas and checksums that no curves could have, whatever number they were run on.

    Raises:
        BadInput: one of them is not acceptable.
    """
    require_curves(command.curves)
    require_cpu(command.cpu_milliseconds)
    check_claims(command.claims)
    sigmas = command.sigmas
    if len(sigmas) > command.curves:
        curves = count_of(command.curves, "curve")
        raise BadInput(f"{len(sigmas)} sigmas were sent for {curves}; at most one a curve is accepted.")
    if len(sigmas) > MAX_SIGMAS:
        raise BadInput(f"{len(sigmas)} sigmas were sent; at most {MAX_SIGMAS} are accepted in one report.")
    for sigma in filterfalse(_SIGMA.match, sigmas):
        raise BadInput(f"sigma {shortened(sigma)!r} is not acceptable; a whole number of up to 1000 digits is.")
    if command.checksums and len(command.checksums) != len(sigmas):
        raise BadInput(
            f"For {count_of(len(sigmas), 'sigma')} came {count_of(len(command.checksums), 'checksum')}; one for each (null where there is"
            " none), or none at all, is accepted."
        )
    for checksum in command.checksums:
        if checksum is not None and not 0 <= checksum <= MAX_CHECKSUM:
            raise BadInput(f"The checksum {checksum} is out of bounds: 0 to {MAX_CHECKSUM} is accepted.")


def known_already(number: Number, bounds: Bounds, sigmas: Sequence[str], state: FactoringState) -> dict[str, Bounds]:
    """Return which curves count already: for a number, or at least with these bounds for every composite that is left of it.

    Modulo what is left of it a curve on the number is the same curve; there is nothing else to be found.
    """
    if not sigmas:
        return {}
    known = state.known_curves(number.id, bounds.param, sigmas)
    if number.status == "split":
        left = state.known_of_what_is_left(number.id, bounds.param, sigmas)
        known |= {sigma: before for sigma, before in left.items() if before.reach >= bounds.reach}
    return known


def novelty(
    sigmas: Sequence[str], anonymous: int, bounds: Bounds, known: Mapping[str, Bounds], *, if_known: bool = False
) -> Novelty:
    """Find out what of a report is new: a curve known with smaller bounds is raised to these, any other known adds nothing.

    Args:
        sigmas: of the curves that have one.
        anonymous: how many have none; they count unless every other one is known.
        bounds: to which the curves were run.
        known: curves that count already, by sigma, with the largest bounds they were run to.
        if_known: whether the others are not these curves for certain, and add nothing.
    """
    if not known and not if_known and len(set(sigmas)) == len(sigmas):
        return Novelty(anonymous, (), ())
    raised: list[Raised] = []
    uncredited: list[int] = []
    seen: set[str] = set()
    for offset, sigma in enumerate(sigmas):
        before = known.get(sigma)
        if sigma in seen or (if_known if before is None else before.reach >= bounds.reach):
            uncredited.append(offset)
        elif before is not None:
            raised.append(Raised(offset, before.b1, before.b2))
        seen.add(sigma)
    nothing_new = bool(sigmas) and len(uncredited) == len(sigmas)
    return Novelty(0 if nothing_new else anonymous, tuple(raised), tuple(uncredited))


def _doubt(command: ReportCurves, assignment: Assignment | None, now: int) -> str:
    """Tell why nobody can have run these curves: more CPU time than the declared cores had since the assignment."""
    if assignment is None or not assignment.cores or not command.cpu_milliseconds:
        return ""
    had = (now - assignment.assigned_at) * assignment.cores // 1000
    if command.cpu_milliseconds <= had:
        return ""
    return (
        f"{command.cpu_milliseconds / 1000:.1f} CPU-seconds were reported, but {assignment.cores} cores had"
        f" {had / 1000:.1f} since the assignment."
    )


def _curves_run(
    command: ReportCurves,
    asking: Asking,
    state: FactoringState,
    number: Number,
    assignment: Assignment | None,
    bounds: Bounds,
    dissected: Dissected,
) -> CurvesRun:
    sigmas = command.sigmas
    known = known_already(number, bounds, sigmas, state)
    new = novelty(sigmas, command.curves - len(sigmas), bounds, known, if_known=command.if_known)
    return CurvesRun(
        attempt=state.next_attempt(),
        number=number.id,
        work=assignment.work if assignment else "",
        client=asking.client or (assignment.client if assignment else 0),
        method=command.method,
        b1=bounds.b1,
        b2=bounds.b2,
        param=bounds.param,
        curves=command.curves,
        sigmas=sigmas,
        anonymous=new.anonymous,
        raised=new.raised,
        uncredited=new.uncredited,
        checksums=command.checksums,
        factors=accepted(dissected),
        refused=refused(dissected),
        cpu_milliseconds=command.cpu_milliseconds,
        program=command.program,
        output=command.output,
        doubt=_doubt(command, assignment, asking.now),
    )
