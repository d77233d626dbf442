"""Decisions about small leftovers: numbers at their target that the quadratic sieve factors in less than a minute."""

from msgspec.structs import replace

from core.deciding import Asking, Decision
from core.factoring.assignment.assigning import check_lease, granted, no_work
from core.factoring.commands.assignment import RequestSieving
from core.factoring.events.assignment import WorkAssigned
from core.factoring.mathematics.prospects.cost import QUADRATIC_SIEVE, sieving_microseconds
from core.factoring.state.factoring import FactoringState
from core.leases.ending import ends_in_time, too_late
from core.timestamps import SECOND

MOST_DIGITS = 70
"""Beyond, a sieve with several processes is worth its trouble, which is not ours."""


def _in_time(digits: int, lives_seconds: int) -> bool:
    """Tell whether so many digits are sieved within a lifetime."""
    return ends_in_time(sieving_microseconds(digits) / SECOND, lives_seconds)


def assign(command: RequestSieving, asking: Asking, state: FactoringState) -> Decision:
    """Give a client the first number at its target that is short enough and that nobody holds."""
    check_lease(command.lease_seconds)
    most = max((digits for digits in range(MOST_DIGITS + 1) if _in_time(digits, command.lives_seconds)), default=0)
    number = state.leftover(replace(command.wanted, max_digits=min(command.wanted.max_digits, most)))
    if number is None and most < MOST_DIGITS:
        return no_work(too_late(command.lives_seconds), state)
    if number is None:
        return no_work(f"No number of up to {MOST_DIGITS} digits is left at its target; ask again later.", state)
    fact = WorkAssigned(
        work=command.work,
        assignment=state.next_assignment(),
        number=number.id,
        client=asking.client,
        b1=0,
        b2=0,
        param=0,
        curves=1,
        goal_milli=number.t_milli,
        cores=0,
        method=QUADRATIC_SIEVE,
        exclusive=True,
        strategy="",
        nominal_microseconds=0,
    )
    return granted(fact, number, command.lease_seconds, asking)
