"""The points of simulations: the losses that they reported, by the time that each belongs to."""

import sqlite3
from collections.abc import Iterator, Sequence

from msgspec import Struct

from core.events.envelope import Event
from core.simulations.events import PointRecorded, SimulationDeleted
from projections.runtime import checkpoint

NAME = "points"
SCHEMA = """
CREATE TABLE points (
    simulation INTEGER NOT NULL,
    at INTEGER NOT NULL,           -- the time that it belongs to, microseconds UTC
    point INTEGER NOT NULL,
    loss REAL NOT NULL,
    position INTEGER NOT NULL,     -- of the event
    PRIMARY KEY (simulation, at, point)
) STRICT, WITHOUT ROWID;
"""
_INSERT = "INSERT INTO points VALUES (?, ?, ?, ?, ?)"


class Point(Struct, frozen=True, gc=False):
    """A point; `at` in microseconds UTC."""

    point: int
    at: int
    loss: float


class Course(Struct, frozen=True, gc=False):
    """How a simulation has converged so far.

    Attributes:
        points: in the order of their times.
        complete: whether the simulation has finished; more points may come all the same.
        position: the end of the log as it is seen here.
    """

    points: list[Point]
    complete: bool
    position: int


def apply(events: Sequence[Event], connection: sqlite3.Connection) -> None:
    """Fold a batch of events; points are written in one go, but none after its simulation was deleted."""
    rows: list[tuple[int, int, int, float, int]] = []
    for event in events:
        fact = event.fact
        if isinstance(fact, PointRecorded):
            rows.append((fact.simulation, fact.at, fact.point, fact.loss, event.stored.position))
        elif isinstance(fact, SimulationDeleted):
            connection.executemany(_INSERT, rows)
            rows.clear()
            connection.execute("DELETE FROM points WHERE simulation = ?", (fact.simulation,))
    connection.executemany(_INSERT, rows)


def course(connection: sqlite3.Connection, simulation: int, since: int | None = None, after: int = 0) -> Course | None:
    """Return a simulation's points, None when there is no such simulation.

    Args:
        connection: to the projections.
        simulation: whose points.
        since: only points that belong to a later time than this, microseconds UTC.
        after: only points recorded at a later position of the log than this.
    """
    row = connection.execute("SELECT status FROM simulations WHERE simulation = ?", (simulation,)).fetchone()
    if row is None:
        return None
    points = [Point(*one) for one in _select(connection, simulation, since, after)]
    return Course(points, row[0] == "finished", checkpoint.read(connection).position)


def _select(
    connection: sqlite3.Connection, simulation: int, since: int | None, after: int
) -> Iterator[tuple[int, int, float]]:
    return connection.execute(
        "SELECT point, at, loss FROM points WHERE simulation = ? AND at > ? AND position > ? ORDER BY at, point",
        (simulation, _BEFORE_TIME if since is None else since, after),
    )


_BEFORE_TIME = -(2**63)
