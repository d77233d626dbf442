"""Writing a whole log out as text, beside its writer, with flat memory."""

from collections.abc import Iterator
from pathlib import Path

from coordinator.files.held import UNFINISHED
from coordinator.log import ndjson
from coordinator.log.checking import Damaged, RowChecker, pages
from coordinator.log.prefix import LogPrefix
from coordinator.processes.progress import Progress, Report, unreported
from coordinator.residues.store import kept_in, residues_in
from coordinator.sealing import SealingKeys

FILE_SYSTEMS_OWN = "lost+found"
"""Where a data directory is a disk of its own, this stands in it, and is the system's."""
_NOT_BELONGING = (
    "lock",
    "log.db",
    "log.new.db",
    "projections",
    "snapshots",
    "checkpoints",
    "moments",
    "restoring",
    "workers",
    "last-backup",
    FILE_SYSTEMS_OWN,
)
_BESIDE = ("-wal", "-shm", ".new", UNFINISHED)
"""By these end files that SQLite keeps beside others, and those that have not got their name yet."""
_NAMES = "client-keys.db"
"""Beside a log that was imported nothing is in it."""


def export(taken: LogPrefix, report: Report = unreported) -> Iterator[bytes]:
    """Return a log as NDJSON, in pieces of some hundred kilobytes, each of whole lines.

    Between pieces nothing is held, so a slow reader is in nobody's way. The chain is checked on the way: what is
    exported to its end can be imported.

    Raises:
        Damaged: an event is not what was recorded; the text ends before it, and no import will take it.
    """
    head = taken.head
    yield ndjson.header_line(
        ndjson.Header(ndjson.FORMAT, taken.id, head.position, head.hash.hex(), named(taken.log.path.parent))
    )
    checker = RowChecker(None)
    for rows in pages(taken.connection, 0, head.position):
        problem = checker.check(rows)
        if problem is not None:
            raise Damaged(problem)
        yield ndjson.event_lines(rows)
        report(Progress("export", checker.head.position, head.position))


def named(directory: Path) -> tuple[str, ...]:
    """Name the same for the header of an export, each residue file by itself: events speak of them one by one."""
    residues = residues_in(directory)
    kept = tuple(f"{residues.name}/{sha256}" for sha256 in kept_in(residues))
    left_out = {f"{residues.name}/"} if kept else set()
    if SealingKeys.are_in(directory / _NAMES) and not SealingKeys.are_any_in(directory / _NAMES):
        left_out.add(_NAMES)
    return tuple(sorted({*belongings(directory), *kept} - left_out))


def belongings(directory: Path) -> tuple[str, ...]:
    """Name what belongs to a log and stands beside it: keys, residues; what can be rebuilt does not count."""
    return tuple(
        sorted(
            f"{entry.name}/" if entry.is_dir() else entry.name
            for entry in directory.iterdir()
            if not entry.name.startswith(_NOT_BELONGING) and not entry.name.endswith(_BESIDE)
        )
    )
