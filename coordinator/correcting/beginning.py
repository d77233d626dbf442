"""Where a correction begins: the nearest snapshot before anything that it changes.

What was answered is left out of snapshots; the live file has it, and nothing of it changes before the correction begins.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from coordinator.correcting.folding import Correcting
from coordinator.files.databases import uri_for_reading
from coordinator.log.sqlite import SqliteEventLog
from coordinator.past.snapshots import copy_nearest
from coordinator.projecting.opening import discard, path_of
from projections.runtime import checkpoint
from projections.runtime.answers import answered_upto, take_over
from projections.runtime.projection import Projection


def begin(
    directory: Path, log: SqliteEventLog, projection: Projection, path: Path, correcting: Correcting, *, answers: bool
) -> None:
    """Put a copy of the nearest snapshot where a correction is to be folded; nothing if there is none.

    Args:
        directory: the data directory.
        log: its log.
        projection: what the file holds.
        path: where it is to stand; nothing stands there yet.
        correcting: the correction; it takes note of what the copy holds.
        answers: whether the file is to hold what was answered.

    Raises:
        sqlite3.Error: the disk is full, or can't be read or written.
        OSError: the same.
    """
    copy_nearest(directory, log, projection, correcting.first - 1, correcting.corrections, path, {})
    if not path.exists():
        return
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        position = checkpoint.read(copy).position
        fit = not answers or _take_answers(copy, path_of(directory, projection.name), position)
    if fit:
        correcting.pass_over(position)
    else:
        discard(path)


def _take_answers(copy: sqlite3.Connection, live: Path, position: int) -> bool:
    """Copy what was answered up to a position; False when the live file does not hold all of it."""
    if not live.exists():
        return False
    with closing(sqlite3.connect(uri_for_reading(live), uri=True, isolation_level=None)) as standing:
        standing.execute("BEGIN")
        stopped = checkpoint.stopped(standing)
        if checkpoint.read(standing).position < position or (stopped is not None and stopped.position <= position):
            return False
        take_over(copy, answered_upto(standing, position))
    return True
