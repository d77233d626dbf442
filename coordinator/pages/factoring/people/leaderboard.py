"""The leaderboard: who did how much, by user and by name, what all did together, and the largest factors."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, get_args

from msgspec import Meta, Struct
from msgspec.structs import asdict

from coordinator.clients.names import client_names
from coordinator.http.factoring.rows import ClientRow, client_row
from coordinator.http.responses.tables import Paging, Table
from coordinator.node import Node
from coordinator.operations.people import People, people
from coordinator.pages.charts.bars import Bars, Period, Spark, bars, said, spark
from coordinator.pages.factoring.factors.finds import finds
from coordinator.pages.factoring.people.users import UserCredit, UserRow, credit_by_user, owner_of, user_row
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import page_of, state_of
from core.clients.naming import client_name
from core.timestamps import to_iso
from core.wording import core_time
from projections.clients.state import numbers_named
from projections.factoring import factors
from projections.factoring.credit import contributors
from projections.factoring.credit.contributors import DAY, Contribution, Credit, Day

Per = Literal["user", "name"]
Since = Literal["week", "month", "year", "all"]
_DAYS = {"week": 7, "month": 30, "year": 365, "all": 1_000_000}
_UNITS = {"Core-days": 86_400_000, "Core-hours": 3_600_000, "Core-minutes": 60_000, "Core-seconds": 1_000}
"""In which the work of a day is drawn, milliseconds: the largest of which the fullest day has two."""

_SHOWN = 50
_ALL = -1
_SPARK_DAYS = 28
_DRAWN_DAYS = 30
_LARGEST = 6


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
    known = await client_names(node.readers["clients"])
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
    named = sorted(board, key=lambda one: not _key(one))
    before = await _ranks_before(node, _DAYS[since], by, None if per == "name" else who, known)
    together = await reader.query(_together, since, board, node.time)
    present = await _present(node, None if per == "name" else who, known)
    return together | {
        "by": by,
        "per": per,
        "since": since,
        "spans": get_args(Since),
        "board": _board(named[shown], sum(_did(one).cpu_milliseconds for one in board), history, today, who, known),
        "before": before,
        "present": present,
        "key": _key,
        "names": known,
        "paging": tables[0].paging,
        "tables": (*tables, together["chart"].table),
    }


def _key(row: Contribution | UserCredit) -> str | int:
    """Return by what a row is known: the user, or the number of the client; nothing for reports without a name."""
    return row.user if isinstance(row, UserCredit) else row.client


async def _ranks_before(
    node: Node, days: int, by: Credit, who: People | None, known: Mapping[int, str]
) -> dict[str | int, int] | None:
    """Return the places of the days before, of names or of users; None where there are none to compare with."""
    today = node.time // DAY
    first = today - 2 * days + 1
    if first <= 0:
        return None
    rows: Sequence[Contribution | UserCredit] = await node.readers["factoring"].query(
        contributors.contributions_since, first, _ALL, by, first + days
    )
    if who is not None:
        rows = credit_by_user([row for row in rows if isinstance(row, Contribution)], who, known, by)
    named = [row for row in rows if _key(row)]
    return {_key(row): place for place, row in enumerate(named, 1)} or None


async def _present(node: Node, who: People | None, known: Mapping[int, str]) -> Mapping[str | int, int]:
    """Count who is at work now, by name or by user; nobody wrote down who was there in the past."""
    if node.moment is not None:
        return {}
    here = await node.readers["clients"].query(numbers_named, node.presence.recent(node.time))
    return Counter(client if who is None else owner_of(client, who, known)[0] for client in here)


class Together(Struct, frozen=True):
    """The work of all in some days.

    Attributes:
        cpu_milliseconds: spent.
        change: how much more that is than in as many days before, up to the same time of day, per cent; None without such.
        factors: found.
        largest: digits of the largest prime among them, 0 for none.
        curves: run.
        active: how many did something.
        ever: how many ever did.
    """

    cpu_milliseconds: int
    change: int | None
    factors: int
    largest: int
    curves: int
    active: int
    ever: int


def _together(
    connection: sqlite3.Connection, since: Since, board: Sequence[Contribution | UserCredit], now: int
) -> dict[str, Any]:
    """Return what all did together, drawn by days, and the largest primes that anybody found."""
    today = now // DAY
    rows, span = [_did(row) for row in board], _DAYS[since]
    earlier = contributors.days_since(connection, today - 2 * span + 1) if since != "all" else []
    before = sum(_until_now(day, now - span * DAY) for day in earlier if day.day <= today - span)
    spent = sum(row.cpu_milliseconds for row in rows)
    found = factors.found_between(connection, max(today - span + 1, 0) * DAY, now + 1)
    largest, _ = factors.listed(connection, "largest", _LARGEST, 0)
    return {
        "together": Together(
            cpu_milliseconds=spent,
            change=round(100 * (spent / before - 1)) if before else None,
            factors=sum(row.factors for row in rows),
            largest=found.largest,
            curves=sum(row.curves for row in rows),
            active=sum(1 for row in board if _key(row)),
            ever=contributors.count(connection),
        ),
        "largest": finds(connection, largest, now),
        "chart": _days(
            contributors.days_since(connection, today - _DRAWN_DAYS + 1),
            today,
            factors.largest_since(connection, (today - _DRAWN_DAYS + 1) * DAY, DAY),
        ),
    }


def _until_now(day: Day, then: int) -> float:
    """Return the CPU time of a day, milliseconds; of that in which `then` lies the part before it, as today has one only."""
    return day.cpu_milliseconds * min((then - day.day * DAY) / DAY, 1)


class WorkDay(Struct, frozen=True):
    """Work that was done on one day, UTC."""

    day: Annotated[str, Meta(title="Day, UTC")]
    core_days: Annotated[float, Meta(title="CPU time", extra={"work": True})]
    curves: int
    factors: int
    contributors: int


def _days(days: Sequence[Day], today: int, finds: Sequence[tuple[int, int]]) -> Bars:
    """Draw the work of each day, with the largest factor of each (when it was found, and its digits) above."""
    done = {day.day: day for day in days}
    all_days = [done.get(day, Day(day, 0, 0, 0, 0)) for day in range(today - _DRAWN_DAYS + 1, today + 1)]
    rows = [
        WorkDay(
            to_iso(one.day * DAY)[:10], one.cpu_milliseconds / _UNITS["Core-days"], one.curves, one.factors, one.clients
        )
        for one in all_days
    ]
    fullest = max(one.cpu_milliseconds for one in all_days)
    unit = next((name for name, size in _UNITS.items() if fullest >= 2 * size), "Core-seconds")
    summary = f"No CPU time was reported in the last {_DRAWN_DAYS} days."
    if any(day.cpu_milliseconds for day in days):
        most = max(days, key=lambda day: day.cpu_milliseconds)
        summary = (
            f"{core_time(sum(day.cpu_milliseconds for day in days))} in {_DRAWN_DAYS} days; most on"
            f" {said(most.day * DAY, hours=False)}, {core_time(most.cpu_milliseconds)}."
        )
    return bars(
        f"{unit} per day",
        summary,
        [Period(one.day * DAY, one.cpu_milliseconds / _UNITS[unit]) for one in all_days],
        DAY,
        Table("work", WorkDay, rows),
        finds,
    )


def _did(row: Contribution | UserCredit) -> Contribution:
    return row.did if isinstance(row, UserCredit) else row


def _table_row(row: Contribution | UserCredit, known: Mapping[int, str]) -> UserRow | Contributor:
    if isinstance(row, UserCredit):
        return user_row(row)
    return Contributor(**asdict(client_row(row, known)), contributor=row.client)


class Row(Struct, frozen=True):
    """A place on the leaderboard.

    Attributes:
        key: by which it is known.
        name: of the user or the client.
        address: of their page; empty for none.
        did: their work.
        share: of all CPU time on the board, 0 to 1.
        largest: the digits of the largest prime that they ever found, 0 for none.
        days: the CPU time of the last days.
    """

    key: str | int
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
    known: Mapping[int, str],
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
        board.append(
            Row(_key(row), name, address, did, did.cpu_milliseconds / total if total else 0, most, spark(days))
        )
    return board
