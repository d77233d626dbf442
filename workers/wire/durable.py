"""Files that are whole from the moment when they have their name, and outlive the machine's power from then on."""

import os
from pathlib import Path

_SUFFIX = ".unfinished"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file; when this returns, it is on disk.

    Raises:
        OSError: it can't be written; nothing of it is left.
    """
    unfinished = path.with_suffix(_SUFFIX)
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
