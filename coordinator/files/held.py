"""Files and directories that are there only while somebody is at them, as what has not got its name yet.

Who is killed removes nothing. So each is locked for as long as a process lives that is at it, and whoever begins the next one
of its kind removes those that nobody holds. Where the file system knows no locks, nothing can be told to be left over.
"""

import fcntl
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

UNFINISHED = ".part"
_LOCKED = "locked"
"""The file by which a directory is held."""


@contextmanager
def held_directory(parent: Path, prefix: str, suffix: str = "") -> Iterator[Path]:
    """Make a directory that is gone at the end; it is held by the processes that are forked meanwhile, too.

    Args:
        parent: where; those in it that were left over are removed.
        prefix: how its name begins, which no other kind's does.
        suffix: how it ends.
    """
    _clear(parent, re.compile(f"{re.escape(prefix)}[a-z0-9_]{{8}}{re.escape(suffix)}"))
    made, lock = _made(parent, prefix, suffix)
    with lock:
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)


@contextmanager
def held_file(path: Path, mode: int) -> Iterator[BinaryIO]:
    """Open a file for writing, beside a path, for whoever gives it that name; what still bears its own at the end is removed.

    Args:
        path: of which it will be; others beside it that were left over are removed.
        mode: of the file, less what the umask takes away.
    """
    _clear(path.parent, re.compile(rf"{re.escape(path.name)}\.[0-9a-f]{{8}}{re.escape(UNFINISHED)}"))
    own = ""
    try:
        with _opened(path, mode) as file:
            own = file.name
            yield file
    except OSError as error:
        if error.filename and Path(error.filename).parent == path.parent and error.filename.endswith(UNFINISHED):
            error.filename = str(path)  # by which whoever named it knows it
        raise
    finally:
        if own:
            Path(own).unlink(missing_ok=True)


def _made(parent: Path, prefix: str, suffix: str) -> tuple[Path, BinaryIO]:
    while True:
        made = Path(tempfile.mkdtemp(suffix, prefix, parent))
        with suppress(FileNotFoundError):  # somebody took it for one that was left over
            lock = (made / _LOCKED).open("xb")
            if _is_locked(lock):
                return made, lock


def _opened(path: Path, mode: int) -> BinaryIO:
    while True:
        own = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}{UNFINISHED}")
        file = open(own, "xb", opener=lambda name, flags: os.open(name, flags, mode))  # noqa: SIM115 - Path's has no opener
        if _is_locked(file):
            return file


def _is_locked(file: BinaryIO) -> bool:
    """Lock a file that was just made; it is closed where somebody took it for one that was left over, and removed it."""
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX)
    if not os.fstat(file.fileno()).st_nlink:
        file.close()
        return False
    return True


def _clear(directory: Path, names: re.Pattern[str]) -> None:
    """Remove what nobody holds; what is another user's, or is removed by somebody else meanwhile, stays."""
    with suppress(OSError):
        for left in [entry for entry in directory.iterdir() if names.fullmatch(entry.name)]:
            with suppress(OSError):
                _remove_unless_held(left)


def _remove_unless_held(left: Path) -> None:
    """Remove one; who made it may not have locked it yet, and makes another then."""
    if not left.is_dir():
        with left.open("r+b") as file:
            _require_nobodys(file)
            left.unlink()
        return
    try:
        with (left / _LOCKED).open("r+b") as lock:
            _require_nobodys(lock)
            shutil.rmtree(left)
    except FileNotFoundError:
        left.rmdir()


def _require_nobodys(lock: BinaryIO) -> None:
    if os.fstat(lock.fileno()).st_uid != os.geteuid():
        raise PermissionError
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
