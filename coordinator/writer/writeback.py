"""Writing out, beside the writer, what commits of projections have left to the system.

They don't wait for the disk. One in thousands folds its file's write-ahead log back, though, and begins by waiting until all
of that is on disk: 50 ms for 64 MiB in which nobody is answered. A thread has the system write it out as it grows.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

_BATCHES = 32
"""After so many; about 64 numbers they leave some 70 MiB at most, about one number 8."""

_log = structlog.get_logger(__name__)


class Writeback:
    """Has write-ahead logs written out; used by the writer's thread only."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writeback")
        self._grown: set[Path] = set()
        self._batches = 0

    def note(self, path: Path) -> None:
        """Take note that something was committed to a file."""
        self._grown.add(path)

    def end_batches(self, count: int) -> None:
        """Have what was committed of some batches written out, unless that was done a few batches ago."""
        self._batches += count
        if self._batches >= _BATCHES:
            for path in self._grown:
                self._thread.submit(_write_out, path)
            self._grown.clear()
            self._batches = 0

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()


def _write_out(path: Path) -> None:
    # SQLite holds no lock on this file, so that closing it here releases none.
    wal = path.with_name(f"{path.name}-wal")
    try:
        with wal.open("rb") as file:
            os.fdatasync(file)
    except OSError as error:  # SQLite meets it as well, when it folds the file back
        _log.warning("writeback_failed", file=wal.name, error=str(error))
