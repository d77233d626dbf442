"""Projections files that are damaged: telling one from a disk that fails, and setting it aside.

All that is in a projections file follows from the log. So one that is damaged holds nobody up: it is moved out of the way,
to whoever wants to know what happened to it, and is built anew.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from coordinator.files.databases import uri_for_reading
from coordinator.log.sqlite import UNREADABLE
from projections.runtime.disk import the_disk_failed

_OF_THE_FILE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY_CODE = 0xFF
_BESIDE = ("", "-wal", "-shm", "-journal")
SOUND = "ok"
WHOLE = "PRAGMA main.integrity_check(1)"
"""Says `SOUND`, or what is wrong with a file; also with an index that hides rows, which whoever asks by it does not notice."""


def aside(path: Path) -> Path:
    """Return where a file stands that was set aside; there is one at most."""
    return path.with_suffix(".damaged.db")


def reading_fails(error: Exception) -> bool:
    """Tell whether a query failed for what the file is, or stands on, and not for what was asked."""
    return the_disk_failed(error) or _is_no_text(error)


def is_damage(error: Exception) -> bool:
    """Tell whether a file is damaged; else the disk is full, or the system has no more descriptors or memory."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code & _PRIMARY_CODE in _OF_THE_FILE or code == sqlite3.SQLITE_IOERR_SHORT_READ or _is_no_text(error)


def is_blameless(error: Exception) -> bool:
    """Tell whether a file could not be opened for a reason that lies outside of it."""
    return isinstance(error, OSError | MemoryError) or (the_disk_failed(error) and not is_damage(error))


def _is_no_text(error: Exception) -> bool:
    """Tell whether bytes of a text are none; SQLite quotes damaged names in its messages, too."""
    undecodable = isinstance(error, sqlite3.OperationalError) and str(error).startswith("Could not decode to UTF-8")
    return undecodable or isinstance(error, UnicodeDecodeError)


def why_damaged(path: Path) -> str | None:
    """Look through a whole file, which takes seconds for each gigabyte; return what is wrong, None when nothing is.

    Raises:
        sqlite3.Error: it can't be read for a reason that lies outside of it.
    """
    if not path.is_file():
        return "it is not a file" if path.exists() else "it is gone"
    try:
        with closing(sqlite3.connect(uri_for_reading(path), uri=True)) as connection:
            connection.execute("SELECT * FROM sqlite_master").fetchall()
            (found,) = connection.execute(WHOLE).fetchone()
    except UNREADABLE as error:
        if is_blameless(error):
            raise
        return str(error)
    return None if found == SOUND else str(found)


def set_aside(path: Path) -> None:
    """Move a file, or whatever stands in its place, out of the way; nobody here has it open."""
    for suffix in _BESIDE:
        old, new = path.with_name(path.name + suffix), aside(path).with_name(aside(path).name + suffix)
        if new.is_dir() and not new.is_symlink():
            shutil.rmtree(new)
        if new.exists():
            new.unlink()
        if old.is_symlink() or old.exists():
            old.replace(new)
