"""Whether a backup has the files that its log needs, as they were."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from coordinator.backups.manifest import KeptFile
from coordinator.heads import book, signing
from coordinator.residues.auditing import needed
from coordinator.sealing import SealingKeys, has_sealed_names

_FOLDER = "residues/"
_NAMES = "client-keys.db"


def at_fault(copy: Path, log: sqlite3.Connection, files: Iterable[KeptFile]) -> tuple[str, ...]:
    """Return the files, by their paths, that a log needs and that are missing, or hold something else by now.

    Args:
        copy: the directory in which the backup is made.
        log: a connection to its log.
        files: what stands beside it.
    """
    return tuple(sorted({*_residues_at_fault(log, files), *_keys_at_fault(copy, log)}))


def _residues_at_fault(log: sqlite3.Connection, files: Iterable[KeptFile]) -> set[str]:
    """A residue file bears the SHA-256 of its content as its name."""
    sound = {kept.path for kept in files if kept.path == f"{_FOLDER}{kept.sha256}"}
    spoilt = {kept.path for kept in files if kept.path.startswith(_FOLDER)} - sound
    due = {f"{_FOLDER}{sha256}" for sha256 in needed(log)}
    return (due - sound) | spoilt


def _keys_at_fault(copy: Path, log: sqlite3.Connection) -> set[str]:
    """Without its keys nothing starts on what is restored: names are sealed under some, heads were signed with another."""
    lacking = set()
    if has_sealed_names(log) and not SealingKeys.are_in(copy / _NAMES):
        lacking.add(_NAMES)
    heads = copy / book.FILE
    if heads.exists() and heads.stat().st_size and not (copy / signing.FILE).exists():
        lacking.add(signing.FILE)
    return lacking
