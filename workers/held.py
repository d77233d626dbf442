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
"""The file by which a directory is held; it bears this name once it is locked."""


@contextmanager
def place(kind: str) -> Iterator[Path]:
    """Have a directory among the temporary files until leaving; those of its kind that were left over are removed."""
    prefix = f"tallystick-{kind}-"
    _clear(Path(tempfile.gettempdir()), re.compile(f"{prefix}[a-z0-9_]{{8}}"))
    with tempfile.TemporaryDirectory(prefix=prefix) as name, (Path(name) / "lock").open("w") as lock:
        with suppress(OSError):  # where the file system knows no locks, nothing can be told to be left over
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            Path(lock.name).rename(Path(name) / _LOCKED)
        yield Path(name)


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


def _opened(path: Path) -> BinaryIO:
    while True:
        file = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.unfinished").open("xb")
        with suppress(OSError):  # as above
            fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # before it was locked, somebody took it for one that was left over


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
    with (left / _LOCKED if left.is_dir() else left).open("r+b") as lock:
        if os.fstat(lock.fileno()).st_uid != os.geteuid():
            return
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()
