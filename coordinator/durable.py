"""Changes to files that survive the loss of power."""

import errno
import os
from pathlib import Path


def rename_durably(source: Path, target: Path) -> None:
    """Give a file that is on disk its name, in place of whatever bore it; the name is on disk when this returns."""
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
