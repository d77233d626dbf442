"""SQLite files that are read and not written, wherever they lie."""

import errno
import os
from pathlib import Path


def uri_for_reading(path: Path) -> str:
    """Return the URI by which SQLite opens a file for reading only.

    Whoever reads a file beside its writer has notes about it kept in the same directory. Where this user may not write, as
    in a snapshot or on a disk that is mounted for reading, those of the writer serve; where there are none, nobody writes.

    Raises:
        OSError: this user may not read the file, or what is kept beside it, of which SQLite does not say which; or its writer
            was cut off there, which only who may write can put right. A sentence.
    """
    place = path.absolute()
    log, notes = (place.with_name(f"{place.name}{suffix}") for suffix in ("-wal", "-shm"))
    for file in (place, log, notes):
        if file.exists() and not os.access(file, os.R_OK):
            raise OSError(f"{file} can't be read: {os.strerror(errno.EACCES)}.")
    uri = f"{place.as_uri()}?mode=ro"
    if not place.exists() or os.access(place.parent, os.W_OK) or (log.exists() and notes.exists()):
        return uri
    if log.exists() and log.stat().st_size:
        raise OSError(
            f"{path} was not closed by its last writer, and this user may not write beside it, which reading it takes then;"
            f" copy it with {log.name} to where that is so."
        )
    return f"{uri}&immutable=1"
