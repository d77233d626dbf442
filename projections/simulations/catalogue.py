"""The table of simulations, and who asks for them: one, many, sorted."""

import sqlite3
from typing import Literal

from msgspec import Struct

from core.simulations.state import Machine, Simulation, SimulationStatus
from projections.runtime.paging import rows_of_page
from projections.simulations import machines

SCHEMA = """
CREATE TABLE simulations (
    simulation INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    status TEXT NOT NULL,          -- pending, running, finished
    machine INTEGER,               -- NULL while it waits for one
    placed INTEGER NOT NULL,       -- 1 when it got its machine by waiting for one
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    newest_stamp INTEGER NOT NULL  -- newest time that the coordinator gave one of its points, 0 for none
) STRICT;
CREATE INDEX waiting_simulations ON simulations (simulation) WHERE machine IS NULL;
CREATE INDEX unfinished_simulations ON simulations (machine, status, placed) WHERE status <> 'finished';
"""
_ON = "FROM simulations WHERE status <> 'finished' AND machine = ?"
"""Without the first condition, which says nothing new, SQLite does not know that the index holds them all."""
COLUMNS = "simulation, name, status, machine, placed, created_at, updated_at"

OrderBy = Literal["name", "created_at", "updated_at"]
Direction = Literal["asc", "desc"]


class SimulationPage(Struct, frozen=True, gc=False):
    """Some of the simulations that were asked for, and how many there are in all."""

    simulations: list[Simulation]
    total: int


def simulation(connection: sqlite3.Connection, number: int) -> Simulation | None:
    """Return a simulation; None for one that was never there or was deleted."""
    row = connection.execute(f"SELECT {COLUMNS} FROM simulations WHERE simulation = ?", (number,)).fetchone()
    return _simulation(row) if row else None


def named_like(connection: sqlite3.Connection, text: str, limit: int) -> list[Simulation]:
    """Return simulations whose names contain a text, whatever the case of its letters, the newest first."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM simulations WHERE instr(lower(name), lower(?)) > 0 ORDER BY simulation DESC LIMIT ?",
        (text, limit),
    )
    return [_simulation(row) for row in rows]


def first_pending_on(connection: sqlite3.Connection, machine: int) -> int | None:
    """Return the oldest simulation that is to run on a machine."""
    row = connection.execute(f"SELECT min(simulation) {_ON} AND status = 'pending'", (machine,)).fetchone()
    return None if row[0] is None else int(row[0])


def count_pending_on(connection: sqlite3.Connection, machine: int) -> int:
    """Count the simulations that are to run on a machine."""
    return int(connection.execute(f"SELECT count(*) {_ON} AND status = 'pending'", (machine,)).fetchone()[0])


def promised(connection: sqlite3.Connection, machine: int, leaving: int) -> bool:
    """Tell whether a machine is kept for a simulation that waited for one, another than the one that leaves it."""
    row = connection.execute(
        f"SELECT 1 {_ON} AND status = 'pending' AND placed = 1 AND simulation <> ? LIMIT 1", (machine, leaving)
    ).fetchone()
    return row is not None


def running_on(connection: sqlite3.Connection, machine: int) -> Simulation | None:
    """Return the simulation that runs on a machine."""
    row = connection.execute(f"SELECT {COLUMNS} {_ON} AND status = 'running'", (machine,)).fetchone()
    return _simulation(row) if row else None


def with_machine(connection: sqlite3.Connection, number: int) -> tuple[Simulation, Machine | None] | None:
    """Return a simulation with its machine, even if that was removed since; None when there is no such simulation."""
    found = simulation(connection, number)
    if found is None:
        return None
    where = found.machine
    return found, None if where is None else machines.machine(connection, where, even_removed=True)


def simulations(
    connection: sqlite3.Connection,
    status: SimulationStatus | None,
    order_by: OrderBy,
    direction: Direction,
    page: int,
    size: int,
) -> SimulationPage:
    """Return a page (from 1) of simulations, and how many there are; equal ones stand in the order of their numbers."""
    having, bound = ("", ()) if status is None else ("WHERE status = ?", (status,))
    total = connection.execute(f"SELECT count(*) FROM simulations {having}", bound).fetchone()[0]
    order = f"{order_by} {direction.upper()}, simulation {direction.upper()}"
    select = f"SELECT {COLUMNS} FROM simulations {having}"
    rows = rows_of_page(connection, select, bound, order, total, size, (page - 1) * size)
    return SimulationPage([_simulation(row) for row in rows], total)


def _simulation(row: tuple[object, ...]) -> Simulation:
    simulation, name, status, machine, placed, created_at, updated_at = row
    return Simulation(simulation, name, status, machine, bool(placed), created_at, updated_at)  # type: ignore[arg-type] # the schema is STRICT
