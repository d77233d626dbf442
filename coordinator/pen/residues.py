"""Residue files in the database that nodes share: kept in pieces, fetched by other nodes, removed by the one that writes."""

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from coordinator.log.session import NotShared, Session, SessionLost
from coordinator.pen.pen import Pen
from coordinator.pen.sessions import session_with
from coordinator.unavailable import Unavailable

PIECE_BYTES = 1024 * 1024
_CONTENTS = "SELECT encode(sha256, 'hex'), count(*) = max(pieces) FROM tallystick.residues GROUP BY sha256"
_NUMBERS = "SELECT number FROM tallystick.residues WHERE sha256 = %b ORDER BY number"
_PIECE = "SELECT content FROM tallystick.residues WHERE sha256 = %b AND number = %b"
_KEEP = "SELECT tallystick.keep_residue(%b::bytea, %b::integer, %b::integer, %b::bytea)"
_REMOVE = "SELECT tallystick.remove_residue(%b::bytea, %b::bigint)"


class SharedResidues:
    """The residue files of all nodes, the `SharedFiles` of a `ResidueStore`. Used in threads; every call may raise `Unavailable`.

    They go over sessions of their own: the one by which the pen is held has no time for them.

    Args:
        pen: of this node; says where the database is, and since when the node writes.
    """

    def __init__(self, pen: Pen) -> None:
        self._pen = pen

    @contextmanager
    def _session(self) -> Iterator[Session]:
        try:
            with closing(session_with(self._pen.database)) as session:
                yield session
        except (SessionLost, NotShared) as loss:
            raise Unavailable(
                f"Residue files can't be brought to the shared database just now, or from there ({loss}); try again later."
            ) from loss

    def put(self, path: Path, sha256: str) -> None:
        """Have the database hold what a file does."""
        digest, count = bytes.fromhex(sha256), -(-path.stat().st_size // PIECE_BYTES)
        with self._session() as session, path.open("rb") as file:
            there = {number for (number,) in session.ask(_NUMBERS, (digest,))}
            for number in range(count):
                piece = file.read(PIECE_BYTES)
                if number not in there:
                    session.ask(_KEEP, (digest, number, count, piece))

    def fetch(self, sha256: str, path: Path) -> bool:
        """Write the file with this content; return whether it is there, and holds that."""
        wanted, digest = bytes.fromhex(sha256), hashlib.sha256()
        with self._session() as session, path.open("wb") as file:
            for (number,) in session.ask(_NUMBERS, (wanted,)):
                for (piece,) in session.ask(_PIECE, (wanted, number)):
                    digest.update(piece)
                    file.write(piece)
        return digest.digest() == wanted

    def contents(self) -> dict[str, bool]:
        """Return which contents are there, and whether each is whole."""
        with self._session() as session:
            return dict(session.ask(_CONTENTS))

    def remove(self, sha256: str) -> None:
        """Keep a file no longer; where another node has taken the pen since this one did, it stays."""
        with self._session() as session:
            session.ask(_REMOVE, (bytes.fromhex(sha256), self._pen.term))
