"""The page of one number: what it is a product of, how far what is left was searched, what comes next, and what was run."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from coordinator.clients.names import client_names
from coordinator.explaining.finishing import finish_of
from coordinator.explaining.prospects import beside
from coordinator.explaining.prospects import planned as next_planned
from coordinator.http.factoring.rows import AttemptRow, EffortRow, attempt_row, effort_row
from coordinator.http.responses.tables import Table
from coordinator.node import Node
from coordinator.pages.charts.ladders import LIST_AXIS, Ladder, ladder
from coordinator.pages.charts.timeline import Report, Timeline, timeline
from coordinator.pages.factoring.checked import share_of
from coordinator.pages.factoring.numbers import charts
from coordinator.pages.factoring.numbers.listing import product_of
from coordinator.pages.factoring.numbers.progress import Progress, progress_on
from coordinator.pages.factoring.pace.finishing import done_at
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import id_of
from core import wording
from core.factoring.assignment.sieving import MOST_DIGITS
from core.factoring.state.numbers import Number
from core.refusals import Unknown
from core.wording import shortened
from projections.factoring import factors
from projections.factoring.assignment import holdings
from projections.factoring.credit import attempts, levels
from projections.factoring.credit.levels import Level
from projections.factoring.factors import Factor
from projections.factoring.lists import catalogue
from projections.factoring.residues.status import residues_of
from projections.factoring.wholes import submitted
from projections.factoring.wholes.products import Leaf, leaves_of, split_into

_SHOWN = 25
_DRAWN = 200


async def number(node: Node, address: Address) -> dict[str, Any]:
    """Return all that the page of a number shows.

    Raises:
        Unknown: there is no such number.
    """
    known = await client_names(node.readers["clients"])
    identity = address.values["number"]
    shown = await node.readers["factoring"].query(_factoring, id_of(identity), node.time)
    if shown is None:
        raise Unknown(f"There is no number with the id {shortened(identity)!r}.")
    progress: Progress | None = shown["progress"]
    rose = await node.log_readers.query(charts.when, shown["levels"])
    came = (await node.log_readers.query(charts.when, [Level(shown["number"].submitted, 0)]))[0][0]
    finish = None
    if progress:
        following = progress.number, progress.lineage, came, node.time
        finish = await node.readers["factoring"].query(finish_of, *following)
    searched: Number = shown["searched"]
    planned = progress.plan.effort if progress else searched.effort
    chart = charts.missed(searched, planned)
    return shown | {
        "names": known,
        "share": await share_of(node, progress.lineage if progress else [shown["number"].id]),
        "came": came,
        "done_at": done_at(finish, node.time) if finish and finish.left_milliseconds and not shown["elsewhere"] else "",
        "newest": node.log.head().position,
        "sieved_up_to": MOST_DIGITS,
        "handed_in": None,
        "missed": chart if progress and searched.effort else None,
        "verdicts": charts.verdicts(searched, planned),
        "timeline": _timeline(shown, came, node.time),
        "gains": charts.gains(shown["attempts"][:_SHOWN], shown["levels"], LIST_AXIS),
        "axis": LIST_AXIS,
        "tables": (
            chart.table,
            charts.levels_table(rose),
            Table("curves", EffortRow, map(effort_row, shown["worked"])),
            Table("reports", AttemptRow, (attempt_row(one, known) for one in shown["attempts"])),
        ),
    }


def _factoring(connection: sqlite3.Connection, identity: int, now: int) -> dict[str, Any] | None:
    found = catalogue.number_by_id(connection, identity)
    if found is None:
        return None
    ancestors, descendants = catalogue.relatives_of(connection, identity)
    family = [identity, *descendants]
    members = catalogue.numbers_by_id(connection, family)
    leaves = leaves_of(connection, [identity])[identity]
    left = [leaf for leaf in leaves if not leaf.prime]
    furthest = max(
        (members[leaf.number] for leaf in left), key=lambda one: one.target_milli - one.t_milli, default=None
    )
    reports_on = furthest.id if furthest else _largest_searched(members, identity)
    lineage = [reports_on, *catalogue.relatives_of(connection, reports_on)[0]]
    found_factors, split = factors.factors_of(connection, family), len(family) > 1
    wholes = submitted.roots(connection, [identity]).get(identity, [])
    elsewhere = next(iter(holdings.reserved_among(connection, [furthest.id])), None) if furthest else None
    return {
        "number": found,
        "product": product_of(leaves),
        "primes": sum(leaf.times for leaf in leaves if leaf.prime),
        "left": left,
        "searched": members[reports_on],
        "unfound": [leaf for leaf in leaves if leaf.value not in {one.value for one in found_factors} and split],
        "took": _took(members[reports_on], leaves) if not furthest and members[reports_on].t_milli else None,
        "beside": beside(furthest) if furthest else {},
        "elsewhere": elsewhere,
        "reserved": holdings.reserved_numbers(connection),
        "next": next_planned(connection, furthest, now) if furthest and not elsewhere else None,
        "progress": progress_on(connection, furthest, leaves) if furthest else None,
        "submitted": identity in wholes,
        "wholes": [one for one in catalogue.numbers_by_id(connection, wholes).values() if one.id != identity],
        "part_of": catalogue.numbers_by_id(connection, ancestors) if ancestors else {},
        "projects": catalogue.projects_of(connection, identity),
        "factors": found_factors,
        "factored": members,
        "spent": sum(one.cpu_milliseconds for one in members.values()),
        "splits": charts.split_lines(identity, members, split_into(connection, family)),
        "worked": attempts.work_counting_for(connection, reports_on),
        "levels": levels.levels_of(connection, members[reports_on], _DRAWN),
        "residues": residues_of(connection, identity, _SHOWN),
        "held": [one for number in lineage for one in catalogue.held_on(connection, number, _SHOWN)],
        "attempts": _newest([one for number in lineage for one in attempts.attempts_on(connection, number, _DRAWN)]),
    }


def _took(searched: Number, leaves: Sequence[Leaf]) -> Ladder:
    """Lay out what it took to find all factors of a number: the level, and the factors by their digits."""
    return ladder(searched.t_milli / 1000, None, found=[leaf.digits for leaf in leaves])


def _largest_searched(members: dict[int, Number], identity: int) -> int:
    """Return the part with the highest t-level that was composite, of a number of which nothing is left."""
    composites = [one for one in members.values() if one.primality == "composite"]
    return max(composites, key=lambda one: (one.t_milli, -one.digits), default=members[identity]).id


def _newest(reports: Sequence[attempts.Attempt]) -> list[attempts.Attempt]:
    return sorted(reports, key=lambda one: -one.id)[:_DRAWN]


def _timeline(shown: dict[str, Any], came: int, now: int) -> Timeline | None:
    """Lay out what was run on a number and what was found in it, by time."""
    reached = {level.position: level.t_milli for level in shown["levels"]}
    reports = [
        Report(one.recorded_at, one.b1, one.credited or one.curves, reached.get(one.position, 0))
        for one in reversed(shown["attempts"])
        if one.b1
    ]
    found: list[Factor] = [one for one in shown["factors"] if one.client and one.primality != "composite"]
    running = [
        (one.assignment.assigned_at, one.assignment.bounds.b1)
        for one in shown["held"]
        if one.lease.outcome is None and one.assignment.bounds.b1
    ]
    first = min([came, *(report.at for report in reports)])
    ended = now if shown["progress"] else max([report.at for report in reports], default=now)
    finds = [(one.recorded_at, wording.size(one.digits, prime=True)) for one in found]
    return timeline(first, max(ended, first + 1), reports, finds, running)
