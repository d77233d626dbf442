"""Changes to files that survive the loss of power."""

import os
from pathlib import Path


def rename_durably(source: Path, target: Path) -> None:
    """Give a file that is on disk its name, in place of whatever bore it; the name is on disk when this returns."""
    source.replace(target)
    directory = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
