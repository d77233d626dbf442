"""Contributors: who did how much, by user and by name, and one of the names."""

import sqlite3
from collections.abc import Sequence
from typing import Any, Literal, get_args

from msgspec import Struct
from msgspec.structs import asdict

from coordinator.explaining.prospects import outlook
from coordinator.http.factoring.rows import ClientRow, DayRow, client_row, day_row
from coordinator.http.tables import Paging, Table
from coordinator.node import Node
from coordinator.operations.people import People, people
from coordinator.pages.asking import id_of, page_of, state_of
from coordinator.pages.charts.bars import Bars, Period, Spark, bars, said, spark
from coordinator.pages.factoring import factors as factor_pages
from coordinator.pages.factoring.checked import expectation_of, machine_of
from coordinator.pages.factoring.finds import finds
from coordinator.pages.factoring.users import UserCredit, UserRow, added, credit_by_user, owner_of, user_row
from coordinator.pages.factoring.working import speeds
from coordinator.pages.site import Address
from coordinator.pages.workers import standing_of
from core.clients.naming import client_name
from core.refusals import Unknown
from core.wording import plural, whole
from projections.clients.state import also_named, client_numbered
from projections.clients.state import names as names_of
from projections.factoring import contributors, factors, holdings, prospects
from projections.factoring.contributors import DAY, Contribution, Credit, Day

Per = Literal["user", "name"]
Since = Literal["week", "month", "year", "all"]
_DAYS = {"week": 7, "month": 30, "year": 365, "all": 1_000_000}

_SHOWN = 50
_ALL = -1
_SPARK_DAYS = 28
_DRAWN_DAYS = 30
_LISTED = 25


class Contributor(ClientRow, frozen=True):
    """The work of one client; `contributor` is its number, 0 for those who gave no name."""

    contributor: int


async def contributions(node: Node, address: Address) -> dict[str, Any]:
    """Return who did most, lately and ever: users, or names, by themselves where no name is anybody's."""
    by: Credit = state_of(address, get_args(Credit), "by") or "cpu_time"
    since: Since = state_of(address, get_args(Since), "since") or "week"
    who = await people(node)
    per: Per = state_of(address, get_args(Per), "per") or ("user" if who.belongings.holders else "name")
    reader = node.readers["factoring"]
    today = node.time // DAY
    known = await node.readers["clients"].query(names_of)
    page = page_of(address)
    shown = slice((page - 1) * _SHOWN, page * _SHOWN)
    boards: dict[str, Sequence[Contribution | UserCredit]] = {}
    tables: list[Table] = []
    for name, day in (("recent", max(today - _DAYS[since] + 1, 0)), ("ever", 0)):
        everybody = await reader.query(contributors.contributions_since, day, _ALL, by)
        boards[name] = credit_by_user(everybody, who, known, by) if per == "user" else everybody
        paging = Paging(len(boards[name]), page, _SHOWN)
        rows = [_table_row(one, known) for one in boards[name][shown]]
        tables.append(Table(name, UserRow if per == "user" else Contributor, rows, paging))
    board, history = boards["recent"], await reader.query(_history, today)
    named = sorted(board, key=lambda one: not (one.user if isinstance(one, UserCredit) else one.client))
    return {
        "by": by,
        "per": per,
        "since": since,
        "spans": get_args(Since),
        "board": _board(named[shown], sum(_did(one).cpu_milliseconds for one in board), history, today, who, known),
        "paging": tables[0].paging,
        "tables": tuple(tables),
    }


def _did(row: Contribution | UserCredit) -> Contribution:
    return row.did if isinstance(row, UserCredit) else row


def _table_row(row: Contribution | UserCredit, known: dict[int, str]) -> UserRow | Contributor:
    if isinstance(row, UserCredit):
        return user_row(row)
    return Contributor(**asdict(client_row(row, known)), contributor=row.client)


class Row(Struct, frozen=True):
    """A place on the leaderboard.

    Attributes:
        name: of the user or the client.
        address: of their page; empty for none.
        did: their work.
        share: of all CPU time on the board, 0 to 1.
        largest: the digits of the largest prime that they ever found, 0 for none.
        days: the CPU time of the last days.
    """

    name: str
    address: str
    did: Contribution
    share: float
    largest: int
    days: Spark


History = tuple[dict[int, int], dict[int, dict[int, int]]]
"""By client the digits of the largest prime that it found, and its CPU time by day, milliseconds."""


def _history(connection: sqlite3.Connection, today: int) -> History:
    return factors.largest_by_client(connection), contributors.cpu_by_day(connection, today - _SPARK_DAYS + 1)


def _board(
    rows: Sequence[Contribution | UserCredit],
    total: int,
    history: History,
    today: int,
    who: People,
    known: dict[int, str],
) -> list[Row]:
    """Return places on the leaderboard, in the order of the rows, of a total in CPU-milliseconds."""
    largest, cpu = history
    owners: dict[str, list[int]] = {}
    for client in {*largest, *cpu}:
        owners.setdefault(owner_of(client, who, known)[0], []).append(client)
    board = []
    for row in rows:
        if isinstance(row, UserCredit):
            name, address, did, clients = row.name, row.address, row.did, owners.get(row.user, [])
        else:
            name, did, clients = client_name(row.client, known) or "unnamed", row, [row.client]
            address = f"/contributors/{row.client}" if row.client else ""
        days = [
            sum(cpu.get(client, {}).get(day, 0) for client in clients)
            for day in range(today - _SPARK_DAYS + 1, today + 1)
        ]
        most = max((largest.get(client, 0) for client in clients), default=0)
        board.append(Row(name, address, did, did.cpu_milliseconds / total if total else 0, most, spark(days)))
    return board


async def contributor(node: Node, address: Address) -> dict[str, Any]:
    """Return what one client did and does.

    Raises:
        Unknown: there is no such client.
    """
    text = address.values["client"]
    client = id_of(text)
    found = await node.readers["clients"].query(client_numbered, client)
    if found is None:
        raise Unknown(f"There is no contributor with the number {text[:20]!r}.")
    who = await people(node)
    root = who.belongings.client(client)
    same = [one for one, into in who.belongings.clients.items() if into == root] if root == client else []
    shown = await node.readers["factoring"].query(_contributor, [client, *same], node.time)
    known = await node.readers["clients"].query(names_of)
    name = known.get(client, f"client-{client}")
    (worker,) = await standing_of((speeds,), node, {client: name})
    chart = _days(shown.pop("days"), node.time // DAY)
    return shown | {
        "client": found,
        "name": name,
        "names": known,
        "worker": worker,
        "into": root if root != client else None,
        "same": same,
        "users": [(user, who.user_name(user)) for user in sorted(who.belongings.holders_of(client))],
        "also": await node.readers["clients"].query(also_named, client),
        "chart": chart,
        "checked": await machine_of(node, client),
        "listed": _LISTED,
        "tables": (chart.table, factor_pages.table(shown["factors"], known)),
    }


def _contributor(connection: sqlite3.Connection, clients: Sequence[int], now: int) -> dict[str, Any]:
    """Return what a client did, with those that are merged into it; what it holds it holds itself."""
    found = factors.found_by(connection, clients, _LISTED)
    did = [one for client in clients if (one := contributors.contribution_of(connection, client)) is not None]
    return {
        "did": added(did),
        "days": contributors.days_of(connection, clients, now // DAY - _DRAWN_DAYS + 1),
        "factors": found,
        "expectation": expectation_of(connection, clients[0]),
        "finds": finds(connection, found, now),
        "outlook": outlook(connection, prospects.pace_of_clients(connection, clients, now)),
        "holdings": holdings.choose(connection, holdings.Chosen(client=clients[0], limit=_LISTED)),
    }


def _days(days: Sequence[Day], today: int) -> Bars:
    """Draw the curves of each day; days without any count 0."""
    done = {day.day: day for day in days}
    all_days = [done.get(day, Day(day, 0, 0, 0, 0)) for day in range(today - _DRAWN_DAYS + 1, today + 1)]
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
