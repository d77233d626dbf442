"""The manifest of a backup: a list of its files with their hashes, in a file of its own."""

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path, PurePosixPath

import msgspec

from coordinator.files.whole import write_whole, written
from core.events.chain import Head
from core.refusals import BadInput
from core.timestamps import from_iso
from core.wording import LONGEST_PATH, fault_of, shortened

FILE = "backup.json"
NOTE = "last-backup"
FORMAT = "tallystick-backup-1"
_READ_AT_ONCE = 1024 * 1024


class NotABackup(Exception):  # noqa: N818 - names what was met
    """The directory is no backup, or not one that is whole; says why."""


class KeptFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: its path within the backup, its size in bytes, and its SHA-256 in hexadecimal."""

    path: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The list of what a backup holds.

    Attributes:
        format: by which it is read.
        log: the log's random id.
        position: of the newest event.
        hash: of that event, in hexadecimal.
        taken_at: when, ISO 8601.
        files: all of them but the manifest itself.
        at_fault: files that the log needs and that were missing, or held something else; good backups have none.
    """

    format: str
    log: str
    position: int
    hash: str
    taken_at: str
    files: tuple[KeptFile, ...]
    at_fault: tuple[str, ...] = ()

    @property
    def head(self) -> Head:
        """The end of the log."""
        return Head(self.position, bytes.fromhex(self.hash))


def note_backup(directory: Path, manifest: Manifest) -> None:
    """Write beside what was backed up when that was, for metrics; who may only read there goes without.

    Others may read it: a backup may be taken by root, and the metric is read by the coordinator's user.
    """
    with suppress(OSError):
        write_whole(directory / NOTE, f"{manifest.taken_at}\n".encode(), mode=0o644)


def backed_up_at(directory: Path) -> int | None:
    """Return when the newest backup of a data directory was taken, microseconds UTC; None when none is known."""
    try:
        return from_iso((directory / NOTE).read_text().strip())
    except (OSError, UnicodeDecodeError, BadInput):
        return None


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Write the list; it is on disk when this returns."""
    with written(directory / FILE) as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")


def read_manifest(directory: Path) -> Manifest:
    """Read the list of a backup.

    Raises:
        NotABackup: there is none, it can't be read, it is of another format, or a path leads out of the backup.
    """
    path = directory / FILE
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
        end = manifest.head
    except OSError as error:
        raise NotABackup(f"{directory} is not a backup: {path} can't be read ({error.strerror}).") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise NotABackup(f"{directory} is not a backup: {path} is not what it should be: {fault_of(error)}.") from error
    if manifest.format != FORMAT:
        raise NotABackup(f"{path} has the format {shortened(manifest.format)!r}; this version reads {FORMAT!r}.")
    for kept in manifest.files:
        parts = PurePosixPath(kept.path)
        if parts.is_absolute() or ".." in parts.parts or not parts.parts:
            raise NotABackup(
                f"{path} names the file {shortened(kept.path, LONGEST_PATH)!r}, which is not within the backup."
            )
    if not end.position or "log.db" not in {kept.path for kept in manifest.files}:
        raise NotABackup(f"{path} names no log.")
    return manifest


def copy_file(source: Path, target: Path) -> None:
    """Copy what a file holds; the copy is on disk when this returns."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as read, target.open("wb") as written:
        shutil.copyfileobj(read, written, _READ_AT_ONCE)
        written.flush()
        os.fsync(written.fileno())


def kept_file(directory: Path, path: Path) -> KeptFile:
    """Describe a file of a backup, from what is read back of it."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return KeptFile(path.relative_to(directory).as_posix(), path.stat().st_size, digest)
