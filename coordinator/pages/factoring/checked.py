"""How much of what was reported was checked, and what was expected of it; nothing where a coordinator has no checks."""

import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from coordinator.node import Node
from core.factoring.mathematics.probability.exponentials import ONE
from core.trust.standing import Standing
from projections.factoring.credit.expectations import judged_of
from projections.trust.machines import Share, machines, share_of_numbers


class Expectation(Struct, frozen=True):
    """Finds that were to be expected, as scaled by what others found, and those that were made."""

    expected: float
    found: int


class CheckedMachine(Struct, frozen=True):
    """A machine's share, and how it stands."""

    share: Share
    standing: Standing
    refuted: int


async def share_of(node: Node, numbers: Sequence[int]) -> Share | None:
    """Return how much of what was run on some numbers was checked."""
    readers = node.served.get("trust")
    return None if readers is None else await readers.query(share_of_numbers, numbers)


async def machine_of(node: Node, client: int) -> CheckedMachine | None:
    """Return how much of what a machine reported was checked; None when it reported nothing since there are checks."""
    readers = node.served.get("trust")
    found = [] if readers is None else await readers.query(machines, [client])
    return CheckedMachine(found[0].share, found[0].standing, found[0].refuted) if found else None


def expectation_of(connection: sqlite3.Connection, client: int) -> Expectation | None:
    """Return what was to be expected of a client's curves; None when it ran none that count for that."""
    own = judged_of(connection, client)
    return None if own is None else Expectation(own.scaled / ONE, own.found)
