"""Small logs to look at, spoil and mend: of API keys, the simplest events there are."""

import hashlib
import itertools
import sqlite3
from contextlib import closing

from coordinator.founding import open_log
from coordinator.projecting.opening import open_files
from coordinator.time.wallclock import now
from coordinator.writer.committing import Committer
from core.access.commands import CreateKey, RevokeKey
from core.access.decide import ACCESS
from core.access.events import KeyCreated
from core.clients.decide import CLIENTS
from core.contexts import registry
from core.events.chain import Head, stamp
from core.events.envelope import Envelope, NewEvent
from core.log.events import LogOpened
from projections.contexts import projections
from tests.office import Office

START = 1_790_000_000_000_000
_numbers = itertools.count(1)


def hashed(label):
    """Return the hash of a key that is named after its label."""
    return hashlib.sha256(label.encode()).hexdigest()


def key_created(number, label=None):
    """Return the event that hands out a key."""
    label = label or f"key number {number}"
    fact = KeyCreated(key=number, hash=hashed(label), roles=("read",), label=label, user=f"user-{number}")
    return NewEvent(f"key-{number}", fact)


def envelope(name, at=START):
    """Return the envelope of a command."""
    return Envelope(at, None, "operator", f"operator/{name}#{hashed(name)[:32]}", f"request-{name}")


def following(log, *events, name=None):
    """Stamp events so that they follow a log's head, as one command."""
    newest = log.read(log.head().position - 1, 1)
    at = newest[0].recorded_at + 1 if newest else START
    return stamp(events, envelope(name or f"command-{next(_numbers)}", at), log.head(), log.version)


def opening():
    """Return the first event of a log."""
    return NewEvent("system", LogOpened(log="5f7e8a52-0f0b-4c1e-9d59-0a2f8f6f3f10"))


def keys_in(log, count):
    """Append an opening and so many keys, each by a command of its own."""
    log.append(following(log, opening(), name="opening"), Head())
    for number in range(1, count + 1):
        log.append(following(log, key_created(number)), log.head())


def create(label):
    """Return the command that hands out a key."""
    return CreateKey(hash=hashed(label), roles=("read", "work"), label=label)


class KeyOffice(Office):
    """An office for keys alone: with two projections files it opens faster than with all."""

    def open(self):
        """Open what is on disk, as at a start."""
        self.log = open_log(self.directory, now())
        known = [one for one in projections(lambda _seal, sealed: sealed) if one.name in {"clients", "access"}]
        files = open_files(self.directory, self.log, known)
        contexts = {context.name: context for context in (CLIENTS, ACCESS)}
        self.committer = Committer(self.log, registry(), contexts, files, lambda _name: None)
        self.committer.catch_up()


def office_with_keys(directory, count, revoked=()):
    """Open an office, hand out keys and take some back."""
    directory.mkdir(parents=True, exist_ok=True)
    office = Office(directory)
    for number in range(1, count + 1):
        office.now += 1_000
        office.perform(create(f"key number {number}"), client=None, key=f"k{number}")
    for number in revoked:
        office.perform(RevokeKey(key=number), client=None)
    return office


def data_directory(directory, count, revoked=()):
    """Leave a data directory with keys behind, as a coordinator that has stopped."""
    office_with_keys(directory, count, revoked).close()
    return directory


def spoil(directory, *statements):
    """Do to a log what its triggers refuse; a statement is text, or text and what is bound to it."""
    with closing(sqlite3.connect(directory / "log.db", isolation_level=None)) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            text, values = statement if isinstance(statement, tuple) else (statement, ())
            connection.execute(text, values)


def hide_from_index(path, index, condition):
    """Leave rows out of an index of a database, which claims to have them all."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        ((made,),) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (index,)).fetchall()
        connection.execute(f"DROP INDEX {index}")
        connection.execute(f"{made} WHERE NOT ({condition})")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (made, index))


def log_rows(directory):
    """Return every stored byte of a log."""
    with closing(sqlite3.connect(directory / "log.db")) as connection:
        return connection.execute("SELECT * FROM events ORDER BY position").fetchall()
