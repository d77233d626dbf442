"""Removing from a database's files what was deleted from its tables."""

import sqlite3


class StillRead(Exception):  # noqa: N818 - names what is the case
    """Another program reads the file; what was deleted stays in its bytes until that has ended."""


def scrub(connection: sqlite3.Connection) -> None:
    """Leave in a database's files only what is in its tables.

    A deleted row stays readable in free pages, in the unused parts of pages that were split, and in the write-ahead log.
    All pages are written anew from the tables, and the write-ahead log is cut to nothing.

    Raises:
        StillRead: another connection reads what was there before.
    """
    (kept,) = connection.execute("PRAGMA temp_store").fetchone()
    connection.execute("PRAGMA temp_store = FILE")  # for the copy of all tables, which need not fit into memory
    try:
        connection.execute("VACUUM")
    finally:
        connection.execute(f"PRAGMA temp_store = {kept}")
    (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StillRead("Another program reads the file.")
