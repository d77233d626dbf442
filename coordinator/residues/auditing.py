"""Holding residue files against the log: which it needs, and whether each is there as it was recorded."""

import hashlib
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from coordinator.log.corrections import Corrections
from coordinator.log.reading import LogReader
from coordinator.residues.store import kept_in, residues_in
from core.factoring.events.residues import ResidueRemoved, ResiduesUploaded

_KINDS: dict[str, type[Any]] = {kind.type: kind for kind in (ResiduesUploaded, ResidueRemoved)}


class Audited(msgspec.Struct, frozen=True):
    """The findings about the residue files.

    Attributes:
        files: how many the log needs.
        faults: a sentence for each of those that is missing, or holds something else by now.
        elsewhere: how many are not here, but have to be in the database that nodes share.
    """

    files: int = 0
    faults: tuple[str, ...] = ()
    elsewhere: int = 0


def needed(log: sqlite3.Connection) -> dict[str, int]:
    """Return the SHA-256 of every residue file that a log needs, each with the id of the newest record of it.

    A file that was handed in is needed until it is removed, whatever is corrected: a correction may restate how it was
    handed in, behind its removal. Only those that a correction of the old kind withdrew are not.

    Args:
        log: a connection to the log.
    """
    withdrawn = Corrections(LogReader(log)).withdrawn
    rows = log.execute(
        f"SELECT position, type, data FROM events WHERE type IN ({', '.join('?' * len(_KINDS))}) ORDER BY position",
        tuple(_KINDS),
    )
    facts = [msgspec.json.decode(data, type=_KINDS[kind]) for position, kind, data in rows if position not in withdrawn]
    removed = {fact.residue for fact in facts if isinstance(fact, ResidueRemoved)}
    handed_in = (fact for fact in facts if isinstance(fact, ResiduesUploaded))
    return {fact.served_sha256: fact.residue for fact in handed_in if fact.residue not in removed}


def audit(data_directory: Path, log: sqlite3.Connection, *, fetched: bool = False) -> Audited:
    """Read every residue file that a log needs, to see whether it holds what its name says.

    A coordinator may be running: it records that a file is removed before it removes it, so a file that the log
    needs no more after the look is not missing.

    Args:
        data_directory: where they are.
        log: a connection to the log.
        fetched: whether they are fetched from a database, so that one may still be to come.
    """
    directory = residues_in(data_directory)
    kept = needed(log)
    elsewhere = set(kept.keys() - kept_in(directory)) if fetched else set()
    faults = {sha256: fault for sha256 in kept.keys() - elsewhere if (fault := _fault(directory, sha256))}
    still = needed(log) if faults else {}
    return Audited(
        len(kept), told({sha256: fault for sha256, fault in faults.items() if sha256 in still}, kept), len(elsewhere)
    )


def told(faults: Mapping[str, str], kept: Mapping[str, int]) -> tuple[str, ...]:
    """Return a sentence for each fault, both by SHA-256, in the order of the ids of the files."""
    return tuple(f"Residue file {kept[sha256]}: {faults[sha256]}" for sha256 in sorted(faults, key=kept.__getitem__))


def _fault(directory: Path, sha256: str) -> str:
    """Say what is wrong with a file; nothing when it is as it was."""
    path = directory / sha256
    where = f"{directory.name}/{sha256}"
    try:
        with path.open("rb") as file:
            holds = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return f"{where} is missing."
    except OSError as error:
        return f"{where} can't be read: {error.strerror}."
    return "" if holds == sha256 else f"{where} was changed, what it holds has the SHA-256 {holds}."
