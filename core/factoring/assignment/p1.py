"""Decisions about who runs P-1 and P+1 on what."""

from bisect import bisect_right

from core.deciding import Asking, Decision
from core.factoring.assignment.assigning import check_lease, granted, held_enough, no_work
from core.factoring.commands.assignment import RequestP1Work
from core.factoring.events.assignment import WorkAssigned
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.curves.parametrisation import USUAL_PARAM
from core.factoring.mathematics.levels.ladder import STANDARD
from core.factoring.state.factoring import FactoringState


def p1_b1(target_milli: int) -> int:
    """Return the B1 for P-1 and P+1 on a number with this target: that of the first row of the ladder above it."""
    row = bisect_right(STANDARD, target_milli, key=lambda step: step.t_milli)
    return STANDARD[min(row, len(STANDARD) - 1)].b1


def assign(command: RequestP1Work, asking: Asking, state: FactoringState) -> Decision:
    """Give a client the first candidate that nobody holds, whether or not it has reached its target."""
    check_lease(command.lease_seconds)
    if full := held_enough(asking.client, command.most_held, state):
        return full
    for candidate in command.candidates:
        number = state.number(candidate)
        if (
            number is None
            or number.status not in {"open", "finished"}
            or number.leases
            or number.shelf
            or state.rests(number.id)
        ):
            continue
        fact = WorkAssigned(
            work=command.work,
            assignment=state.next_assignment(),
            number=number.id,
            client=asking.client,
            b1=p1_b1(number.target_milli),
            b2=DEFAULT_B2,
            param=USUAL_PARAM,
            curves=1,
            goal_milli=number.t_milli,
            cores=0,
            method=command.method,
            exclusive=True,
            strategy="",
            nominal_microseconds=0,
        )
        return granted(fact, number, command.lease_seconds, asking)
    return no_work("P-1 and P+1 have been run far enough on every number that fits; ask again later.", state)
