"""A projections file that is damaged at the start: `verify` says so, and the coordinator sets it aside and builds it anew."""

import asyncio
import os
import sqlite3
import threading
from contextlib import closing

import pytest

from coordinator.auditing.verify import verify
from coordinator.opening import opened
from coordinator.projecting.damage import aside, is_blameless, is_damage, why_damaged
from coordinator.projecting.opening import path_of
from projections.access.state import keys
from tests.ledgers import data_directory
from tests.waiting import PATIENCE_SECONDS

KEYS = 40


@pytest.fixture
def directory(tmp_path):
    return data_directory(tmp_path / "data", KEYS)


def edited(old, new):
    def edit(path):
        content = path.read_bytes()
        assert old in content
        path.write_bytes(content.replace(old, new))

    edit.__name__ = f"{old!r}_is_{new!r}"
    return edit


def cut_to(size):
    def cut(path):
        with path.open("r+b") as file:
            file.truncate(size)

    cut.__name__ = f"cut_to_{size}"
    return cut


def no_database(path):
    path.write_bytes(b"This is a diary. " * 1_000)


def a_directory(path):
    path.unlink()
    path.mkdir()
    (path / "holds").write_text("something")


def without_checkpoint(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM checkpoint")


def without_a_table(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TABLE keys")


def text_that_is_none(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO degraded VALUES (CAST(x'ff' AS TEXT), 3, 'x')")


NO_SOUND_DATABASES = [
    edited(b"CREATE TABLE checkpoint", b"CREATE TABLE \xff\xfeeckpoint"),
    edited(b"CREATE TABLE keys", b"CREATE \xffABLE keys"),
    edited(b"SQLite format 3", b"SQLite format 4"),
    cut_to(100),
    cut_to(4_096),
    cut_to(9_000),
    no_database,
    a_directory,
]
SPOILT = [*NO_SOUND_DATABASES, without_checkpoint, without_a_table, text_that_is_none]


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_it_is_set_aside_and_built_anew(directory, spoil):
    path = path_of(directory, "access")
    spoil(path)
    found = verify(directory)
    assert not found.holds
    assert found.sentence.startswith("access: ")

    async def story():
        async with opened(directory) as node:
            return await node.readers["access"].query(keys)

    assert len(asyncio.run(story())) == KEYS
    assert aside(path).exists() == (spoil is not without_checkpoint)  # that is taken for one of an earlier version


def test_damage_that_shows_when_it_is_folded_on_is_found_too(directory):
    """The file opens, and stands behind the log; what it holds is in the way of what comes."""
    path = path_of(directory, "access")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE checkpoint SET position = 1, hash = ?", (first_hash(directory),))
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'keys'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)

    async def story():
        async with opened(directory) as node:
            return await node.readers["access"].query(keys)

    assert len(asyncio.run(story())) == KEYS
    assert aside(path).exists()


def test_damage_that_shows_only_when_the_start_looks_at_what_was_folded_is_found_too(directory):
    path = path_of(directory, "access")
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'keys'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xa5" * size)

    async def started():
        async with opened(directory) as node:
            return await node.readers["access"].query(keys)

    assert len(asyncio.run(started())) == KEYS
    assert aside(path).exists()


def first_hash(directory):
    with closing(sqlite3.connect(directory / "log.db")) as log:
        return log.execute("SELECT hash FROM events WHERE position = 1").fetchone()[0]


@pytest.mark.parametrize("spoil", NO_SOUND_DATABASES, ids=lambda spoil: spoil.__name__)
def test_who_looks_through_the_whole_file_is_told_what_is_wrong(directory, spoil):
    path = path_of(directory, "access")
    spoil(path)
    assert why_damaged(path)


def test_what_is_cut_off_while_it_is_read_is_damaged(directory):
    path = path_of(directory, "access")
    with closing(sqlite3.connect(path, isolation_level=None)) as writing, closing(sqlite3.connect(path)) as reading:
        assert writing.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        writing.execute("INSERT INTO degraded VALUES (?, 3, 'x')", ("x" * 20_000,))
        reading.execute("BEGIN")
        reading.execute("SELECT 1 FROM degraded").fetchall()
        os.truncate(f"{path}-wal", 100)
        with pytest.raises(sqlite3.OperationalError) as failed:
            reading.execute("SELECT * FROM degraded").fetchall()
    assert is_damage(failed.value)


def test_a_sound_file_is_not_blamed_for_what_lies_outside_of_it(directory, monkeypatch):
    def out_of_descriptors(*_, **__):
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error

    path = path_of(directory, "access")
    assert why_damaged(path) is None
    monkeypatch.setattr(sqlite3, "connect", out_of_descriptors)
    with pytest.raises(sqlite3.OperationalError):
        why_damaged(path)
    assert is_blameless(MemoryError())
    assert not is_damage(OSError())
    assert path.exists()


@pytest.mark.parametrize("connection", range(0, 30, 3))
def test_a_start_that_fails_leaves_nothing_running(directory, monkeypatch, connection):
    """A thread that is left, of a connection that nobody closes, would keep the process from ending."""
    connect, count = sqlite3.connect, 0

    def sometimes(*arguments, **options):
        nonlocal count
        count += 1
        if count == connection + 1:
            raise MemoryError
        return connect(*arguments, **options)

    async def story():
        async with opened(directory):
            pass

    before = set(threading.enumerate())
    monkeypatch.setattr(sqlite3, "connect", sometimes)
    with pytest.raises(MemoryError):
        asyncio.run(story())
    left = [thread for thread in set(threading.enumerate()) - before if not thread.daemon]
    for thread in left:
        thread.join(PATIENCE_SECONDS)
    assert not any(thread.is_alive() for thread in left)
