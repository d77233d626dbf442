"""The table of machines, and who asks for them."""

import sqlite3

from core.simulations.state import Machine

SCHEMA = """
CREATE TABLE machines (
    machine INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    cpu TEXT NOT NULL,
    gpu TEXT,
    memory_gb INTEGER NOT NULL,
    status TEXT NOT NULL,          -- available, busy, maintenance
    removed INTEGER NOT NULL       -- 1 once it is no longer there; what ran on it names it still
) STRICT;
CREATE INDEX available_machines ON machines (machine) WHERE status = 'available' AND removed = 0;
"""
COLUMNS = "machine, name, cpu, gpu, memory_gb, status"


def machine(connection: sqlite3.Connection, number: int, *, even_removed: bool = False) -> Machine | None:
    """Return a machine; None for one that was never there or, unless that is wanted too, was removed."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM machines WHERE machine = ? AND removed <= ?", (number, even_removed)
    ).fetchone()
    return Machine(*row) if row else None


def machines(connection: sqlite3.Connection) -> list[Machine]:
    """Return the machines, the oldest first."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM machines WHERE removed = 0 ORDER BY machine")
    return [Machine(*row) for row in rows]
