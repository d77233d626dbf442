"""The metrics that simulations reported beside their losses, by the time that each belongs to."""

import sqlite3
from collections.abc import Sequence

from core.events.envelope import Event
from core.events.fact import Fact
from core.simulations.events import MetricsRecorded, SimulationDeleted
from projections.runtime.rows import insert_rows

NAME = "metrics"
FACTS: frozenset[type[Fact]] = frozenset({MetricsRecorded, SimulationDeleted})
SCHEMA = """
CREATE TABLE metrics (
    simulation INTEGER NOT NULL,
    metric TEXT NOT NULL,
    at INTEGER NOT NULL,           -- the time that it belongs to, microseconds UTC
    point INTEGER NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (simulation, metric, at, point)
) STRICT, WITHOUT ROWID;
"""
_INSERT = "INSERT INTO metrics"


def apply(events: Sequence[Event], connection: sqlite3.Connection) -> None:
    """Fold a batch of events; nothing of a simulation stays after it was deleted."""
    rows: list[tuple[int, str, int, int, float]] = []
    for event in events:
        fact = event.fact
        if isinstance(fact, MetricsRecorded):
            rows.extend((fact.simulation, one.name, fact.at, fact.point, one.value) for one in fact.metrics)
        elif isinstance(fact, SimulationDeleted):
            insert_rows(connection, _INSERT, rows)
            rows.clear()
            connection.execute("DELETE FROM metrics WHERE simulation = ?", (fact.simulation,))
    insert_rows(connection, _INSERT, rows)


def names(connection: sqlite3.Connection, simulation: int) -> list[str]:
    """Return the names of the metrics that a simulation reported, without a look at every value."""
    found: list[str] = []
    while row := connection.execute(
        "SELECT metric FROM metrics WHERE simulation = ? AND metric > ? ORDER BY metric LIMIT 1",
        (simulation, found[-1] if found else ""),
    ).fetchone():
        found.append(row[0])
    return found
