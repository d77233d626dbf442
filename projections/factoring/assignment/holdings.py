"""Questions about who holds or held what: assignments and reservations, each with its lease."""

import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

from msgspec import Struct

from core.factoring.events.numbers import stream_of
from core.factoring.state.assignment import Assignment
from core.factoring.state.numbers import Number
from core.leases.decide import Lease
from projections.factoring.assignment import assignments
from projections.factoring.assignment.assignments import assignment_of
from projections.factoring.numbers.table import COLUMNS, number_of
from projections.leases import table as leases

_NUMBER = ", ".join(f"numbers.{column}" for column in COLUMNS.split(", "))
_LEASE = ", ".join(f"leases.{column}" for column in leases.COLUMNS.split(", "))
_LEASE_COLUMNS = len(leases.COLUMNS.split(", "))


_LIVE = ("leases CROSS JOIN assignments ON work = lease", "granted")
_EVER = ("assignments CROSS JOIN leases ON lease = work", "position")
"""From where, and by what the newest are known."""
_ALL = -1
"""The limit that is none, to SQLite."""


class Holding(Struct, frozen=True):
    """An assignment with its lease, and the number that is worked on."""

    assignment: Assignment
    lease: Lease
    number: Number


class Reservation(Struct, frozen=True, gc=False):
    """A number that is worked on elsewhere; `metadata` is JSON."""

    work: str
    number: int
    client: int
    method: str
    metadata: str
    reserved_at: int
    position: int
    expires_at: int
    outcome: str | None


class Running(Struct, frozen=True, gc=False):
    """How many of the clients that hold assignments say on how many cores they run them, and how many those are together."""

    clients: int
    cores: int


class Chosen(Struct, frozen=True, kw_only=True):
    """Which assignments to list.

    Attributes:
        work: only this one.
        client: only one client's.
        number: only those on one number.
        live: only those that somebody holds, or only those that have ended.
        outcome: only those that ended so.
        limit: how many, the newest first.
        offset: how many newer ones to leave out.
    """

    work: str | None = None
    client: int | None = None
    number: int | None = None
    live: bool | None = None
    outcome: str | None = None
    limit: int = 100
    offset: int = 0


def choose(connection: sqlite3.Connection, chosen: Chosen) -> list[Holding]:
    """List assignments, the newest first."""
    # Each finds the newest of its kind by an index: those that live among the leases, all others among the assignments.
    joined, order = _LIVE if chosen.live else _EVER
    number = None if chosen.number is None else stream_of(chosen.number) if chosen.live else chosen.number
    conditions: dict[str, object] = {
        "work = ?": chosen.work,
        "leases.client = ?" if chosen.live else "assignments.client = ?": chosen.client,
        "subject = ?" if chosen.live else "assignments.number = ?": number,
        "outcome = ?": chosen.outcome,
    }
    used = {condition: value for condition, value in conditions.items() if value is not None}
    live = {None: [], True: ["outcome IS NULL"], False: ["outcome IS NOT NULL"]}[chosen.live]
    rows = connection.execute(
        f"SELECT assignments.*, {_LEASE}, {_NUMBER} FROM {joined}"
        f" CROSS JOIN numbers ON numbers.number = assignments.number WHERE {' AND '.join((*live, *used)) or 'TRUE'}"
        f" ORDER BY {order} DESC LIMIT ? OFFSET ?",
        (*used.values(), chosen.limit, chosen.offset),
    )
    return [_holding(row) for row in rows]


def _holding(row: Sequence[Any]) -> Holding:
    lease = assignments.COLUMNS
    number = lease + _LEASE_COLUMNS
    return Holding(assignment_of(row), Lease(*row[lease:number]), number_of(tuple(row[number:])))


def reservations(connection: sqlite3.Connection, limit: int = _ALL) -> list[Reservation]:
    """List the reservations that stand, the newest first."""
    rows = connection.execute(
        "SELECT reservations.*, expires_at, outcome FROM reservations CROSS JOIN leases ON lease = work"
        " WHERE outcome IS NULL ORDER BY position DESC LIMIT ?",
        (limit,),
    )
    return [Reservation(*row) for row in rows]


def reserved_among(connection: sqlite3.Connection, numbers: Collection[int]) -> list[Reservation]:
    """List the reservations that stand of some numbers, the newest first."""
    return [one for one in reservations(connection) if one.number in numbers]


def reserved_numbers(connection: sqlite3.Connection) -> set[int]:
    """Return the numbers that are reserved: each has one lease, which is no assignment."""
    return {one.number for one in reservations(connection)}


def only_reserving(connection: sqlite3.Connection) -> set[int]:
    """Return the clients that hold nothing but reservations, and so do no work here."""
    rows = connection.execute(
        "SELECT reserved.client FROM reservations CROSS JOIN leases AS reserved ON lease = work WHERE outcome IS NULL"
        " GROUP BY reserved.client HAVING count(*) ="
        " (SELECT count(*) FROM leases WHERE leases.client = reserved.client AND outcome IS NULL)"
    )
    return {client for (client,) in rows}


def held_as(connection: sqlite3.Connection, work: str) -> Holding | Reservation | None:
    """Return what an id is of: an assignment or a reservation, live or ended; None for anything else."""
    if found := choose(connection, Chosen(work=work, limit=1)):
        return found[0]
    row = connection.execute(
        "SELECT reservations.*, expires_at, outcome FROM reservations JOIN leases ON lease = work WHERE work = ?",
        (work,),
    ).fetchone()
    return Reservation(*row) if row else None


def count_of(connection: sqlite3.Connection, *, live: bool) -> int:
    """Count the assignments that somebody holds, or all there ever were."""
    where = "WHERE outcome IS NULL" if live else ""
    row = connection.execute(f"SELECT count(*) FROM assignments JOIN leases ON lease = work {where}").fetchone()
    return int(row[0])


def running(connection: sqlite3.Connection) -> Running:
    """Count the cores that assignments are run on, and the clients that say so of theirs.

    Whoever holds many runs one after the other on the same cores.
    """
    row = connection.execute(
        "SELECT count(*), coalesce(sum(cores), 0) FROM (SELECT max(cores) AS cores FROM leases"
        " CROSS JOIN assignments ON work = lease WHERE outcome IS NULL AND cores > 0 GROUP BY leases.client)"
    ).fetchone()
    return Running(*row)


def count_holders(connection: sqlite3.Connection) -> int:
    """Count the clients that hold assignments."""
    row = connection.execute(
        "SELECT count(DISTINCT assignments.client) FROM leases CROSS JOIN assignments ON work = lease WHERE outcome IS NULL"
    ).fetchone()
    return int(row[0])
