"""Why a number has its t-level: the events that added to its effort, each with its exact share."""

import sqlite3
from collections.abc import Mapping, Sequence

import msgspec

from coordinator.clients.names import client_names
from coordinator.explaining.events import WithdrawnEvent, counting_at, withdrawn_from
from coordinator.node import Node
from core.clients.naming import client_name
from core.events.envelope import StoredEvent
from core.events.fact import Fact
from core.events.registry import Registry
from core.factoring.events.numbers import NumberSplit, stream_of
from core.factoring.events.prior_work import PriorWorkDeclared
from core.factoring.events.reports import CurvesRun
from core.factoring.events.residues import CurvesIdentified
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.levels import effort
from core.factoring.state.numbers import Number
from core.refusals import Unknown
from core.timestamps import to_iso
from projections.factoring.lists import catalogue
from projections.factoring.numbers.shares import Share, Shares, Stretch, shares_of

_WITHDRAWN_SHOWN = 1_000


class AddedCurves(msgspec.Struct, frozen=True):
    """Curves with the same bounds; below 0 when others with larger bounds took their place.

    `b2` is null for GMP-ECM's default and 0 for stage 1 only.
    """

    b1: int
    b2: int | None
    parametrization: int
    curves: int


class EventShare(msgspec.Struct, frozen=True):
    """The effort that one event added to a number.

    Attributes:
        position: of the event.
        type: what kind of fact it is.
        recorded_at: when it was recorded.
        client_id: who ran the curves; null when nobody was named.
        attempt_id: the report; null when there is none.
        run_on: the number that the curves were run on: itself, or one that it divides; null when it was several.
        inherited_from: the number for which it counted first, and that had it when it was split into this one; for a
            number that was known before it turned out to be a part of another, that other one; else null.
        residue_id: the file that told the sigmas of curves which counted without; else null.
        curves: by their bounds.
        effort: what they are worth, exactly: counts of 2^-40 towards factors of 10, 11, 12 … digits, in decimal.
        t_level_before: before the event.
        t_level_after: after it.
    """

    position: int
    type: str
    recorded_at: str
    client_id: str | None
    attempt_id: int | None
    run_on: int | None
    inherited_from: int | None
    residue_id: int | None
    curves: list[AddedCurves]
    effort: list[str]
    t_level_before: float
    t_level_after: float


class WhyThisTLevel(msgspec.Struct, frozen=True):
    """A page of the events that made a number's t-level.

    Attributes:
        composite_id: the number.
        t_level: what it has.
        effort: from which that is read off: counts of 2^-40 towards factors of 10 … 100 digits. The shares of all pages
            add up to it, digit for digit.
        shares: in the order of the log.
        total: how many there are in all.
        next: what to send as `after` for those that follow; null when there are none.
        withdrawn: events about the number, and those that it divides, which do not count any more; the first thousand.
        as_of: the position in the log up to which this is true.
    """

    composite_id: int
    t_level: float
    effort: list[str]
    shares: list[EventShare]
    total: int
    next: int | None
    withdrawn: list[WithdrawnEvent]
    as_of: int


class _Found(msgspec.Struct, frozen=True):
    number: Number
    ancestors: list[int]
    shares: Shares


async def why_this_t_level(node: Node, number: int, after: int, limit: int) -> WhyThisTLevel:
    """Explain a number's t-level.

    Args:
        node: of today, or of a moment of the past.
        number: its id.
        after: the position that the shown events follow.
        limit: how many, at most.

    Raises:
        Unknown: there is no such number.
    """
    as_of = node.position
    known_number = await node.readers["factoring"].query(catalogue.number_by_id, number)
    if known_number is None:
        raise Unknown(f"There is no number with the id {number}.")
    stretches = await _stretches(node, known_number)
    found = await node.readers["factoring"].query(_find, known_number, stretches, after, limit)
    shares = found.shares.shares
    counting = await node.log_readers.query(counting_at, [share.position for share in shares])
    known = await client_names(node.readers["clients"])
    streams = [stream_of(one) for one in (number, *found.ancestors)]
    reached = found.shares.before
    shown = []
    for share in shares:
        row, fact = _telling(counting[share.position], share, node.registry)
        shown.append(_shown(number, share, reached, row, fact, known))
        reached += share.effort
    return WhyThisTLevel(
        composite_id=number,
        t_level=found.number.t_milli / 1000,
        effort=list(map(str, effort.lanes(found.number.effort))),
        shares=shown,
        total=found.shares.total,
        next=shares[-1].position if found.shares.more else None,
        withdrawn=await node.log_readers.query(withdrawn_from, streams, _WITHDRAWN_SHOWN),
        as_of=as_of,
    )


async def _stretches(node: Node, number: Number) -> list[Stretch]:
    """Return what makes up a number's effort: what it began with when it came as a part of another, and its own."""
    stretches: list[Stretch] = []
    upto = Stretch(number.id).upto
    while True:
        counting = await node.log_readers.query(counting_at, [number.submitted])
        facts = [node.registry.fact(row.type, row.data) for row in counting[number.submitted]]
        split = next((fact for fact in facts if isinstance(fact, NumberSplit) and _gives(fact, number.id)), None)
        if split is None:
            return [Stretch(number.id, upto=upto), *stretches]
        stretches.insert(0, Stretch(number.id, number.submitted, upto))
        upto = number.submitted
        parent = await node.readers["factoring"].query(catalogue.number_by_id, split.number)
        assert parent is not None, "it was split"
        number = parent


def _gives(split: NumberSplit, number: int) -> bool:
    return any(part.number == number for part in split.parts)


def _telling(rows: Sequence[StoredEvent], share: Share, registry: Registry) -> tuple[StoredEvent, Fact]:
    """Return which of the events that count at one position added a share; several may after a correction."""
    told = [(row, registry.fact(row.type, row.data)) for row in rows]
    adding = [one for one in told if isinstance(one[1], CurvesRun | CurvesIdentified | PriorWorkDeclared)]
    splitting = [one for one in told if isinstance(one[1], NumberSplit) and _gives(one[1], share.number)]
    return (adding or splitting or told)[0]


def _find(
    connection: sqlite3.Connection, number: Number, stretches: Sequence[Stretch], after: int, limit: int
) -> _Found:
    ancestors, _ = catalogue.relatives_of(connection, number.id)
    return _Found(number, list(ancestors), shares_of(connection, stretches, after, limit))


def _shown(
    number: int, share: Share, before: int, row: StoredEvent, fact: Fact, known: Mapping[int, str]
) -> EventShare:
    run = fact if isinstance(fact, CurvesRun) else None
    identified = fact if isinstance(fact, CurvesIdentified) else None
    split = fact if isinstance(fact, NumberSplit) else None
    client = run.client if run else 0
    on = run or identified
    after = before + share.effort
    return EventShare(
        position=share.position,
        type=row.type,
        recorded_at=to_iso(row.recorded_at),
        client_id=client_name(client, known),
        attempt_id=on.attempt or None if on else None,
        run_on=on.number if on else None,
        inherited_from=next((one for one in (share.number, split.number if split else number) if one != number), None),
        residue_id=identified.residue if identified else None,
        curves=[_added(bounds, curves) for bounds, curves in share.curves.items()],
        effort=_trimmed(before, after),
        t_level_before=effort.t_level_milli(before) / 1000,
        t_level_after=effort.t_level_milli(after) / 1000,
    )


def _added(bounds: Bounds, curves: int) -> AddedCurves:
    return AddedCurves(bounds.b1, None if bounds.b2 == DEFAULT_B2 else bounds.b2, bounds.param, curves)


def _trimmed(before: int, after: int) -> list[str]:
    """Return the difference of two efforts, lane by lane, without the zeros at the end; a lane of it may be negative."""
    lanes = [now - then for then, now in zip(effort.lanes(before), effort.lanes(after), strict=True)]
    while lanes and not lanes[-1]:
        lanes.pop()
    return list(map(str, lanes))
