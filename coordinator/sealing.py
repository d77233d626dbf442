"""Sealing clients' names, so that a name can be forgotten although the log that holds it can't be changed.

Each name is encrypted with AES-256-GCM under a key of its own. The keys stand in `client-keys.db`, outside the log;
destroying one makes its name unreadable for ever, while the chain over the sealed bytes stays whole.
"""

import base64
import os
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from coordinator.files.databases import uri_for_reading
from coordinator.files.durable import Place
from core.deciding import ClientClaim
from projections.runtime.scrubbing import scrub

_NONCE_BYTES = 12
_NO_DATABASE = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
_NO_TABLE = sqlite3.SQLITE_ERROR
_NAMED = """
SELECT json_extract(CAST(data AS TEXT), '$.seal') FROM events
WHERE type LIKE 'clients.%named.v%' OR type IN ('notifications.subscribed.v1', 'notifications.secret_renewed.v1')
"""
_MAKE = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA busy_timeout = 5000;
PRAGMA secure_delete = ON;
PRAGMA wal_checkpoint = TRUNCATE;
CREATE TABLE IF NOT EXISTS seals (seal TEXT PRIMARY KEY, key BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sealed_in (log TEXT NOT NULL) STRICT;
"""


class KeysDamaged(OSError):  # noqa: N818 - names what was met
    """The file holds no keys that can be read; says what can be done about it."""


class SealingKeys:
    """The keys, in a file of their own; safe to use from several threads.

    Args:
        path: the file; it is made when it is not there.
        read_only: open the file beside the coordinator. One that is not there counts as one without keys: whoever
            has a log without its keys can read everything but names.

    Raises:
        KeysDamaged: it is no such file.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._lock = threading.Lock()
        if read_only and path.exists():
            self._connection = _connect(uri_for_reading(path))
            with _told_of(path, self._connection, _NO_TABLE):
                self._connection.execute("SELECT 1 FROM seals LIMIT 1")
            return
        self._connection = _connect("file::memory:" if read_only else path.absolute().as_uri())
        if not read_only:
            path.chmod(0o600)
        with nullcontext() if read_only else _told_of(path, self._connection):
            self._connection.executescript(_MAKE)
        self.copied: Callable[[str, bytes], None] = lambda _seal, _key: None
        """Told of each new key before anything is known of it elsewhere."""
        self._place = Place() if read_only else Place(path, path.with_name(f"{path.name}-wal"))

    @staticmethod
    def are_in(path: Path) -> bool:
        """Tell whether a file was made to hold keys; one that is lost, or emptied, was not."""
        return path.exists() and _found(path, "SELECT 1 FROM sqlite_master WHERE name = 'seals'")

    @staticmethod
    def are_any_in(path: Path) -> bool:
        """Tell whether a file that was made to hold keys holds one."""
        return SealingKeys.are_in(path) and _found(path, "SELECT 1 FROM seals")

    def seal(self, name: str) -> ClientClaim:
        """Seal a name under a new key; the key is on disk when this returns.

        Raises:
            Displaced: the file has been removed or replaced.
        """
        seal, key, nonce = str(uuid.uuid4()), AESGCM.generate_key(256), os.urandom(_NONCE_BYTES)
        sealed = nonce + AESGCM(key).encrypt(nonce, name.encode(), seal.encode())
        with self._lock:
            self._place.check()
            self._connection.execute("INSERT INTO seals VALUES (?, ?)", (seal, key))
        self.copied(seal, key)
        return ClientClaim(name, seal, base64.b64encode(sealed).decode())

    def unseal(self, seal: str, sealed: str) -> str | None:
        """Read a sealed name; None when its key is destroyed, or is not the one that sealed it."""
        with self._lock:
            row = self._connection.execute("SELECT key FROM seals WHERE seal = ?", (seal,)).fetchone()
        if row is None:
            return None
        raw = base64.b64decode(sealed)
        try:
            return AESGCM(row[0]).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], seal.encode()).decode()
        except InvalidTag:
            return None

    def kept(self, seals: Sequence[str]) -> list[str]:
        """Return which of some keys are there."""
        with self._lock:
            find = self._connection.execute
            return [seal for seal in seals if find("SELECT 1 FROM seals WHERE seal = ?", (seal,)).fetchone()]

    def lacking(self, seals: Sequence[str]) -> list[str]:
        """Return which of some keys are not there."""
        there = set(self.kept(seals))
        return [seal for seal in seals if seal not in there]

    def of(self, seals: Sequence[str]) -> dict[str, bytes]:
        """Return those of some keys that are there."""
        with self._lock:
            find = self._connection.execute
            found = [find("SELECT seal, key FROM seals WHERE seal = ?", (seal,)).fetchone() for seal in seals]
        return dict(row for row in found if row)

    def all(self) -> dict[str, bytes]:
        """Return all keys."""
        with self._lock:
            return dict(self._connection.execute("SELECT seal, key FROM seals"))

    def keep(self, keys: Mapping[str, bytes]) -> None:
        """Keep keys that were made elsewhere; they are on disk when this returns.

        Raises:
            Displaced: the file has been removed or replaced.
        """
        with self._lock:
            self._place.check()
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR IGNORE INTO seals VALUES (?, ?)", keys.items())
            self._connection.execute("COMMIT")

    def belong_to(self, log: str, connection: sqlite3.Connection) -> bool:
        """Tell whether the keys are those of a log; of a file of an earlier version that shows by its keys, and is noted.

        Args:
            log: its id.
            connection: to it.
        """
        with self._lock:
            of = self._connection.execute("SELECT log FROM sealed_in").fetchone()
        if of is None:
            seals = {seal for (seal,) in connection.execute(_NAMED)}
            if seals and (keys := self.all()) and seals.isdisjoint(keys):
                return False
            with self._lock:
                self._connection.execute("INSERT INTO sealed_in VALUES (?)", (log,))
        return of is None or of == (log,)

    def destroy(self, seals: Sequence[str]) -> None:
        """Destroy keys; no byte of them is left in the files, and the names under them can never be read again.

        Raises:
            StillRead: another program reads the file; the keys are gone, and their bytes go when it is next opened.
        """
        with self._lock:
            self._connection.executemany("DELETE FROM seals WHERE seal = ?", [(seal,) for seal in seals])
            scrub(self._connection)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def has_sealed_names(log: sqlite3.Connection) -> bool:
    """Tell whether a log needs keys to be read in full."""
    return log.execute(f"{_NAMED} LIMIT 1").fetchone() is not None


def _found(path: Path, statement: str) -> bool:
    with closing(_connect(uri_for_reading(path))) as connection, _told_of(path, connection):
        return connection.execute(f"{statement} LIMIT 1").fetchone() is not None


@contextmanager
def _told_of(path: Path, connection: sqlite3.Connection, *further: int) -> Iterator[None]:
    """Say of a file that holds no keys which it is; the connection is closed then."""
    try:
        yield
    except sqlite3.Error as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in _NO_DATABASE.union(further):
            raise
        raise KeysDamaged(
            f"{path} can't be read as the keys that names of clients are sealed under: {error}; put it back, a backup has"
            " it, or give those names up with `tallystick keys replace names`."
        ) from error


def _connect(location: str) -> sqlite3.Connection:
    return sqlite3.connect(location, uri=True, isolation_level=None, check_same_thread=False)
