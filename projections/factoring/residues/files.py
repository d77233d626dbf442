"""Residue files as decisions read them: what each holds, who holds it, and whether its stage 2 is done."""

import sqlite3
from collections.abc import Sequence
from functools import partial

from core.events.envelope import Event
from core.events.fact import Fact
from core.factoring.events.residues import (
    CurvesAssumed,
    CurvesIdentified,
    ResidueClaimed,
    ResidueCompleted,
    ResidueCurves,
    ResidueCurvesSkipped,
    ResidueIdsGivenOut,
    ResidueRemoved,
    ResiduesUploaded,
    StageOneNamed,
)
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY, Bounds, bounds_of
from core.factoring.state.residues import Identified, ResidueFile, WantedResidue
from core.leases.decide import Lease
from projections.factoring.numbers.ordering import of_project
from projections.factoring.numbers.projects import NOT_RESTING
from projections.factoring.numbers.table import NumberTable
from projections.runtime.rows import columns_of, insert_named, insert_rows, told

SCHEMA = """
CREATE TABLE residues (
    residue INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    client INTEGER NOT NULL,
    attempt INTEGER NOT NULL,      -- the report of stage 1, 0 when it was not said
    b1 INTEGER NOT NULL,
    param INTEGER NOT NULL,
    curves INTEGER NOT NULL,
    sha256 TEXT NOT NULL,          -- as it came
    served_sha256 TEXT NOT NULL,   -- as it is handed out
    bytes INTEGER NOT NULL,
    keep_until INTEGER NOT NULL,
    uploaded_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    claim TEXT NOT NULL,           -- the live lease on it, empty for none
    completed_by INTEGER NOT NULL, -- the report that ended stage 2, 0 while that is not done
    completed_at INTEGER,
    removed INTEGER NOT NULL
) STRICT;
CREATE INDEX residues_by_number ON residues (number, residue);
CREATE INDEX residues_by_content ON residues (sha256);
CREATE INDEX residues_by_served_content ON residues (served_sha256);
CREATE INDEX waiting_residues ON residues (residue) WHERE claim = '' AND completed_by = 0 AND removed = 0;
CREATE INDEX pending_residues ON residues (number) WHERE completed_by = 0 AND removed = 0;
CREATE TABLE residue_curves (
    residue INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,      -- from 0, in the order of the file's lines
    sigma TEXT NOT NULL,
    PRIMARY KEY (residue, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE residue_claims (
    claim TEXT PRIMARY KEY,
    residue INTEGER NOT NULL,
    client INTEGER NOT NULL,
    claimed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX residue_claims_by_residue ON residue_claims (residue, client);
CREATE TABLE skipped_curves (
    claim TEXT NOT NULL,
    sigma TEXT NOT NULL,           -- which its holder was not given
    PRIMARY KEY (claim, sigma)
) STRICT, WITHOUT ROWID;
CREATE TABLE assumed_curves (
    number INTEGER NOT NULL,
    param INTEGER NOT NULL,
    sigma TEXT NOT NULL,           -- which may not be the one that was run
    PRIMARY KEY (number, param, sigma)
) STRICT, WITHOUT ROWID;
CREATE TABLE identified (
    attempt INTEGER NOT NULL,      -- a report
    param INTEGER NOT NULL,
    sigma TEXT NOT NULL,           -- of a curve that it told of without one
    known INTEGER NOT NULL,        -- 1: it counts from elsewhere
    PRIMARY KEY (attempt, param, sigma)
) STRICT, WITHOUT ROWID;
CREATE TABLE named_stage_1 (
    residue INTEGER NOT NULL,
    attempt INTEGER NOT NULL,      -- a report that was said to be of its stage 1, which nothing else keeps
    PRIMARY KEY (residue, attempt)
) STRICT, WITHOUT ROWID;
CREATE TABLE residue_ids (
    newest INTEGER PRIMARY KEY     -- given out; only after a correction
) STRICT;
"""
COLUMNS = ", ".join(f"residues.{column}" for column in columns_of(ResidueFile))
IN_COLUMNS = len(columns_of(ResidueFile))
_WAITING = "claim = '' AND completed_by = 0 AND removed = 0"


def file_of(row: Sequence[object]) -> ResidueFile:
    """Read a row of `COLUMNS`."""
    return ResidueFile(*row[:IN_COLUMNS])  # type: ignore[arg-type] # the schema is STRICT


class ResidueTable:
    """The residue files in one projections file; implements `core.factoring.state.ResidueFiles`."""

    def __init__(self, connection: sqlite3.Connection, numbers: NumberTable) -> None:
        self._connection = connection
        self._numbers = numbers
        self.get = partial(residue_by_id, connection)
        self.with_content = partial(residue_of_content, connection, removed=False)
        self.sigmas = partial(sigmas_of, connection)
        self.claim_of = partial(claim_of, connection)
        self.skipped = partial(skipped_of, connection)

    def next(self) -> int:
        """Return the id that the next file gets."""
        (newest,) = self._connection.execute(
            "SELECT max(coalesce((SELECT max(residue) FROM residues), 0), coalesce((SELECT max(newest) FROM residue_ids), 0))"
        ).fetchone()
        return int(newest) + 1

    def identified(self, attempt: int) -> Identified:
        """Return the curves of a report that came without a sigma and were identified since."""
        rows = "SELECT param, sigma FROM identified WHERE attempt = ? AND known = ?"
        return Identified(*(frozenset(self._connection.execute(rows, (attempt, known))) for known in (0, 1)))

    def is_named(self, residue: int, attempt: int) -> bool:
        """Tell whether somebody said of a file, and nothing else keeps it, that this report was of its stage 1."""
        said = "SELECT 1 FROM named_stage_1 WHERE residue = ? AND attempt = ?"
        return self._connection.execute(said, (residue, attempt)).fetchone() is not None

    def waiting(self, number: int) -> dict[Bounds, int]:
        """Return how many curves of a number, and of those that it divides, wait in files for their stage 2, by stage 1."""
        if number not in self._numbers.with_residues():
            return {}
        rows = self._connection.execute(
            "WITH RECURSIVE above (number) AS (VALUES (?) UNION SELECT parts.number FROM parts JOIN above ON part = above.number)"
            " SELECT b1, param, sum(curves) FROM residues JOIN above USING (number) WHERE completed_by = 0 AND removed = 0"
            " GROUP BY b1, param",
            (number,),
        )
        return {bounds_of(b1, STAGE_1_ONLY, param): curves for b1, param, curves in rows}

    def assumed(self, numbers: Sequence[int], param: int) -> frozenset[str]:
        """Return the curves on some numbers that were taken for those that were run, without being known."""
        rows = self._connection.execute(
            f"SELECT sigma FROM assumed_curves WHERE param = ? AND number IN ({', '.join('?' * len(numbers))})",
            (param, *numbers),
        )
        return frozenset(row[0] for row in rows)

    def free(self, wanted: WantedResidue) -> ResidueFile | None:
        """Return the first file that waits for its stage 2; those of numbers at their targets come last."""
        self._numbers.flush()
        row = self._connection.execute(
            f"SELECT {COLUMNS} FROM residues JOIN numbers USING (number) WHERE {_WAITING}"
            " AND status IN ('open', 'split', 'finished') AND shelf = '' AND priority >= ?"
            " AND digits BETWEEN ? AND ? AND target_milli BETWEEN ? AND ? AND residues.b1 BETWEEN ? AND ?"
            f"{NOT_RESTING}{of_project(wanted.project)}"
            " ORDER BY status = 'finished', priority DESC, residue LIMIT 1",
            (
                wanted.min_priority,
                wanted.min_digits,
                wanted.max_digits,
                wanted.min_target_milli,
                wanted.max_target_milli,
                wanted.min_b1,
                wanted.max_b1,
                *([wanted.project] if wanted.project else ()),
            ),
        ).fetchone()
        return file_of(row) if row else None

    def apply(self, event: Event) -> bool:
        """Fold one event; return whether it was about residues."""
        fact = event.fact
        match fact:
            case ResiduesUploaded():
                self._add(fact, event)
                self._numbers.residues_changed()
            case ResidueCurves():
                rows = [(fact.residue, fact.offset + index, sigma) for index, sigma in enumerate(fact.sigmas)]
                insert_rows(self._connection, "INSERT INTO residue_curves", rows)
            case ResidueClaimed():
                self._connection.execute(
                    "INSERT INTO residue_claims VALUES (?, ?, ?, ?)",
                    (fact.claim, fact.residue, fact.client, event.recorded_at),
                )
            case ResidueCurvesSkipped():
                skipped = [(fact.claim, sigma) for sigma in fact.sigmas]
                insert_rows(self._connection, "INSERT INTO skipped_curves", skipped)
            case ResidueCompleted():
                self._change(fact.residue, "completed_by = ?, completed_at = ?", fact.attempt, event.recorded_at)
            case ResidueRemoved():
                self._change(fact.residue, "removed = ?", 1)
            case ResidueIdsGivenOut():
                self._connection.execute("INSERT OR IGNORE INTO residue_ids VALUES (?)", (fact.residue,))
            case _:
                return self._apply_told(fact)
        return True

    def _apply_told(self, fact: Fact) -> bool:
        """Fold what is told of the curves of files, and of reports; return whether it was that."""
        match fact:
            case StageOneNamed():
                said = "INSERT OR IGNORE INTO named_stage_1 VALUES (?, ?)"
                self._connection.execute(said, (fact.residue, fact.attempt))
            case CurvesIdentified():
                told_now = [(fact.attempt, fact.param, sigma, 0) for sigma in fact.sigmas]
                told_now += [(fact.attempt, fact.param, sigma, 1) for sigma in fact.known]
                insert_rows(self._connection, "INSERT OR REPLACE INTO identified", told_now)
                self._connection.execute(
                    "UPDATE residues SET attempt = ? WHERE residue = ? AND attempt = 0", (fact.attempt, fact.residue)
                )
            case CurvesAssumed():
                assumed = [(fact.number, fact.param, sigma) for sigma in fact.sigmas]
                insert_rows(self._connection, "INSERT OR IGNORE INTO assumed_curves", assumed)
            case _:
                return False
        return True

    def _add(self, fact: ResiduesUploaded, event: Event) -> None:
        fresh = {
            "uploaded_at": event.recorded_at,
            "position": event.position,
            "claim": "",
            "completed_by": 0,
            "removed": 0,
        }
        insert_named(self._connection, "residues", [told(fact, ResidueFile) | fresh])

    def _change(self, residue: int, what: str, *values: object) -> None:
        self._numbers.residues_changed()
        self._connection.execute(f"UPDATE residues SET {what} WHERE residue = ?", (*values, residue))

    def hold(self, residue: int, lease: Lease) -> None:
        """Note who holds a file, or that nobody does any more."""
        claim, before = (lease.id, "") if lease.outcome is None else ("", lease.id)
        self._connection.execute(
            "UPDATE residues SET claim = ? WHERE residue = ? AND claim = ?",
            (claim, residue, before),
        )


def residue_by_id(connection: sqlite3.Connection, residue: int) -> ResidueFile | None:
    """Return a residue file by its id, a removed one too."""
    row = connection.execute(f"SELECT {COLUMNS} FROM residues WHERE residue = ?", (residue,)).fetchone()
    return file_of(row) if row else None


def residue_of_content(connection: sqlite3.Connection, sha256: str, *, removed: bool) -> ResidueFile | None:
    """Return the first file that came, or is handed out, with these bytes; removed ones too, or not."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM residues WHERE (sha256 = ?1 OR served_sha256 = ?1) AND removed <= ?2"
        " ORDER BY removed, residue LIMIT 1",
        (sha256, removed),
    ).fetchone()
    return file_of(row) if row else None


def sigmas_of(connection: sqlite3.Connection, residue: int) -> tuple[str, ...]:
    """Return the sigmas of a file's curves, in the order of its lines."""
    rows = connection.execute("SELECT sigma FROM residue_curves WHERE residue = ? ORDER BY ordinal", (residue,))
    return tuple(row[0] for row in rows)


def skipped_of(connection: sqlite3.Connection, claim: str) -> tuple[str, ...]:
    """Return the sigmas of the curves that a claim's holder was not given."""
    return tuple(row[0] for row in connection.execute("SELECT sigma FROM skipped_curves WHERE claim = ?", (claim,)))


def claim_of(connection: sqlite3.Connection, client: int, residue: int) -> str:
    """Return a client's newest claim on a file, live or ended; empty when it never had one."""
    row = connection.execute(
        "SELECT claim FROM residue_claims WHERE residue = ? AND client = ? ORDER BY claimed_at DESC, claim LIMIT 1",
        (residue, client),
    ).fetchone()
    return str(row[0]) if row else ""


def claimed_by(
    connection: sqlite3.Connection, clients: Sequence[int], numbers: Sequence[int], residue: int | None
) -> tuple[ResidueFile, str] | None:
    """Return the file that one of some clients claimed last, and the claim; None when there is none.

    Args:
        connection: to the projections.
        clients: who may have claimed it.
        numbers: of one of these it is.
        residue: its id; None for any file of those numbers.
    """
    row = connection.execute(
        f"SELECT {COLUMNS}, residue_claims.claim FROM residue_claims JOIN residues USING (residue)"
        f" WHERE residue_claims.client IN ({', '.join('?' * len(clients))})"
        f" AND residues.number IN ({', '.join('?' * len(numbers))}) AND residue = coalesce(?, residue)"
        " ORDER BY residue_claims.claim = residues.claim DESC, residue_claims.claimed_at DESC, residue_claims.claim LIMIT 1",
        (*clients, *numbers, residue),
    ).fetchone()
    return (file_of(row), row[IN_COLUMNS]) if row else None
