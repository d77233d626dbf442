"""Statements that a question runs on a connection, and how SQLite goes about them: that tells how it grows, whatever the machine."""

import sqlite3
from collections.abc import Callable


def statements_of(connection: sqlite3.Connection, ask: Callable[[], object]) -> list[str]:
    """Return the statements that are run while something is asked."""
    run: list[str] = []
    connection.set_trace_callback(run.append)
    ask()
    connection.set_trace_callback(None)
    return run


def plan_of(connection: sqlite3.Connection, ask: Callable[[], object]) -> list[str]:
    """Return the steps that SQLite takes for what is asked, as EXPLAIN QUERY PLAN tells them."""
    return [
        row[3]
        for statement in statements_of(connection, ask)
        for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    ]
