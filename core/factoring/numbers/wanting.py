"""Wishes for a number reach what is left of it: whoever changes the number changes its open parts too.

A part of this number alone gets what is said. One that other numbers share gets no less than it has: their owners want it.
"""

from collections.abc import Iterator

from core.events.envelope import NewEvent
from core.factoring.events.numbers import CompositeChanged, NumberNamed, ProjectJoined, stream_of
from core.factoring.mathematics.levels.targets import part_target_milli
from core.factoring.projects import MAX_NAME, joined
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number
from core.free_text import check_plain_name


def changed_events(
    number: Number, target_milli: int | None, priority: int | None, state: FactoringState
) -> list[NewEvent]:
    """Give a number and its open parts another target and priority; None leaves them as they are."""
    parts = list(_parts_changed(number, target_milli, priority, state))
    targets = [target_milli != number.target_milli, *(fact.target_milli is not None for _, fact in parts)]
    priorities = [priority != number.priority, *(fact.priority is not None for _, fact in parts)]
    target = target_milli if any(targets) else None
    priority = priority if any(priorities) else None
    if target is None and priority is None:
        return []
    changed = [(number, CompositeChanged(number=number.id, target_milli=target, priority=priority)), *parts]
    return [NewEvent(stream_of(one.id), fact, cause=one.submitted) for one, fact in changed]


def _parts_changed(
    number: Number, target_milli: int | None, priority: int | None, state: FactoringState
) -> Iterator[tuple[Number, CompositeChanged]]:
    own = {part.id for part in state.parts_only_of(number.id)}
    for part in state.leaves(number.id):
        if part.id == number.id or part.primality != "composite":
            continue
        target = None if target_milli is None else part_target_milli(part.digits, target_milli)
        target = _another(target, part.target_milli, may_fall=part.id in own)
        another = _another(priority, part.priority, may_fall=part.id in own)
        if target is not None or another is not None:
            yield part, CompositeChanged(number=part.id, target_milli=target, priority=another)


def _another(wanted: int | None, has: int, *, may_fall: bool) -> int | None:
    if wanted is None or wanted == has or (wanted < has and not may_fall):
        return None
    return wanted


def named_events(number: Number, name: str, within: int | None = None) -> list[NewEvent]:
    """Give a number a name; an empty one leaves it as it is.

    Raises:
        BadInput: the name is too long, or holds characters that do not print.
    """
    check_plain_name("name", name, MAX_NAME, least=0)
    if not name or name == number.name:
        return []
    cause = number.submitted if within is None else None
    return [NewEvent(stream_of(number.id), NumberNamed(number=number.id, name=name), cause=cause, within=within)]


def joined_events(number: Number, project: str, state: FactoringState) -> list[NewEvent]:
    """Have a number, and what of its parts is not factored, belong to a project; empty for none."""
    if not project:
        return []
    parts = [part for part in state.parts_of(number.id) if part.status not in {"prime", "factored"}]
    absent = [one for one in (number, *parts) if not state.in_project(one.id, project)]
    if not absent:
        return []
    members = dict.fromkeys([number.id, *(one.id for one in absent)])
    submitted = {one.id: one.submitted for one in (number, *parts)}
    return joined(project, state) + [
        NewEvent(stream_of(one), ProjectJoined(number=one, project=project), cause=submitted[one]) for one in members
    ]
