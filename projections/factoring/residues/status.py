"""Questions about residue files that people and clients ask: how each stands, and how many there are of each kind."""

import sqlite3
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from core.factoring.state.residues import ResidueFile
from projections.factoring.residues.files import COLUMNS, IN_COLUMNS, file_of

ResidueStanding = Literal["available", "claimed", "completed", "expired"]
"""`expired`: its stage 2 was not done and is not wanted any more, since the number is factored or the file removed."""

_DONE = "status IN ('prime', 'factored')"
"""Of a number: there is nothing left to find in it."""
_STANDING = f"""
    CASE WHEN residues.completed_by > 0 THEN 'completed'
         WHEN removed OR {_DONE} THEN 'expired'
         WHEN residues.claim <> '' THEN 'claimed'
         ELSE 'available' END"""
_SELECT = f"""
    SELECT {COLUMNS}, value, {_STANDING}, taken.client, taken.claimed_at
    FROM residues JOIN numbers USING (number) LEFT JOIN residue_claims AS taken ON taken.claim =
        CASE WHEN residues.claim <> '' THEN residues.claim
             WHEN completed_by > 0 THEN (SELECT claim FROM residue_claims AS any_of
                WHERE any_of.residue = residues.residue ORDER BY claimed_at DESC, claim LIMIT 1) END"""


class ListedResidue(Struct, frozen=True, gc=False):
    """A residue file and how it stands.

    Attributes:
        file: what it is.
        value: its number in decimal.
        standing: see `ResidueStanding`.
        taker: the client that holds it, or held it last before it was completed; None when there is none.
        taken_at: when that client claimed it, microseconds UTC.
    """

    file: ResidueFile
    value: str
    standing: ResidueStanding
    taker: int | None
    taken_at: int | None


class ResidueCounts(Struct, frozen=True, gc=False):
    """How many files stand how, and how many curves wait for their stage 2."""

    available: int
    claimed: int
    completed: int
    expired: int
    curves_pending: int

    @property
    def files(self) -> int:
        """How many there are, wherever they are on their way."""
        return self.available + self.claimed + self.completed + self.expired


def standing_of(connection: sqlite3.Connection, residue: int) -> ListedResidue | None:
    """Return how a residue file stands."""
    row = connection.execute(f"{_SELECT} WHERE residues.residue = ?", (residue,)).fetchone()
    return _standing(row) if row else None


def residues_of(connection: sqlite3.Connection, number: int, limit: int) -> list[ListedResidue]:
    """Return the newest residue files of a number."""
    rows = connection.execute(f"{_SELECT} WHERE number = ? ORDER BY residues.residue DESC LIMIT ?", (number, limit))
    return [_standing(row) for row in rows]


def newest_residues(connection: sqlite3.Connection, limit: int, offset: int) -> list[ListedResidue]:
    """Return the residue files that were handed in last, without so many newer ones."""
    rows = connection.execute(f"{_SELECT} ORDER BY residues.residue DESC LIMIT ? OFFSET ?", (limit, offset))
    return [_standing(row) for row in rows]


def _standing(row: tuple[object, ...]) -> ListedResidue:
    return ListedResidue(file_of(row), *row[IN_COLUMNS:])  # type: ignore[arg-type] # the schema is STRICT


class Claimed(Struct, frozen=True, gc=False):
    """A residue file in the hands of a client, for its stage 2."""

    client: int
    residue: int
    number: int
    curves: int
    b1: int


def claimed_by(connection: sqlite3.Connection, clients: Sequence[int]) -> list[Claimed]:
    """Return the residue files that some clients hold, the newest claim first."""
    rows = connection.execute(
        "SELECT leases.client, residues.residue, number, curves, b1 FROM leases JOIN residue_claims AS taken"
        " ON taken.claim = lease JOIN residues ON residues.residue = taken.residue WHERE outcome IS NULL"
        f" AND leases.client IN ({', '.join('?' * len(clients))}) ORDER BY granted DESC",
        tuple(clients),
    )
    return [Claimed(*row) for row in rows]


def residue_counts(connection: sqlite3.Connection) -> ResidueCounts:
    """Count the residue files by how they stand."""
    rows = connection.execute(
        f"SELECT {_STANDING} AS standing, count(*), sum(curves) FROM residues JOIN numbers USING (number) GROUP BY standing"
    )
    counted = {standing: (files, curves) for standing, files, curves in rows}
    files = {
        standing: counted.get(standing, (0, 0))[0] for standing in ("available", "claimed", "completed", "expired")
    }
    pending = sum(counted.get(standing, (0, 0))[1] for standing in ("available", "claimed"))
    return ResidueCounts(**files, curves_pending=pending)


def count_waiting(connection: sqlite3.Connection) -> int:
    """Count the residue files that are available."""
    row = connection.execute(
        "SELECT count(*) FROM residues JOIN numbers USING (number)"
        f" WHERE claim = '' AND completed_by = 0 AND removed = 0 AND NOT {_DONE}"
    ).fetchone()
    return int(row[0])


def removable(connection: sqlite3.Connection, now: int, limit: int) -> list[int]:
    """Return the ids of files whose stage 2 is done or not wanted any more, and that were kept long enough."""
    rows = connection.execute(
        "SELECT residue FROM residues JOIN numbers USING (number) WHERE removed = 0 AND keep_until <= ?"
        f" AND (completed_by > 0 OR {_DONE}) ORDER BY residue LIMIT ?",
        (now, limit),
    )
    return [row[0] for row in rows]


def kept_contents(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the SHA-256 of every file that is to be kept, each with an id under which it is."""
    rows = connection.execute("SELECT served_sha256, residue FROM residues WHERE removed = 0 ORDER BY residue")
    return dict(rows)
