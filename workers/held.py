"""Files and directories that are there only while somebody is at them: files that are not whole yet, and what a batch needs.

As on the coordinator's floor (`coordinator.files.held`): who is killed removes nothing, so each is locked for as long as a
process is at it, and whoever begins the next one there removes those that nobody holds.
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

_UNFINISHED = re.compile(r".+\.[0-9a-f]{8}\.unfinished")
_LOCKED = "locked"
"""The file by which a directory is held."""


@contextmanager
def place(kind: str) -> Iterator[Path]:
    """Have a directory among the temporary files until leaving; those of its kind that were left over are removed."""
    prefix = f"tallystick-{kind}-"
    _clear(Path(tempfile.gettempdir()), re.compile(f"{prefix}[a-z0-9_]{{8}}"))
    made, lock = _made(prefix)
    with lock:
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """Open a file that bears its name only when everything is in it and on disk; what others left over there is removed.

    Raises:
        OSError: it can't be written; nothing of it is left.
    """
    _clear(path.parent, _UNFINISHED)
    with _opened(path) as file:
        own = Path(file.name)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            own.replace(path)
            _sync(path.parent)
        finally:
            own.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file as `written` does: when this returns, it is on disk."""
    with written(path) as file:
        file.write(content)


def _made(prefix: str) -> tuple[Path, BinaryIO]:
    while True:
        made = Path(tempfile.mkdtemp(prefix=prefix))
        with suppress(FileNotFoundError):  # somebody took it for one that was left over
            lock = (made / _LOCKED).open("xb")
            if _is_locked(lock):
                return made, lock


def _opened(path: Path) -> BinaryIO:
    while True:
        file = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.unfinished").open("xb")
        if _is_locked(file):
            return file


def _is_locked(file: BinaryIO) -> bool:
    """Lock a file that was just made; it is closed where somebody took it for one that was left over, and removed it."""
    with suppress(OSError):  # where the file system knows no locks, nothing can be told to be left over
        fcntl.flock(file, fcntl.LOCK_EX)
    if not os.fstat(file.fileno()).st_nlink:
        file.close()
        return False
    return True


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
