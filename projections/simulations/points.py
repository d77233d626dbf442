"""The points of simulations: the losses that they reported, by the time that each belongs to."""

import sqlite3
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from core.events.envelope import Event
from core.events.fact import Fact
from core.simulations.events import LOSS, PointRecorded, SimulationDeleted
from projections.runtime.rows import insert_rows

NAME = "points"
FACTS: frozenset[type[Fact]] = frozenset({PointRecorded, SimulationDeleted})
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
_LARGEST = 2**63 - 1
BEGINNING = (-(2**63), 0)
_INSERT = "INSERT INTO points"
_LOSSES = "FROM points WHERE simulation = :simulation"
_METRICS = (
    "FROM (SELECT at, point, value AS loss FROM metrics WHERE simulation = :simulation AND metric = :metric) AS points"
    " WHERE true"
)


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
    """

    points: list[Point]
    complete: bool


def apply(events: Sequence[Event], connection: sqlite3.Connection) -> None:
    """Fold a batch of events; points are written in one go, but none after its simulation was deleted."""
    rows: list[tuple[int, int, int, float, int]] = []
    for event in events:
        fact = event.fact
        if isinstance(fact, PointRecorded):
            rows.append((fact.simulation, fact.at, fact.point, fact.loss, event.stored.position))
        elif isinstance(fact, SimulationDeleted):
            insert_rows(connection, _INSERT, rows)
            rows.clear()
            connection.execute("DELETE FROM points WHERE simulation = ?", (fact.simulation,))
    insert_rows(connection, _INSERT, rows)


def course(
    connection: sqlite3.Connection,
    simulation: int,
    *,
    beyond: tuple[int, int] = BEGINNING,
    after: int = 0,
    upto: int = _LARGEST,
    limit: int = -1,
) -> Course | None:
    """Return a simulation's points, None when there is no such simulation.

    Args:
        connection: to the projections.
        simulation: whose points.
        beyond: only points that stand behind this time (microseconds UTC) and number.
        after: only points recorded behind this position of the log.
        upto: only points recorded at this position at most.
        limit: how many at most; -1 for all.
    """
    row = connection.execute("SELECT status FROM simulations WHERE simulation = ?", (simulation,)).fetchone()
    if row is None:
        return None
    rows = connection.execute(
        "SELECT point, at, loss FROM points WHERE simulation = ? AND (at, point) > (?, ?) AND position > ?"
        " AND position <= ? ORDER BY at, point LIMIT ?",
        (simulation, *beyond, after, upto, limit),
    )
    return Course([Point(*one) for one in rows], row[0] == "finished")


class Stretch(Struct, frozen=True, gc=False):
    """Points that lie close together in time: how many, when the last was, and their losses in short."""

    at: int
    points: int
    least: float
    mean: float
    greatest: float


class Outline(Struct, frozen=True, gc=False):
    """The points of a simulation in short.

    Attributes:
        points: how many there are.
        stretches: of equal length in time, in order; each point one of its own while they are few.
        first: the earliest point.
        last: the latest point.
        best: the earliest point of the least loss.
    """

    points: int
    stretches: list[Stretch]
    first: Point
    last: Point
    best: Point

    @property
    def greatest(self) -> float:
        """The greatest loss."""
        return max(stretch.greatest for stretch in self.stretches)

    @property
    def spread(self) -> float:
        """How far the losses lie apart."""
        return self.greatest - self.best.loss


def outline(connection: sqlite3.Connection, simulation: int, stretches: int, metric: str = LOSS) -> Outline | None:
    """Return a simulation's points in at most so many stretches of time, None while it has none.

    Args:
        connection: to the projections.
        simulation: whose points.
        stretches: how many at most.
        metric: what to read of them; the others stand where the loss does.
    """
    values = _LOSSES if metric == LOSS else _METRICS
    bound = {"simulation": simulation, "metric": metric}

    def one(order: str, within: str = "", **edges: int) -> Point:
        chosen = f"SELECT point, at, loss {values}{within} ORDER BY {order} LIMIT 1"
        return Point(*connection.execute(chosen, bound | edges).fetchone())

    few = f"SELECT at, 1, loss, loss, loss {values} ORDER BY at, point LIMIT :most"
    rows = connection.execute(few, bound | {"most": stretches + 1}).fetchall()
    if not rows:
        return None
    first, last = one("at, point"), one("at DESC, point DESC")
    if len(rows) <= stretches:
        return Outline(len(rows), [Stretch(*row) for row in rows], first, last, one("loss, at, point"))
    # Each stretch by itself: points lie in the order of their times, and one pass over them groups nothing.
    within = " AND at >= :begin AND at < :end"
    mean = "max(min(avg(loss), max(loss)), min(loss))"  # the sum of large losses may be beyond floats, and their mean, too, then
    summed = f"SELECT max(at), count(*), min(loss), {mean}, max(loss) {values}{within}"
    span = last.at - first.at
    edges = [first.at - (-span * i // stretches) for i in range(stretches)] + [last.at + 1]
    found: list[tuple[dict[str, int], Stretch]] = []
    for begin, end in pairwise(edges):
        ends = {"begin": begin, "end": end}
        row = connection.execute(summed, bound | ends).fetchone()
        if row[1]:
            found.append((ends, Stretch(*row)))
    ends, _ = min(found, key=lambda each: each[1].least)
    return Outline(
        points=sum(stretch.points for _, stretch in found),
        stretches=[stretch for _, stretch in found],
        first=first,
        last=last,
        best=one("loss, at, point", within, **ends),
    )


def newest(connection: sqlite3.Connection, simulation: int) -> Point | None:
    """Return the latest point of a simulation, None while it has none."""
    row = connection.execute(
        "SELECT point, at, loss FROM points WHERE simulation = ? ORDER BY at DESC, point DESC LIMIT 1", (simulation,)
    ).fetchone()
    return Point(*row) if row else None


def newest_losses(connection: sqlite3.Connection, simulation: int, limit: int) -> list[float]:
    """Return the losses of a simulation's latest points, the earliest of them first."""
    rows = connection.execute(
        "SELECT loss FROM points WHERE simulation = ? ORDER BY at DESC, point DESC LIMIT ?", (simulation, limit)
    )
    return [loss for (loss,) in rows][::-1]


def end_of(at: int) -> tuple[int, int]:
    """Return the place behind every point of a time."""
    return at, _LARGEST
