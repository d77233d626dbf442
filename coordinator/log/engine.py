"""The SQLite that Python brings along."""

import sqlite3

VERSION = sqlite3.sqlite_version

_FIXED = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
"""Of each line of versions the first without the WAL-reset fault; whatever is newer than the last has none either."""


def has_wal_reset_fault(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> bool:
    """Tell whether two connections that write at once may lose pages of a file (SQLite 3.7.0 to 3.51.2).

    Here each file has one connection that may write, so that nothing can be lost; a program that opens one for writing
    beside a coordinator ends that.
    """
    line = next((fixed for fixed in _FIXED if fixed[:2] == version[:2]), _FIXED[-1])
    return (3, 7, 0) <= version < line
