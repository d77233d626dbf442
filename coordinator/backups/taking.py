"""Taking a backup, beside a running coordinator or of a stopped one.

What is copied when matters. Heads are signed of a log that holds them, so they are copied before it. Keys and residues
are on disk before the event that needs them, so they are copied after it. So whatever is written meanwhile, a backup
holds a log and all that belongs to it. A residue file may be removed when the log says so; those are copied before it, too.
"""

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from coordinator.auditing.exporting import belongings
from coordinator.auditing.verify import problem_in
from coordinator.backups.lacking import at_fault
from coordinator.backups.manifest import FORMAT, Manifest, copy_file, kept_file, note_backup, write_manifest
from coordinator.files.databases import uri_for_reading
from coordinator.files.durable import rename_durably, sync
from coordinator.files.held import UNFINISHED, held_directory
from coordinator.files.unusable import reason_of
from coordinator.heads import book
from coordinator.log.checking import Damaged
from coordinator.log.prefix import log_prefix
from coordinator.log.sqlite import NotALog
from coordinator.processes.progress import Progress, Report, unreported
from coordinator.residues.store import residues_in
from core.refusals import Conflict
from core.timestamps import to_iso

_LOG = "log.db"
_PAGES_AT_ONCE = 4_096


def back_up(directory: Path, destination: Path, report: Report = unreported) -> Manifest:
    """Copy a data directory, without what can be made again, and check the copy.

    Args:
        directory: the data directory; nothing is changed there but the note of when this was.
        destination: a directory that is empty, or that does not exist yet; it gets its name when all is done.
        report: told how far it has come; what it raises ends it, and leaves nothing behind.

    Raises:
        Conflict: the destination holds something, or lies within the data directory.
        NotALog: there is no log, it can't be read, or it holds nothing.
        Damaged: an event of the log is not what was recorded.
        OSError: the destination can't be written.
    """
    _refuse_unless_free(directory, destination)
    destination.parent.mkdir(parents=True, exist_ok=True)
    with held_directory(destination.parent, f".{destination.name}.", UNFINISHED) as unnamed:
        copy = unnamed / "copy"
        copy.mkdir(mode=0o700)
        _copy_if_there(directory / book.FILE, copy / book.FILE)
        if residues_in(directory).exists():
            _copy(residues_in(directory), residues_in(copy))
        _copy_log(directory / _LOG, copy / _LOG, report)
        for name in belongings(directory):
            if name != book.FILE:
                _copy(directory / name, copy / name)
        manifest = _checked(copy, report)
        if not manifest.position:
            raise NotALog(f"{directory / _LOG} holds no event yet; a coordinator writes the first one when it starts.")
        write_manifest(copy, manifest)
        _refuse_unless_free(directory, destination)  # another may have been taken meanwhile
        rename_durably(copy, destination)
    note_backup(directory, manifest)
    return manifest


def _refuse_unless_free(directory: Path, destination: Path) -> None:
    if destination.exists() and not (destination.is_dir() and not any(destination.iterdir())):
        raise Conflict(f"{destination} is there already and not an empty directory; choose another name.")
    if destination.resolve().is_relative_to(directory.resolve()):
        raise Conflict(f"{destination} lies within the data directory; choose a directory outside of it.")


def _copy_log(source: Path, target: Path, report: Report) -> None:
    """Copy the log as it is at one moment, while its writer goes on."""
    with log_prefix(source) as taken, closing(sqlite3.connect(target, isolation_level=None)) as copy:
        # One read transaction: without it, what is written meanwhile would begin the copy anew again and again.
        taken.connection.execute("BEGIN")
        end = taken.log.refresh().position

        def copied(_status: int, remaining: int, total: int) -> None:
            report(Progress("copy", end * (total - remaining) // max(total, 1), end))

        taken.connection.backup(copy, pages=_PAGES_AT_ONCE, progress=copied)
        taken.connection.execute("COMMIT")
        # The copy shall be one file, whoever reads it.
        copy.execute("PRAGMA journal_mode = DELETE")
    sync(target)


def _copy(source: Path, target: Path) -> None:
    """Copy a file, or a directory with what is in it; a file that was copied already stays as it is."""
    if source.is_dir():
        target.mkdir(exist_ok=True)
        for entry in sorted(source.iterdir()):
            if not entry.name.endswith(UNFINISHED):
                _copy(entry, target / entry.name)
        sync(target)
    elif source.suffix == ".db":
        _copy_database(source, target)
        shutil.copymode(source, target)
        sync(target)
    elif not target.exists():
        _copy_if_there(source, target)


def _copy_database(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(uri_for_reading(source), uri=True)) as database:
            database.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise OSError(f"{source} can't be copied: {reason_of(error)}") from error


def _copy_if_there(source: Path, target: Path) -> None:
    """Copy a file; one that has been removed since it was listed belongs to the log no more."""
    try:
        copy_file(source, target)
        shutil.copymode(source, target)
    except FileNotFoundError:
        target.unlink(missing_ok=True)


def _checked(copy: Path, report: Report) -> Manifest:
    """Check a copy, and list what is in it.

    Raises:
        Damaged: an event of its log is not what was recorded.
    """
    with log_prefix(copy / _LOG) as taken:
        problem = problem_in(taken, report)
        if problem is not None:
            raise Damaged(problem)
        files = tuple(kept_file(copy, path) for path in _files_in(copy))
        faults = at_fault(copy, taken.connection, files)
        head, log = taken.head, taken.id
    return Manifest(FORMAT, log, head.position, head.hash.hex(), to_iso(time.time_ns() // 1_000), files, faults)


def _files_in(copy: Path) -> list[Path]:
    """Return the files of a copy, without what SQLite keeps beside one that is open."""
    return sorted(path for path in copy.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm")))
