"""Changes to files that survive the loss of power, and files that stay where they are."""

import errno
import fcntl
import os
from collections.abc import Callable
from pathlib import Path

_GONE = "{} has been removed or replaced while it is open; put it back where it was"


class Displaced(OSError):  # noqa: N818 - names what was met
    """A file that is open has been removed or replaced: what is written to it now is gone with the process."""


class Place:
    """Where files lie that are open for as long as the process lives.

    Args:
        paths: of the files.
        there: whether they are all there, as one that is kept in memory is not.

    Raises:
        Displaced: one is gone already; so does `check`.
    """

    def __init__(self, *paths: Path, there: bool = False) -> None:
        self._identities = {path: _identity(path) for path in paths}
        if there and None in self._identities.values():
            raise Displaced(_GONE.format(next(path for path, found in self._identities.items() if found is None)))

    def check(self) -> None:
        """See that every file still lies there; it costs a microsecond each.

        Raises:
            Displaced: one does not.
        """
        for path, identity in self._identities.items():
            if _identity(path) != identity:
                raise Displaced(_GONE.format(path))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - half the time of Path.stat, before every batch
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino


def rename_durably(source: Path, target: Path) -> None:
    """Give a file that is on disk its name, in place of whatever bore it; the name is on disk when this returns."""
    source.replace(target)
    sync(target.parent)


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a new file, which only its owner can read if nothing else is said: whole and on disk, or not at all."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            os.fchmod(file.fileno(), mode)  # whatever the umask takes away from it
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        rename_durably(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def write_first(path: Path, content: bytes, stays: Callable[[Path], bool], aside: Callable[[Path], Path]) -> None:
    """Write a file as `write_whole` does, unless one that stays is there by then: of several who begin at once one is first.

    They may be threads of one process, or processes. Whoever was not first finds the file of whoever was.

    Args:
        path: of the file.
        content: what to write.
        stays: tells whether the file that is there, if any, is left alone.
        aside: returns where one goes that is not.
    """
    unfinished = path.with_suffix(".new")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if stays(path):  # what is open here may be that very file, under its name
            unfinished.unlink(missing_ok=True)
            return
        if path.exists():
            path.rename(aside(path))
        file.truncate(0)  # somebody who was killed may have begun it
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        rename_durably(unfinished, path)


def sync(path: Path) -> None:
    """Have a file, or the names in a directory, on disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_at(descriptor: int, content: bytes, offset: int) -> None:
    """Write all of a content, which need not be on disk when this returns.

    Raises:
        OSError: the disk is full, or can't be written; part of the content may stand there.
    """
    if os.pwrite(descriptor, content, offset) < len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
