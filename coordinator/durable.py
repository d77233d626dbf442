"""Changes to files that survive the loss of power."""

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
