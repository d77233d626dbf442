"""Turns of projects: which of them gets the next number, among those whose numbers are equally urgent.

Priority goes before everything. Among equal priorities, what has to be done within a day goes first, the nearest deadline
before the others; then projects get CPU time by their weights: the one that was given the least of it for its weight within
the last hour is next. What belongs to no project takes its turn as a project of weight 1. Within a project the order of
numbers is what it is otherwise. While nobody has said anything of any project or number, none takes turns.
"""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number, Wanted
from core.timestamps import SECOND

URGENT = 86_400 * SECOND
"""So long before a deadline that goes before shares."""
_SCALE = 1_000_000
"""Divides what is used by a weight in whole numbers: the same everywhere, and fine enough for a millionth of a microsecond."""


def free_in_turn(wanted: Wanted, now: int, state: FactoringState) -> Number | None:
    """Return the first number that nobody holds, of whoever's turn it is; a client that names a project asks for no other."""
    first = state.free_number(wanted)
    if first is None or wanted.project:
        return first
    for narrower in _turns(now, state):
        number = state.free_number(replace(wanted, **narrower))
        if number is not None and number.priority == first.priority:
            return number
    return first


def _turns(now: int, state: FactoringState) -> Iterator[dict[str, Any]]:
    """Return what narrows a wish down to each project, or each number that is due, the one whose turn it is first."""
    shares = state.shares(now)
    due: list[tuple[int, str, int]] = [
        (one.deadline, one.project, 0)
        for one in shares
        if one.deadline is not None and now < one.deadline <= now + URGENT
    ]
    due += [(deadline, "", number) for deadline, number in state.due(now, now + URGENT)]
    for _, project, number in sorted(due):
        if number:
            yield {"among": tuple(leaf.id for leaf in state.leaves(number))}
        else:
            yield {"project": project}
    for one in sorted(shares, key=lambda one: (one.used_microseconds * _SCALE // one.weight, one.project)):
        yield {"project": one.project} if one.project else {"unclaimed": True}
