"""Whether a backup has the residue files that its log needs, as they were."""

import sqlite3
from collections.abc import Iterable

from coordinator.backups.manifest import KeptFile
from coordinator.residues.auditing import needed

_FOLDER = "residues/"


def at_fault(log: sqlite3.Connection, files: Iterable[KeptFile]) -> tuple[str, ...]:
    """Return the residue files, by their paths, that a log needs and that are missing, or hold something else by now.

    A file bears the SHA-256 of its content as its name.

    Args:
        log: a connection to the log.
        files: what stands beside it.
    """
    sound = {kept.path for kept in files if kept.path == f"{_FOLDER}{kept.sha256}"}
    spoilt = {kept.path for kept in files if kept.path.startswith(_FOLDER)} - sound
    due = {f"{_FOLDER}{sha256}" for sha256 in needed(log)}
    return tuple(sorted((due - sound) | spoilt))
