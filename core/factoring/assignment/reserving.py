"""Decisions about numbers that are worked on elsewhere, by other means."""

from core.deciding import Asking, Decision
from core.factoring.assignment.assigning import check_lease, granted
from core.factoring.commands.assignment import ReserveWork
from core.factoring.events.assignment import WorkReserved
from core.factoring.numbers.shelving import listed
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number
from core.refusals import BadInput, Conflict
from core.wording import shortened

METHODS = ("nfs", "snfs", "gnfs", "other")
MAX_METADATA = 10_000


def reserve(command: ReserveWork, asking: Asking, state: FactoringState) -> Decision:
    """Keep a number, or the one composite that is left of it, from being assigned.

    Raises:
        Conflict: somebody works on it, or nothing of it is left, or several composites.
    """
    check_lease(command.lease_seconds)
    if command.method not in METHODS:
        raise BadInput(f"method {shortened(command.method)!r} is not acceptable; {', '.join(METHODS)} are.")
    if len(command.metadata) > MAX_METADATA:
        raise BadInput(f"metadata takes {len(command.metadata)} characters; up to {MAX_METADATA} are accepted.")
    number = _left_of(command.number, state)
    if number.leases:
        raise Conflict(f"Number {number.id} is held by an assignment or a reservation; that must end first.")
    fact = WorkReserved(
        work=command.work,
        number=number.id,
        client=asking.client,
        method=command.method,
        metadata=command.metadata,
    )
    return granted(fact, number, command.lease_seconds, asking)


def _left_of(number: int, state: FactoringState) -> Number:
    """Return the composite that is left of a number."""
    left = [leaf for leaf in state.leaves(listed(number, state).id) if leaf.primality == "composite"]
    if not left:
        raise Conflict(f"Nothing is left to factor of number {number}.")
    if len(left) > 1:
        ids = ", ".join(str(leaf.id) for leaf in left)
        raise Conflict(f"Several composites are left of number {number}; reserve one of these by its id: {ids}.")
    return left[0]
