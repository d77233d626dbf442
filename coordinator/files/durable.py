"""Changes to files that survive the loss of power, and files that stay where they are."""

import errno
import os
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
    """Give a file, or a directory, its name, in place of whatever bore it; both are on disk when this returns.

    Of a directory that is the names in it: what its files hold has to be on disk before.
    """
    sync(source)
    source.replace(target)
    sync(target.parent)


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
