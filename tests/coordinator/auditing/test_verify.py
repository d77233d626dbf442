"""Tampering of every kind is found, and named by the first position that is not what was recorded."""

import shutil
import sqlite3
from contextlib import closing

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.auditing.exporting import export
from coordinator.auditing.verify import verify
from coordinator.log.checking import Damaged
from coordinator.log.prefix import log_prefix
from coordinator.log.sqlite import NotALog
from coordinator.projecting.opening import path_of
from core.events.chain import GENESIS, row_hash
from tests.ledgers import data_directory, hide_from_index, log_rows, spoil
from tests.profiles import trying

COLUMNS = (
    *("position", "stream", "version", "type", "recorded_at", "occurred_at", "actor", "command", "cause"),
    *("correlation", "data", "hash"),
)
KEYS = 12
LAST = KEYS + 2


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A data directory as a coordinator left it: an opening, twelve keys, one of them taken back."""
    return data_directory(tmp_path_factory.mktemp("sound"), KEYS, revoked=(4,))


@pytest.fixture
def directory(sound, tmp_path):
    """A copy, to be spoilt."""
    return shutil.copytree(sound, tmp_path / "data")


def rechain(directory, position):
    """Compute the hashes anew from a position on, as somebody would who hides what was done."""
    previous = GENESIS
    for row in log_rows(directory):
        if row[0] >= position:
            spoil(directory, ("UPDATE events SET hash = ? WHERE position = ?", (row_hash(previous, row), row[0])))
            previous = row_hash(previous, row)
        else:
            previous = row[11]


def problem(directory):
    """Return what is wrong with the events."""
    found = verify(directory, refold=False)
    assert not found.holds
    assert found.sentence == found.problem.sentence
    return found.problem


def test_a_sound_directory_holds(directory):
    found = verify(directory)
    assert found.holds
    assert found.position == LAST
    assert [(file.name, file.position) for file in found.files if file.skipped] == []
    assert {file.position for file in found.files} == {LAST}
    assert found.sentence.startswith(f"All events up to {LAST} are what was recorded, and every table of clients,")
    with log_prefix(directory / "log.db") as taken:
        assert (found.log, found.hash) == (taken.id, taken.head.hash.hex())


def test_a_log_without_its_directory_is_checked_by_itself(sound, tmp_path):
    copy = tmp_path / "log-of-tuesday.db"
    shutil.copy(sound / "log.db", copy)
    found = verify(copy)
    assert found.holds
    assert (found.position, found.files) == (LAST, ())


def test_an_empty_log_holds(tmp_path):
    data_directory(tmp_path, 0)
    assert verify(tmp_path, refold=False).holds


def test_a_long_log_is_checked_in_parts_side_by_side(directory, monkeypatch):
    monkeypatch.setattr("coordinator.auditing.verify._BRIEF", 5)
    monkeypatch.setattr("coordinator.auditing.verify._SEGMENT", 5)
    spoil(directory, "UPDATE events SET actor = 'me' WHERE position IN (10, 12)")
    reports = []
    found = verify(directory, refold=False, report=reports.append)
    assert found.problem.position == 10
    assert [(progress.done, progress.total) for progress in reports] == [(0, LAST), (5, LAST)]


def test_a_short_log_too_says_how_far_its_check_is(directory, monkeypatch):
    monkeypatch.setattr("coordinator.auditing.verify._SEGMENT", 5)
    reports = []
    assert verify(directory, refold=False, report=reports.append).holds
    done = [progress.done for progress in reports]
    assert done == [*range(0, LAST, 5), LAST]
    spoil(directory, "UPDATE events SET actor = 'me' WHERE position IN (10, 12)")
    assert verify(directory, refold=False).problem.position == 10


@pytest.mark.parametrize("position", [1, 6, LAST])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("stream", "'key-99'"),
        ("version", "version + 1"),
        ("type", "type || 'x'"),
        ("recorded_at", "recorded_at + 1"),
        ("occurred_at", "5"),
        ("actor", "'somebody'"),
        ("command", "command || 'x'"),
        ("cause", "1"),
        ("correlation", "''"),
        ("data", "CAST(data || ' ' AS BLOB)"),
        ("hash", "zeroblob(32)"),
    ],
)
def test_a_changed_row_is_named(directory, position, column, value):
    spoil(directory, f"UPDATE events SET {column} = {value} WHERE position = {position}")
    found = problem(directory)
    assert found.position == position
    assert "is not what was recorded" in found.sentence


@pytest.mark.parametrize("position", [1, 2, 7, LAST - 1])
def test_a_deleted_row_is_named(directory, position):
    spoil(directory, f"DELETE FROM events WHERE position = {position}")
    assert problem(directory).position == position
    assert problem(directory).sentence.startswith(f"Event {position} is missing")


def test_a_row_taken_out_with_the_gap_closed_is_named(directory):
    spoil(directory, "DELETE FROM events WHERE position = 5", *moved(range(6, LAST + 1), -1))
    assert problem(directory).position == 5


def moved(positions, by):
    """Return the statements that move rows, one at a time and none onto another."""
    return [f"UPDATE events SET position = position + {by} WHERE position = {position}" for position in positions]


def test_an_inserted_row_is_named(directory):
    columns = ", ".join(COLUMNS[3:])
    spoil(
        directory,
        *moved(range(LAST, 5, -1), 1),
        f"INSERT INTO events SELECT 6, 'key-77', 1, {columns} FROM events WHERE position = 5",
    )
    assert problem(directory).position == 6


def test_a_row_added_at_the_end_is_named(directory):
    columns = ", ".join(COLUMNS[3:])
    spoil(directory, f"INSERT INTO events SELECT {LAST + 1}, 'key-77', 1, {columns} FROM events WHERE position = 5")
    assert problem(directory).position == LAST + 1


def test_swapped_rows_are_named_by_the_first_of_them(directory):
    spoil(
        directory,
        "UPDATE events SET position = -1 WHERE position = 4",
        "UPDATE events SET position = 4 WHERE position = 9",
        "UPDATE events SET position = 9 WHERE position = -1",
    )
    assert problem(directory).position == 4


def test_a_skipped_version_is_named_even_with_the_chain_computed_anew(directory):
    spoil(directory, "UPDATE events SET version = 3 WHERE stream = 'key-4' AND version = 2")
    rechain(directory, LAST)
    assert problem(directory).position == LAST
    assert problem(directory).sentence == f"Event {LAST} is version 3 of 'key-4'; the version before it is 1."


def test_a_repeated_version_is_named_even_with_the_chain_computed_anew(directory):
    spoil(
        directory, "DROP INDEX events_by_stream", "UPDATE events SET version = 1 WHERE stream = 'key-4' AND version = 2"
    )
    rechain(directory, LAST)
    assert problem(directory).position == LAST
    assert problem(directory).sentence == f"Event {LAST} is version 1 of 'key-4'; the version before it is 1."


def test_versions_that_run_against_positions_are_named(directory):
    spoil(
        directory,
        "UPDATE events SET version = 9 WHERE position = 5",
        f"UPDATE events SET version = 1 WHERE position = {LAST}",
        "UPDATE events SET version = 2 WHERE position = 5",
    )
    rechain(directory, 5)
    assert problem(directory).position == 5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("recorded_at = recorded_at - 10000000", "is recorded as earlier than the event before it"),
        ("cause = position", "as its cause, which is not before it"),
        ("cause = 0", "as its cause, which is not before it"),
        ("type = 'access.key_lost.v1'", "'access.key_lost.v1' is not a type of event that this version knows"),
        ("data = CAST('{}' AS BLOB)", "can't be read"),
    ],
)
def test_an_event_that_could_never_be_is_named_even_with_the_chain_computed_anew(directory, change, words):
    spoil(directory, f"UPDATE events SET {change} WHERE position = 8")
    rechain(directory, 8)
    assert problem(directory).position == 8
    assert words in problem(directory).sentence


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """A directory that is filled anew for each example."""
    return tmp_path_factory.mktemp("spoilt")


def with_flipped_bit(stored, bit, kind):
    """Return a stored value with one of its bits the other way round."""
    if kind == "INTEGER":
        return int(stored or b"0") ^ 1 << bit % 60
    flipped = bytearray(stored)
    flipped[bit // 8 % len(flipped)] ^= 1 << bit % 8
    return bytes(flipped)


@trying(60)
@given(st.integers(1, LAST), st.sampled_from(COLUMNS[1:]), st.integers(0, 2**12 - 1))
def test_one_flipped_bit_in_a_row_is_found_and_named(sound, spoilt, position, column, bit):
    shutil.copy(sound / "log.db", spoilt / "log.db")
    with closing(sqlite3.connect(spoilt / "log.db")) as connection:
        (stored,) = connection.execute(
            f"SELECT CAST({column} AS BLOB) FROM events WHERE position = ?", (position,)
        ).fetchone()
        kinds = dict(connection.execute("SELECT name, type FROM pragma_table_info('events')"))
    change = f"UPDATE events SET {column} = CAST(? AS {kinds[column]}) WHERE position = ?"
    spoil(spoilt, "DROP INDEX events_by_stream", (change, (with_flipped_bit(stored, bit, kinds[column]), position)))
    assert problem(spoilt).position == position


@trying(200)
@given(st.integers(0, 2**20 - 1))
def test_one_flipped_bit_in_the_file_is_found_or_changes_no_event(sound, spoilt, bit):
    raw = bytearray((sound / "log.db").read_bytes())
    raw[bit // 8 % len(raw)] ^= 1 << bit % 8
    (spoilt / "log.db").write_bytes(raw)
    try:
        holds = verify(spoilt, refold=False).holds
    except NotALog:
        holds = False
    assert not holds or log_rows(spoilt) == log_rows(sound)


def said_of(directory):
    """Return what is said of a log, also of one that can't be opened."""
    try:
        return verify(directory, refold=False).sentence
    except NotALog as met:
        return str(met)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_truncated_file_is_found(directory, share):
    path = directory / "log.db"
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    said = said_of(directory)
    assert any(words in said for words in ("can't be read", "is missing", "is damaged"))


def test_an_export_of_a_spoilt_log_ends_before_the_event_that_is_wrong(directory):
    spoil(directory, "UPDATE events SET actor = 'me' WHERE position = 5")
    with log_prefix(directory / "log.db") as taken, pytest.raises(Damaged, match="Event 5 is not what was recorded"):
        list(export(taken))


def test_a_log_of_a_newer_format_is_refused(directory):
    spoil(directory, "PRAGMA user_version = 9")
    with pytest.raises(NotALog, match="has log format 9"):
        verify(directory)


def test_a_spoilt_table_is_named_by_key_and_column(directory):
    with closing(sqlite3.connect(directory / "projections" / "access.db", isolation_level=None)) as connection:
        connection.execute("UPDATE keys SET label = 'Eve' WHERE key = 7")
    found = verify(directory)
    (wrong,) = (file for file in found.files if file.difference is not None)
    assert not found.holds
    assert (wrong.name, wrong.difference.table, wrong.difference.key) == ("access", "keys", {"key": 7})
    assert (wrong.difference.column, wrong.difference.stands, wrong.difference.should) == (
        *("label", "Eve", "key number 7"),
    )
    assert found.sentence == ("access: In the table keys, label is 'Eve' where key = 7; it should be 'key number 7'.")


def test_a_projections_file_that_is_not_there_is_said_to_be_skipped(directory):
    (directory / "projections" / "access.db").unlink()
    found = verify(directory)
    assert found.holds
    assert {file.name: file.skipped for file in found.files if file.skipped} == {"access": "not there"}
    assert "Not compared: access (not there)." in found.sentence


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE checkpoint SET version = version + 1", "built by version"),
        ("ALTER TABLE checkpoint DROP COLUMN corrected", "built by an earlier version"),
    ],
)
def test_a_projections_file_of_another_version_is_said_to_be_skipped(directory, change, reason):
    with closing(sqlite3.connect(directory / "projections" / "access.db", isolation_level=None)) as connection:
        connection.execute(change)
    found = verify(directory)
    assert found.holds
    (skipped,) = (file for file in found.files if file.skipped)
    assert skipped.name == "access"
    assert skipped.skipped.startswith(reason)
    assert f"Not compared: access ({reason}" in found.sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("DELETE FROM checkpoint", "It is damaged, or no projections file."),
        (
            "UPDATE checkpoint SET corrected = 9",
            "It claims to take corrections up to event 9 into account, and should to 0.",
        ),
    ],
)
def test_a_spoilt_checkpoint_is_named(directory, change, sentence):
    with closing(sqlite3.connect(directory / "projections" / "access.db", isolation_level=None)) as connection:
        connection.execute(change)
    assert verify(directory).sentence == f"access: {sentence}"


def test_a_projections_file_that_is_damaged_is_named(directory):
    (directory / "projections" / "access.db").write_bytes(b"no database" * 1_000)
    assert verify(directory).sentence == "access: It is damaged, or no projections file."


def test_a_projections_file_of_another_log_is_named(directory, tmp_path):
    other = data_directory(tmp_path / "other", KEYS + 1)
    shutil.copy(other / "projections" / "access.db", directory / "projections" / "access.db")
    assert verify(directory).sentence == (f"access: It stands at event {LAST}, and the log holds another event there.")


def test_what_is_found_is_plain_data(directory):
    spoil(directory, "UPDATE events SET actor = 'me' WHERE position = 5")
    found = msgspec.to_builtins(verify(directory))
    assert found["problem"]["position"] == 5
    assert found["files"] == ()


def test_nothing_is_changed_or_left_behind(directory, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    before = {path.name: path.read_bytes() for path in directory.rglob("*.db")}
    assert verify(directory).holds
    assert {path.name: path.read_bytes() for path in directory.rglob("*.db")} == before
    assert list(scratch.iterdir()) == []


def test_an_event_that_the_index_hides_from_who_asks_for_its_stream_is_missed(directory):
    """Corrections are found by their stream: tables would be compared with a log that has none."""
    hide_from_index(directory / "log.db", "events_by_stream", f"position = {LAST - 1}")
    assert verify(directory).sentence == f"The file is damaged: row {LAST - 1} missing from index events_by_stream."


def test_a_row_that_an_index_hides_from_who_asks_by_it_is_missed(directory):
    hide_from_index(path_of(directory, "access"), "answers_by_digest", "position = 5")
    assert verify(directory).sentence == "access: It is damaged: row 4 missing from index answers_by_digest."


def test_what_people_add_for_themselves_is_not_in_the_way(directory):
    with closing(sqlite3.connect(directory / "log.db")) as connection:
        connection.execute("CREATE INDEX by_actor ON events (actor)")
        connection.execute("CREATE TABLE notes (note TEXT)")
    assert verify(directory).holds
