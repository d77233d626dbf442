"""One contributor: what was done under one name."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from coordinator.clients.names import client_names, user_names
from coordinator.explaining.prospects import outlook
from coordinator.http.factoring.rows import DayRow, day_row
from coordinator.http.responses.tables import Table
from coordinator.node import Node
from coordinator.operations.people import UserNames
from coordinator.pages.charts.bars import Bars, Period, bars, said
from coordinator.pages.contributing.contribution import Contribution
from coordinator.pages.factoring.checked import expectation_of, machine_of
from coordinator.pages.factoring.factors.finds import finds
from coordinator.pages.factoring.factors.found import table
from coordinator.pages.factoring.numbers.listing import wholes_of
from coordinator.pages.factoring.people.users import added
from coordinator.pages.factoring.working import speeds
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import id_of
from coordinator.pages.workers import standing_of
from core.refusals import Unknown
from core.wording import plural, shortened, whole
from projections.access.users import belonging_of
from projections.clients.state import also_named, client_numbered
from projections.factoring import factors
from projections.factoring.assignment import holdings, prospects
from projections.factoring.credit import contributors
from projections.factoring.credit.contributors import DAY, Day

_DRAWN_DAYS = 30
_LISTED = 25


async def contributor(node: Node, address: Address) -> dict[str, Any]:
    """Return what one client did and does.

    Raises:
        Unknown: there is no such client.
    """
    text = address.values["client"]
    client = id_of(text)
    found = await node.readers["clients"].query(client_numbered, client)
    if found is None:
        raise Unknown(f"There is no contributor with the number {shortened(text)!r}.")
    whose = await node.readers["access"].query(belonging_of, client)
    called = UserNames(await user_names(node.readers["clients"]))
    shown = await node.readers["factoring"].query(_contributor, [client, *whose.same], node.time)
    known = await client_names(node.readers["clients"])
    name = known.get(client, f"client-{client}")
    (worker,) = await standing_of((Contribution(speeds=speeds),), node, {client: name})
    chart = _days(shown.pop("days"), node.time // DAY)
    return shown | {
        "client": found,
        "name": name,
        "names": known,
        "worker": worker,
        "into": whose.root if whose.root != client else None,
        "same": whose.same,
        "users": [(user, called.user_name(user)) for user in sorted(whose.holders)],
        "also": await node.readers["clients"].query(also_named, client),
        "chart": chart,
        "checked": await machine_of(node, client),
        "tables": (chart.table, table(shown["factors"], known)),
    }


def _contributor(connection: sqlite3.Connection, clients: Sequence[int], now: int) -> dict[str, Any]:
    """Return what a client did, with those that are merged into it; what it holds it holds itself."""
    found = factors.found_by(connection, clients, _LISTED)
    held = holdings.choose(connection, holdings.Chosen(client=clients[0], limit=_LISTED))
    did = added(one for client in clients if (one := contributors.contribution_of(connection, client)) is not None)
    return {
        "did": did,
        "rank": contributors.rank_of(connection, clients, did.cpu_milliseconds) if did else None,
        "contributors": contributors.count(connection),
        "days": contributors.days_of(connection, clients, _drawn(now // DAY)),
        "factors": found,
        "largest": factors.largest_of(connection, clients),
        "expectation": expectation_of(connection, clients[0]),
        "finds": finds(connection, [one for one in found if one.primality != "composite"], now),
        "outlook": outlook(connection, prospects.pace_of_clients(connection, clients, now)),
        "holdings": held,
        "wholes": wholes_of(connection, [one.number for one in held]),
    }


def _drawn(today: int) -> list[int]:
    return list(range(today - _DRAWN_DAYS + 1, today + 1))


def _days(days: Sequence[Day], today: int) -> Bars:
    """Draw the curves of each day; days without any count 0."""
    done = {day.day: day for day in days}
    all_days = [done.get(day, Day(day, 0, 0, 0, 0)) for day in _drawn(today)]
    return bars(
        "Curves per day",
        _summary(days),
        [Period(day.day * DAY, day.curves) for day in all_days],
        DAY,
        Table("days", DayRow, list(map(day_row, all_days))),
    )


def _summary(days: Sequence[Day]) -> str:
    if not days:
        return f"No curves in the last {_DRAWN_DAYS} days."
    most = max(days, key=lambda day: day.curves)
    return (
        f"{plural(sum(day.curves for day in days), 'curve')} since {said(days[0].day * DAY, hours=False)}; most on"
        f" {said(most.day * DAY, hours=False)}, {whole(most.curves)}."
    )
