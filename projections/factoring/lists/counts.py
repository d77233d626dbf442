"""Counting numbers: how many there are of each kind."""

import sqlite3

from projections.factoring.lists import tallies

_LEASES = """
SELECT standing, sum(leases) FROM (
    SELECT standing, leases FROM lease_tallies
    UNION ALL SELECT coalesce(outcome, 'live'), -1 FROM residue_claims JOIN leases ON lease = claim
) GROUP BY standing HAVING sum(leases) > 0 ORDER BY standing <> 'live', standing
"""
"""Of all that were tallied, those on residue files are few."""


def count_by_status(connection: sqlite3.Connection) -> dict[str, int]:
    """Count the numbers of each status."""
    rows = connection.execute(
        "SELECT status, sum(numbers) FROM number_tallies WHERE shelf <> 'deleted' GROUP BY status ORDER BY status"
    )
    return dict(rows)


def count_by_shelf(connection: sqlite3.Connection) -> dict[str, int]:
    """Count the numbers that are not assigned, by why they are not."""
    rows = connection.execute(
        "SELECT shelf, sum(numbers) FROM number_tallies WHERE shelf <> '' GROUP BY shelf ORDER BY shelf"
    )
    return dict(rows)


def count_free(connection: sqlite3.Connection) -> int:
    """Count the open numbers on which nobody is at work."""
    (held,) = connection.execute(
        "SELECT count(*) FROM numbers INDEXED BY held WHERE status = 'open' AND shelf = '' AND leases > 0"
    ).fetchone()
    return tallies.count_listed(connection, "open", "") - int(held)


def longest_free(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return how many open numbers nobody is at work on, and the position of the event that brought the oldest; 0 for none."""
    count, oldest = connection.execute(
        "SELECT count(*), min(number) FROM numbers INDEXED BY free_by_ladder"
        " WHERE status = 'open' AND shelf = '' AND leases = 0"
    ).fetchone()
    row = connection.execute("SELECT submitted FROM numbers WHERE number = ?", (oldest,)).fetchone()
    return count, int(row[0]) if row else 0


def count_by_t_level(connection: sqlite3.Connection) -> dict[int, int]:
    """Count the unfinished and finished composites by t-level, in steps of five digits."""
    return dict(
        connection.execute(
            "SELECT level, sum(numbers) FROM number_tallies"
            " WHERE status IN ('open', 'finished') AND shelf <> 'deleted' GROUP BY level ORDER BY level"
        )
    )


def count_by_length(connection: sqlite3.Connection, step: int) -> dict[int, int]:
    """Count the numbers that are not factored by their digits, in steps of so many."""
    return dict(
        connection.execute(
            "SELECT digits / ?1 * ?1, count(*) FROM numbers INDEXED BY in_brief"
            " WHERE status IN ('open', 'finished', 'split') AND shelf <> 'deleted' GROUP BY digits / ?1 ORDER BY digits / ?1",
            (step,),
        )
    )


def count_live_leases(connection: sqlite3.Connection) -> dict[str, int]:
    """Count leases on numbers by how they stand; `live` are those that have not ended."""
    return dict(connection.execute(_LEASES))
