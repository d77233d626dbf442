"""Reasons why files can't be used, in a sentence."""

import errno
import os
import sqlite3
from pathlib import Path
from typing import TypeAlias

Trouble: TypeAlias = OSError | sqlite3.Error
TROUBLES = (OSError, sqlite3.Error)
"""What using files may raise: the system's own errors, and SQLite's."""

_NO_THREAD = "can't start new thread"
_NO_MEANS = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN}
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_SQLITE_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE}
_READ_ONLY = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_READONLY_DIRECTORY, sqlite3.SQLITE_READONLY_RECOVERY}


def reason_of(trouble: Trouble, *, named: bool = False) -> str:
    """Return why, in the words of the system or of SQLite, without a full stop; behind the name of the file if wanted."""
    if is_about_room(trouble):
        return os.strerror(errno.ENOSPC)
    if isinstance(trouble, sqlite3.Error):
        if getattr(trouble, "sqlite_errorcode", None) in _READ_ONLY:
            return "this user may not write there, which even reading takes where the last writer was cut off"
        return str(trouble)
    reason = (trouble.strerror or str(trouble)).rstrip(".")
    return f"{trouble.filename}: {reason}" if named and trouble.filename else reason


def words_of(error: BaseException) -> str:
    """Return what an error of whatever kind says, of one that says nothing its name; `reason_of` where using files raises it."""
    return reason_of(error, named=True) if isinstance(error, TROUBLES) else str(error) or type(error).__name__


def sentence_of(trouble: Trouble, directory: Path | None) -> str:
    """Return what can't be used and why, and what to do when there is no room.

    Args:
        trouble: what was raised.
        directory: the data directory that was worked in, which an error of SQLite does not name; None for none.
    """
    if isinstance(trouble, OSError) and trouble.strerror is None:
        return str(trouble)  # one of ours, a sentence already
    named = trouble.filename if isinstance(trouble, OSError) else None
    what = named or (f"What lies in {directory}" if directory is not None else "A file")
    advice = "; make room there and try again, nothing that was recorded is lost" if is_about_room(trouble) else ""
    return f"{what} can't be used: {reason_of(trouble)}{advice}."


def shortage_of(error: BaseException) -> str:
    """Return what the process may have too little of, in a sentence; empty when that is not why something failed."""
    if isinstance(error, MemoryError):
        return "There is not enough memory; give the process more of it (ulimit -v says how much it may have)."
    if isinstance(error, RuntimeError) and str(error) == _NO_THREAD:
        return "No further thread can be started; give the process more memory, or more threads (ulimit -v, ulimit -u)."
    if isinstance(error, OSError) and error.errno in _NO_MEANS:
        return f"{os.strerror(error.errno)}; give the process more of what it may have (ulimit -a shows what that is)."
    return ""


def is_about_room(trouble: Trouble) -> bool:
    """Tell whether the disk, or what one may have of it, is full."""
    if isinstance(trouble, sqlite3.Error):
        return getattr(trouble, "sqlite_errorcode", None) in _SQLITE_NO_ROOM
    return trouble.errno in _NO_ROOM
