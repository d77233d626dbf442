"""Exports and imports: the same log, hash for hash, or nothing."""

import io
import shutil
import sqlite3
from contextlib import closing

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.auditing.exporting import belongings, export, named
from coordinator.auditing.importing import NotImported, import_log
from coordinator.auditing.verify import verify
from coordinator.log.lock import DirectoryInUse, locked
from coordinator.log.prefix import log_prefix
from coordinator.log.sqlite import SqliteEventLog
from coordinator.sealing import SealingKeys
from core.events.chain import Head
from tests.ledgers import data_directory, following, key_created, keys_in, log_rows, office_with_keys
from tests.profiles import trying

KEYS = 8
EVENTS = KEYS + 2


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A data directory and its export."""
    directory = data_directory(tmp_path_factory.mktemp("exported"), KEYS, revoked=(3,))
    with log_prefix(directory / "log.db") as taken:
        return directory, b"".join(export(taken))


def lines_of(text):
    return text.splitlines(keepends=True)


def imported(text, directory):
    return import_log(io.BytesIO(text), directory)


def schema_of(directory):
    with closing(sqlite3.connect(directory / "log.db")) as log:
        return log.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()


def refused(text, directory):
    """Return why a text is refused; nothing is left of it."""
    before = sorted(directory.iterdir()) if directory.exists() else None
    with pytest.raises(NotImported) as refusal:
        imported(text, directory)
    assert (sorted(directory.iterdir()) if directory.exists() else None) == before
    assert str(refusal.value).endswith("Nothing was imported.")
    return refusal.value


def test_the_header_says_what_follows(exported):
    directory, text = exported
    header = msgspec.json.decode(lines_of(text)[0])
    with log_prefix(directory / "log.db") as taken:
        assert header == {
            "format": "tallystick-log-1",
            "log": taken.id,
            "position": EVENTS,
            "hash": taken.head.hash.hex(),
            "files": [],
        }


def test_each_event_is_a_line_with_every_column(exported):
    directory, text = exported
    events = [msgspec.json.decode(line) for line in lines_of(text)[1:]]
    rows = log_rows(directory)
    assert [tuple(event.values())[:10] for event in events] == [row[:10] for row in rows]
    assert [event["data"] for event in events] == [msgspec.json.decode(row[10]) for row in rows]
    assert [event["hash"] for event in events] == [row[11].hex() for row in rows]


def test_an_import_is_the_same_log_hash_for_hash(exported, tmp_path):
    directory, text = exported
    result = imported(text, tmp_path)
    assert log_rows(tmp_path) == log_rows(directory)
    assert (result.head.position, result.head.hash) == (EVENTS, log_rows(directory)[-1][11])
    assert schema_of(tmp_path) == schema_of(directory)
    with log_prefix(tmp_path / "log.db") as taken:
        assert taken.id == result.log
        assert b"".join(export(taken)) == text


@pytest.mark.parametrize(("name", "keys"), [("log.db", 0), ("log.new.db", 3)])
def test_an_empty_log_and_what_an_import_left_that_was_killed_are_replaced(exported, tmp_path, name, keys):
    directory, text = exported
    killed, here = tmp_path / "killed", tmp_path / "here"
    for place in (killed, here):
        place.mkdir()
    with closing(SqliteEventLog(killed / "log.db")) as log:
        if keys:
            keys_in(log, keys)
        for path in killed.glob("log.db*"):  # the WAL as well, since nobody has closed it
            shutil.copy(path, here / path.name.replace("log.db", name))
    assert (here / f"{name}-wal").stat().st_size > 0
    imported(text, here)
    assert log_rows(here) == log_rows(directory)
    assert verify(here, refold=False).holds
    assert not list(here.glob("log.new.db*"))


def test_a_log_that_was_imported_stands_beside_a_file_for_keys_that_holds_none(exported, tmp_path):
    _directory, text = exported
    imported(text, tmp_path)
    assert SealingKeys.are_in(tmp_path / "client-keys.db")
    assert not SealingKeys.are_any_in(tmp_path / "client-keys.db")


def test_an_imported_log_can_be_written_and_only_appended_to(exported, tmp_path):
    _directory, text = exported
    imported(text, tmp_path)
    with closing(SqliteEventLog(tmp_path / "log.db")) as log:
        log.append(following(log, key_created(99)), log.head())
    with closing(sqlite3.connect(tmp_path / "log.db")) as somebody, pytest.raises(sqlite3.IntegrityError):
        somebody.execute("DELETE FROM events")
    assert verify(tmp_path, refold=False).holds


def test_an_imported_log_leads_to_the_same_tables(exported, tmp_path):
    _directory, text = exported
    imported(text, tmp_path)
    office_with_keys(tmp_path, 0).close()
    assert verify(tmp_path).holds


@trying(20)
@given(labels=st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_whatever_was_recorded_comes_back(tmp_path_factory, labels):
    here, there = tmp_path_factory.mktemp("here"), tmp_path_factory.mktemp("there")
    with closing(SqliteEventLog(here / "log.db")) as log:
        keys_in(log, 1)
        log.append(following(log, *(key_created(9, label) for label in labels)), log.head())
    with log_prefix(here / "log.db") as taken:
        imported(b"".join(export(taken)), there)
    assert log_rows(there) == log_rows(here)


def test_an_export_holds_what_was_recorded_when_it_began(tmp_path):
    with closing(SqliteEventLog(tmp_path / "log.db")) as log:
        keys_in(log, 4)
        with log_prefix(tmp_path / "log.db") as taken:
            pieces = export(taken)
            first = next(pieces)
            log.append(following(log, key_created(9)), log.head())
            text = first + b"".join(pieces)
    assert len(lines_of(text)) == 1 + 5
    assert msgspec.json.decode(lines_of(text)[-1])["position"] == 5


def test_an_empty_log_is_exported_and_imported(tmp_path):
    SqliteEventLog(tmp_path / "log.db").close()
    with log_prefix(tmp_path / "log.db") as taken:
        text = b"".join(export(taken))
    assert imported(text, tmp_path / "other").head == Head()


def test_what_belongs_to_a_log_and_is_not_in_it_is_named(tmp_path):
    for name in ("log.db", "log.db-wal", "log.new.db", "lock", "client-keys.db", "client-keys.db-shm", "admin.key"):
        (tmp_path / name).touch()
    for name in ("projections", "residues"):
        (tmp_path / name).mkdir()
    assert belongings(tmp_path) == ("admin.key", "client-keys.db", "residues/")


def test_the_header_names_each_residue_file(tmp_path):
    (tmp_path / "residues").mkdir()
    for name in ("b" * 64, "a" * 64, "half.part"):
        (tmp_path / "residues" / name).touch()
    assert named(tmp_path) == (f"residues/{'a' * 64}", f"residues/{'b' * 64}")


def test_an_import_into_a_log_is_refused(exported, tmp_path):
    _directory, text = exported
    data_directory(tmp_path, 2)
    before = log_rows(tmp_path)
    with pytest.raises(NotImported, match="holds 3 events already; import into a directory without a log"):
        imported(text, tmp_path)
    assert log_rows(tmp_path) == before


def test_an_import_beside_a_coordinator_is_refused(exported, tmp_path):
    _directory, text = exported
    with locked(tmp_path), pytest.raises(DirectoryInUse):
        imported(text, tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        (b'"label":"key number 5"', b'"label":"key number 6"', 7, "Event 6 is not what was recorded"),
        (b'"data":{"key":5,', b'"data": {"key":5,', 7, None),
        (b'"data":{"key":5,', b'"data":{"key": 5,', 7, "Event 6 is not what was recorded"),
        (b'"actor":"operator","command":"test/k4', b'"actor":"me","command":"test/k4', 6, "Event 5"),
        (b'{"position":4,', b'{"position":"4",', 5, "This is not the line of an event"),
        (b'{"position":4,', b'{"position":99999999999999999999,', 5, "This is not the line of an event"),
        (b'{"position":4,', b'{"colour":"red","position":4,', 5, "This is not the line of an event"),
        (b'{"position":4,', b"{", 5, "missing required field `position`"),
        (b'{"position":4,', b'{"position":4,\xff', 5, "This is not the line of an event"),
        (b'{"position":4,', b"", 5, "This is not the line of an event"),
        (b'{"position":4,', b"\n", 5, "This is not the line of an event"),
        (b'"format":"tallystick-log-1"', b'"format":"tallystick-log-2"', 1, "this version reads 'tallystick-log-1'"),
        (b'{"format"', b'{"fromat"', 1, "This is not the header of an exported log"),
        (b'"position":10,', b'"position":11,', None, "promises 11 events"),
    ],
)
def test_a_line_that_is_not_right_is_named_and_nothing_is_imported(exported, tmp_path, old, new, line, words):
    _directory, text = exported
    old = old.replace(b"operator", b"anonymous") if b"actor" in old else old
    assert text.count(old) >= 1
    spoilt = text.replace(old, new, 1)
    if words is None:
        assert imported(spoilt, tmp_path).head.position == EVENTS
        return
    refusal = refused(spoilt, tmp_path)
    assert refusal.line == line
    assert words in str(refusal)
    assert str(refusal).startswith(f"Line {line}: " if line else "The header promises")


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        ([], 1, "This is not the header"),
        ([1, 2, 3], 1, "This is not the header"),
        ([0], None, "promises 10 events"),
        ([0, 1, 2, 3], None, "promises 10 events"),
        ([0, 1, 2, 4, 3], 4, "Event 3 is missing"),
        ([0, 1, 2, 2], 4, "Event 2 is out of place"),
        ([0, 2, 3], 2, "Event 1 is missing"),
        ([*range(11), 10], 12, "Event 10 is out of place"),
        ([*range(11), 0], 12, "This is not the line of an event"),
    ],
)
def test_lines_left_out_repeated_or_in_another_order_are_named(exported, tmp_path, lines, line, words):
    _directory, text = exported
    refusal = refused(b"".join(lines_of(text)[number] for number in lines), tmp_path)
    assert refusal.line == line
    assert words in str(refusal)


@pytest.mark.parametrize("cut", [2, 100, 1_000])
def test_an_export_that_breaks_off_in_a_line_is_refused(exported, tmp_path, cut):
    _directory, text = exported
    refusal = refused(text[:-cut], tmp_path)
    assert refusal.line == 1 + text[:-cut].count(b"\n")
    assert "it breaks off, or is empty" in str(refusal)


def test_a_version_that_does_not_follow_is_named_by_its_line(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    with closing(SqliteEventLog(here / "log.db")) as log:
        keys_in(log, 3)
        log._versions["key-1"] = 6
        log.append(following(log, key_created(1)), log.head())
    with log_prefix(here / "log.db") as taken:
        refusal = refused(b"".join(export(taken)), there)
    assert refusal.line == 6
    assert "Event 5 is version 7 of 'key-1'; the version before it is 1." in str(refusal)


def test_a_version_that_comes_twice_is_named_by_its_line(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    with closing(SqliteEventLog(here / "log.db")) as log:
        keys_in(log, 3)
        log.connection.execute("DROP INDEX events_by_stream")
        log._versions["key-1"] = 0
        log.append(following(log, key_created(1)), log.head())
    with log_prefix(here / "log.db") as taken:
        refusal = refused(b"".join(export(taken)), there)
    assert refusal.line == 6
    assert "Event 5 is version 1 of 'key-1'" in str(refusal)
