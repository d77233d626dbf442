"""Inserting many rows with few statements.

Python's sqlite3 lets go of the interpreter's lock at each row of `executemany`. Beside a busy event loop every letting
go costs a wait until the loop lets go in turn, which is far more than the row. A statement that inserts many rows at
once lets go once.
"""

import sqlite3
from collections.abc import Sequence
from itertools import chain

# Few sizes, so that SQLite's prepared statements are found again; 64 rows of 16 columns stay below its limit of
# 32,766 parameters by far.
_SIZES = (64, 8, 1)


def insert_rows(connection: sqlite3.Connection, head: str, rows: Sequence[Sequence[object]], tail: str = "") -> None:
    """Insert rows.

    Args:
        connection: where to.
        head: the statement up to its values, `INSERT INTO curves`.
        rows: of equal length.
        tail: what follows the values, `ON CONFLICT …`. No two rows of one call may then conflict with each other.
    """
    start = 0
    for size in _SIZES:
        while len(rows) - start >= size:
            group = rows[start : start + size]
            row = f"({', '.join('?' * len(group[0]))})"
            values = ", ".join([row] * size)
            connection.execute(f"{head} VALUES {values} {tail}", tuple(chain.from_iterable(group)))
            start += size
