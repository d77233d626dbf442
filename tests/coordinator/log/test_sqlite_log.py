"""What only the log in a SQLite file promises."""

import sqlite3
from contextlib import closing

import pytest

from coordinator.files.durable import Displaced
from coordinator.log.sqlite import NotALog, SqliteEventLog
from tests.ledgers import following, key_created, keys_in


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log.db"


@pytest.fixture
def log(path):
    log = SqliteEventLog(path)
    keys_in(log, 5)
    yield log
    log.close()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE events SET actor = 'somebody' WHERE position = 3", "events are never changed"),
        ("DELETE FROM events WHERE position = 6", "events are never deleted"),
        ("INSERT OR REPLACE INTO events SELECT * FROM events WHERE position = 3", "events are never replaced"),
        ("REPLACE INTO events SELECT * FROM events WHERE position = 6", "events are never replaced"),
        ("INSERT OR IGNORE INTO events SELECT * FROM events WHERE position = 6", "events are never replaced"),
    ],
)
def test_whoever_opens_the_file_can_only_append(log, path, statement, words):
    before = log.read(0, 10)
    with closing(sqlite3.connect(path)) as somebody, pytest.raises(sqlite3.IntegrityError, match=words):
        somebody.execute(statement)
    assert log.read(0, 10) == before


def test_two_events_of_a_stream_never_have_the_same_version(log):
    before = log.read(0, 10)
    (event,) = following(log, key_created(9))
    twice = [event, following(log, key_created(8), key_created(9))[1]]
    with pytest.raises(sqlite3.IntegrityError):
        log.append(twice, log.head())
    assert log.read(0, 10) == before
    assert log.version("key-9") == 0


def test_the_log_is_readable_with_a_shell(log, path):
    with closing(sqlite3.connect(path)) as shell:
        row = shell.execute("SELECT position, recorded_at, data, hash FROM readable WHERE position = 2").fetchone()
    event = log.read(1, 1)[0]
    assert row == (2, "2026-09-21T14:13:20.000001Z", event.data.decode(), event.hash.hex())


def test_what_was_appended_is_there_after_the_file_was_opened_again(log, path):
    with closing(SqliteEventLog(path)) as again:
        assert again.read(0, 10) == log.read(0, 10)
        assert again.head() == log.head()
        assert again.version("key-3") == 1


def test_a_full_disk_refuses_the_append_and_takes_it_when_there_is_room(log):
    pages = log.connection.execute("PRAGMA page_count").fetchone()[0]
    log.connection.execute(f"PRAGMA max_page_count = {pages}")
    before = log.read(0, 10)
    events = following(log, *(key_created(number, "x" * 200) for number in range(10, 60)))
    with pytest.raises(sqlite3.OperationalError, match="full"):
        log.append(events, log.head())
    assert log.read(0, 100) == before
    log.connection.execute(f"PRAGMA max_page_count = {pages + 1_000}")
    log.append(events, log.head())
    assert log.read(0, 100) == before + events


def test_a_log_opened_for_reading_can_not_be_written(log, path):
    with closing(SqliteEventLog(path, read_only=True)) as reader:
        with pytest.raises(sqlite3.OperationalError):
            reader.append(following(reader, key_created(9)), reader.head())
        assert reader.head() == log.head()


def test_a_reader_sees_what_was_appended_since_when_it_looks_again(log, path):
    with closing(SqliteEventLog(path, read_only=True)) as reader:
        log.append(following(log, key_created(9)), log.head())
        assert reader.head() != log.head()
        assert reader.refresh() == log.head()


def test_a_log_of_a_newer_format_is_refused_and_not_touched(path):
    with closing(SqliteEventLog(path)) as log:
        keys_in(log, 2)
        log.connection.execute("PRAGMA user_version = 2")
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(NotALog, match="has log format 2; this version reads formats up to 1"):
            SqliteEventLog(path, read_only=read_only)
    assert path.read_bytes() == before


def test_another_database_is_refused_and_not_touched(path):
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (cake TEXT)")
    before = path.read_bytes()
    with pytest.raises(NotALog, match="is not an event log of Tallystick"):
        SqliteEventLog(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_not_touched(path):
    path.write_text("Dear diary, " * 1_000)
    with pytest.raises(NotALog, match="can't be read as an event log"):
        SqliteEventLog(path)
    assert path.read_text() == "Dear diary, " * 1_000


def test_a_log_that_is_not_there_is_not_made_by_a_reader(path):
    with pytest.raises(NotALog, match="There is no event log at"):
        SqliteEventLog(path, read_only=True)
    assert not path.exists()


@pytest.mark.parametrize("name", ["log.db", "log.db-wal"])
def test_nothing_is_appended_to_a_file_that_is_not_where_it_was(log, path, name):
    file, away = path.with_name(name), path.with_name("away")
    before = log.read(0, 10)
    file.rename(away)
    for _ in range(2):
        assert not log.in_place
        with pytest.raises(Displaced, match=f"{name} has been removed or replaced"):
            keys_in_one_more(log)
        with pytest.raises(Displaced):
            log.rehearse()
        file.write_bytes(b"")  # another one in its place is no better
    assert log.read(0, 10) == before
    away.replace(file)
    assert log.in_place
    keys_in_one_more(log)
    assert log.head().position == len(before) + 1


def keys_in_one_more(log):
    log.append(following(log, key_created(9)), log.head())


def test_what_a_reader_made_the_write_ahead_log_grow_to_is_given_back(path):
    with closing(SqliteEventLog(path)) as log:
        (limit,) = log.connection.execute("PRAGMA journal_size_limit").fetchone()
        (pages,) = log.connection.execute("PRAGMA wal_autocheckpoint").fetchone()
        (size,) = log.connection.execute("PRAGMA page_size").fetchone()
    assert limit == pages * size
