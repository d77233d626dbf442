"""Which residue files a log needs, and whether a backup has them as they were."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from coordinator.backups.manifest import KeptFile
from core.factoring.residues.events import ResidueRemoved, ResiduesUploaded

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
    return tuple(sorted((_needed(log) - sound) | spoilt))


def _needed(log: sqlite3.Connection) -> set[str]:
    served: dict[int, str] = {}
    for fact in _facts(log, ResiduesUploaded, ResidueRemoved):
        if isinstance(fact, ResiduesUploaded):
            served[fact.residue] = fact.served_sha256
        else:
            served.pop(fact.residue, None)
    return {f"{_FOLDER}{sha256}" for sha256 in served.values()}


def _facts(log: sqlite3.Connection, *kinds: type[Any]) -> Iterable[Any]:
    by_type: dict[str, type[Any]] = {kind.type: kind for kind in kinds}
    marks = ", ".join("?" * len(by_type))
    rows: Sequence[tuple[str, bytes]] = log.execute(
        f"SELECT type, data FROM events WHERE type IN ({marks}) ORDER BY position", tuple(by_type)
    ).fetchall()
    return [msgspec.json.decode(data, type=by_type[kind]) for kind, data in rows]
