"""Making a data directory of a backup: all of it, checked, or nothing."""

import shutil
from contextlib import suppress
from pathlib import Path

from coordinator.auditing.exporting import FILE_SYSTEMS_OWN
from coordinator.auditing.verify import problem_in
from coordinator.backups.manifest import Manifest, NotABackup, copy_file, kept_file, note_backup, read_manifest
from coordinator.files.durable import rename_durably
from coordinator.heads import book
from coordinator.log.lock import filled
from coordinator.log.prefix import log_prefix
from coordinator.log.sqlite import NotALog
from coordinator.processes.progress import Report, unreported
from core.refusals import Conflict

_LOG = "log.db"
_STAGING = "restoring"
_FOR_ALL = {_LOG, book.FILE}
_NO_MATTER = {"lock", _STAGING, FILE_SYSTEMS_OWN}


def restore(backup: Path, directory: Path, report: Report = unreported) -> Manifest:
    """Make a data directory of a backup; the backup stays as it is.

    The projections are folded from the log when a coordinator first starts there.

    Args:
        backup: the backup.
        directory: empty, or not there yet.
        report: told how far it has come; what it raises ends it, and leaves nothing behind.

    Raises:
        NotABackup: it is not a backup, or a file of it has changed since it was taken.
        Conflict: the directory is not empty.
        DirectoryInUse: a coordinator works there.
    """
    manifest = read_manifest(backup)
    staging = directory / _STAGING
    with filled(directory):
        if staging.exists():
            _take_back(directory, manifest)
        if {entry.name for entry in directory.iterdir()} - _NO_MATTER:
            raise Conflict(f"{directory} is not empty; restore into a directory that is, or one that is not there yet.")
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(mode=0o700)
        try:
            _copy_all(backup, staging, manifest)
            _check_log(staging / _LOG, manifest, report)
            _keep_from_others(staging)
            for entry in sorted(staging.iterdir(), key=_last_the_log):
                rename_durably(entry, directory / entry.name)
        except BaseException:
            _take_back(directory, manifest)
            raise
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        note_backup(directory, manifest)
    return manifest


def _copy_all(backup: Path, staging: Path, manifest: Manifest) -> None:
    for kept in manifest.files:
        copy_file(_found(backup, kept.path), staging / kept.path)
        if kept_file(staging, staging / kept.path) != kept:
            raise NotABackup(f"{backup / kept.path} is not what it was when the backup was taken.")


def _take_back(directory: Path, manifest: Manifest) -> None:
    """Remove what a restore that came to no end has put in its place; without its log nothing has begun with that."""
    if (directory / _LOG).exists():
        return
    for kept in manifest.files:
        there = directory / kept.path
        if there.is_file() and kept_file(directory, there) == kept:
            there.unlink()
        with suppress(OSError):  # it holds something still, or is the data directory
            there.parent.rmdir()


def _found(backup: Path, name: str) -> Path:
    path = backup / name
    if not path.is_file():
        raise NotABackup(f"{path} is missing from the backup.")
    return path


def _keep_from_others(staging: Path) -> None:
    """Let nobody else read keys: of a backup that was copied about, modes tell how it was copied, not what it holds."""
    for path in staging.iterdir():
        if path.is_file() and path.name not in _FOR_ALL:
            path.chmod(0o600)


def _check_log(path: Path, manifest: Manifest, report: Report) -> None:
    try:
        with log_prefix(path) as taken:
            problem = problem_in(taken, report)
            end = taken.head
    except NotALog as error:
        raise NotABackup(f"The log of the backup can't be read: {error}") from error
    if problem is not None:
        raise NotABackup(f"The log of the backup is damaged: {problem.sentence}")
    if end != manifest.head:
        raise NotABackup(f"The log of the backup ends at {end.position}, and {manifest.position} was promised.")


def _last_the_log(entry: Path) -> tuple[bool, bool]:
    """Put the heads first and the log last: without its log, a directory with heads is taken for no new one."""
    return entry.name == _LOG, entry.name != book.FILE
