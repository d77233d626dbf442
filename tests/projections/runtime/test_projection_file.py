"""Folding events into one file: what stops at an event stops alone, and is said to."""

import sqlite3
from contextlib import closing
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.projecting.comparing import dump
from core.access.decide import ACCESS
from core.access.events import KeyCreated
from core.contexts import registry
from core.events.chain import Head, head_after
from core.events.envelope import StoredEvent
from projections.access import state as access
from projections.runtime.checkpoint import Degraded
from projections.runtime.file import ProjectionFile
from projections.runtime.projection import Projection
from projections.runtime.recorded import recorded
from projections.runtime.scrubbing import scrub
from tests.ledgers import following, key_created, keys_in
from tests.memory_log import MemoryEventLog
from tests.profiles import trying

KEYS = 6


def stumbles(_connection, _event):
    raise ValueError("no shoes")


def asks_for_nonsense(connection, _event):
    connection.execute("SELECT * FROM nonsense")


def view(name, trouble=None, at=None):
    """Return a view that lists keys, and has trouble with one of them."""

    def apply(events, connection):
        for event in events:
            if event.fact.key == at:
                trouble(connection, event)
            connection.execute(f"INSERT INTO {name} VALUES (?)", (event.fact.key,))

    schema = f"CREATE TABLE {name} (key INTEGER PRIMARY KEY);"
    return SimpleNamespace(NAME=name, SCHEMA=schema, FACTS=frozenset({KeyCreated}), apply=apply)


def projection(*views, state=access.AccessState):
    return Projection(ACCESS, 1, frozenset({"access"}), access.SCHEMA, state, views)


@pytest.fixture(scope="module")
def rows():
    """A log of six keys."""
    log = MemoryEventLog()
    keys_in(log, KEYS)
    return log.read(0, 100)


@pytest.fixture
def opened(tmp_path):
    """Open files that are closed in the end."""
    files = []

    def open_file(*views, name="access", **options):
        files.append(ProjectionFile(tmp_path / f"{name}.db", projection(*views, **options)))
        return files[-1]

    yield open_file
    for file in files:
        file.close()


def fold(file, rows):
    file.fold(recorded(rows, registry(), frozenset({"access"})), head_after(rows[-1]))


def keys_of(file, table="keys"):
    return [key for (key,) in file.connection.execute(f"SELECT key FROM {table} ORDER BY key")]


def with_type(row, event_type):
    return msgspec.structs.replace(row, type=event_type)


def test_a_new_file_stands_at_the_beginning(opened):
    file = opened()
    assert (file.head, file.version, file.degraded) == (Head(), 1, {})


@pytest.mark.parametrize(("durable", "store"), [(True, "MEMORY"), (False, "DEFAULT")])
def test_only_a_live_writer_undoes_in_memory_and_a_build_sorts_in_files(tmp_path, durable, store):
    with closing(ProjectionFile(tmp_path / "access.db", projection(), durable=durable)) as file:
        (kept,) = file.connection.execute("PRAGMA temp_store").fetchone()
    assert kept == {"DEFAULT": 0, "MEMORY": 2}[store]


def test_a_scrubbed_file_goes_on_undoing_in_memory(opened, rows):
    file = opened()
    fold(file, rows)
    scrub(file.connection)
    assert file.connection.execute("PRAGMA temp_store").fetchone() == (2,)


def test_everything_is_folded_and_the_checkpoint_stands_at_the_last_event(opened, rows):
    file = opened(view("seen"))
    fold(file, rows)
    assert keys_of(file) == keys_of(file, "seen") == [1, 2, 3, 4, 5, 6]
    assert file.head == head_after(rows[-1])


def test_what_was_folded_is_there_when_the_file_is_opened_again(opened, rows):
    fold(opened(view("seen")), rows)
    again = opened(view("seen"))
    assert again.head == head_after(rows[-1])
    assert keys_of(again, "seen") == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [(stumbles, "ValueError: no shoes"), (asks_for_nonsense, "OperationalError: no such table: nonsense")],
)
def test_a_view_that_fails_stops_alone_at_the_event_that_it_could_not_apply(opened, rows, trouble, reason):
    file = opened(view("before"), view("failing", trouble, at=3), view("after"))
    fold(file, rows)
    assert keys_of(file) == keys_of(file, "before") == keys_of(file, "after") == [1, 2, 3, 4, 5, 6]
    assert keys_of(file, "failing") == [1, 2]
    assert file.degraded == {"failing": Degraded("failing", 4, reason)}


def test_a_view_that_has_stopped_stays_where_it_is(opened, rows):
    fold(opened(view("failing", stumbles, at=3)), rows[:5])
    again = opened(view("failing"))
    fold(again, rows[5:])
    assert keys_of(again, "failing") == [1, 2]
    assert keys_of(again) == [1, 2, 3, 4, 5, 6]
    assert again.degraded["failing"].position == 4


class StumblingState(access.AccessState):
    """A state that can't apply the fourth key."""

    def apply(self, event):
        """Fold one event."""
        if event.fact.key == 4:
            raise ValueError("no shoes")
        super().apply(event)


def test_a_state_that_fails_stops_its_whole_context_there(opened, rows):
    file = opened(view("seen"), state=StumblingState)
    fold(file, rows[:3])
    fold(file, rows[3:])
    assert file.degraded == {"state": Degraded("state", 5, "ValueError: no shoes")}
    assert keys_of(file) == keys_of(file, "seen") == [1, 2, 3]
    assert file.head == head_after(rows[-1])


def test_nothing_is_folded_into_a_state_that_has_stopped(opened, rows):
    file = opened(view("seen"), state=StumblingState)
    fold(file, rows[:5])
    events = [registry().event(row) for row in rows[5:]]
    assert file.apply_state(events) is None
    file.apply_views(events)
    fold(file, rows[5:])
    assert keys_of(file) == keys_of(file, "seen") == [1, 2, 3]


def test_an_event_of_a_type_that_nobody_knows_stops_the_context_that_it_concerns(opened, rows):
    file = opened(view("seen"))
    fold(file, [*rows[:4], with_type(rows[4], "access.key_lent.v1"), *rows[5:]])
    assert keys_of(file) == keys_of(file, "seen") == [1, 2, 3]
    assert file.degraded["state"].position == 5
    assert "'access.key_lent.v1' is not a type of event that this version knows" in file.degraded["state"].reason


def test_an_event_of_an_unknown_type_that_concerns_others_passes_by(opened, rows):
    file = opened(view("seen"))
    fold(file, [*rows[:4], with_type(rows[4], "bridge.played.v1"), *rows[5:]])
    assert keys_of(file) == [1, 2, 3, 5, 6]
    assert file.degraded == {}


def test_data_of_another_shape_stops_the_context(opened, rows):
    file = opened()
    fold(file, [*rows[:4], msgspec.structs.replace(rows[4], data=b'{"key":"four"}')])
    assert file.degraded["state"].position == 5
    assert file.degraded["state"].reason.startswith("ValidationError: ")


@pytest.mark.parametrize("table", ["keys", "seen"])
def test_a_full_disk_is_nobodys_fault_and_nothing_is_folded_until_there_is_room(opened, rows, table):
    def fills(connection, event):
        connection.execute("INSERT INTO seen VALUES (?)", (event.fact.key + 1_000,))
        connection.execute("CREATE TABLE IF NOT EXISTS ballast (bytes BLOB)")
        connection.execute("INSERT INTO ballast VALUES (zeroblob(100000))")

    file = opened(view("seen", fills, at=3 if table == "seen" else None))
    pages = file.connection.execute("PRAGMA page_count").fetchone()[0]
    file.connection.execute(f"PRAGMA max_page_count = {pages + (table == 'seen')}")
    label = "x" * 20_000 if table == "keys" else "small"
    log = MemoryEventLog()
    keys_in(log, 2)
    log.append(following(log, key_created(3, label)), log.head())
    with pytest.raises(sqlite3.OperationalError, match="full"):
        fold(file, log.read(0, 10))
    file.rollback()
    assert (file.head, file.degraded, keys_of(file), keys_of(file, "seen")) == (Head(), {}, [], [])
    file.connection.execute(f"PRAGMA max_page_count = {pages + 1_000}")
    fold(file, log.read(0, 10))
    assert keys_of(file) == [1, 2, 3]


def test_what_was_rolled_back_is_forgotten(opened, rows):
    file = opened()
    fold(file, rows[:3])
    file.apply_state([registry().event(row) for row in rows[3:]])
    assert keys_of(file) == [1, 2, 3, 4, 5, 6]
    file.rollback()
    assert keys_of(file) == [1, 2]
    assert file.state.recall(f"operator/{rows[3].command}") is None


def test_answers_are_remembered_by_who_asked_and_under_which_key(opened, rows):
    file = opened()
    fold(file, rows)
    for row in rows[1:]:
        scope_and_key, _, fingerprint = row.command.rpartition("#")
        for state in (file.state, opened().state):
            remembered = state.recall(scope_and_key)
            assert (remembered.position, remembered.hash) == (row.position, row.hash)
            assert remembered.fingerprint == fingerprint
            assert msgspec.json.decode(remembered.answer) == {"answer": "key", "key": row.position - 1}
    assert file.state.recall("operator/unheard-of") is None


def test_a_command_that_is_not_there_to_its_end_has_no_answer_yet(opened):
    log = MemoryEventLog()
    log.append(following(log, key_created(1), key_created(2), name="two"), log.head())
    rows = log.read(0, 10)
    file = opened()
    (command,) = recorded(rows[:1], registry(), frozenset({"access"}))
    command.whole = False
    file.fold([command], head_after(rows[0]))
    assert keys_of(file) == [1]
    assert file.state.recall("operator/two") is None


def test_a_file_under_construction_gets_its_index_when_it_is_finished(tmp_path, rows):
    path = tmp_path / "access.db"
    building = ProjectionFile(path, projection(), durable=False)
    fold(building, rows)
    building.close()
    finished = ProjectionFile(path, projection())
    plan = finished.connection.execute("EXPLAIN QUERY PLAN SELECT * FROM answers WHERE digest = 1").fetchall()
    finished.close()
    assert "answers_by_digest" in str(plan)


@trying(15)
@given(st.sets(st.integers(1, KEYS)))
def test_it_makes_no_difference_in_how_many_batches_events_are_folded(tmp_path_factory, rows, cuts):
    def folded(name, cuts):
        file = ProjectionFile(tmp_path_factory.mktemp(name) / "access.db", projection(view("seen", stumbles, at=5)))
        for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), None], strict=True):
            fold(file, rows[start:end])
        found = list(dump(file.connection))
        file.close()
        return found

    assert folded("some", cuts) == folded("one", [])


def test_rows_of_one_command_are_read_together(rows):
    log = MemoryEventLog()
    log.append(following(log, key_created(1), key_created(2)), log.head())
    log.append(following(log, key_created(3)), log.head())
    commands = recorded(log.read(0, 10), registry(), frozenset({"access"}))
    assert [[event.fact.key for event in command.events] for command in commands] == [[1, 2], [3]]
    assert [command.position for command in commands] == [1, 3]


def test_commands_that_nobody_listens_to_are_not_read(rows):
    spoilt = [StoredEvent(*(*msgspec.structs.astuple(row)[:10], b"{", row.hash)) for row in rows]
    commands = recorded(spoilt, registry(), frozenset({"factoring"}))
    assert [command.position for command in commands] == [row.position for row in rows]
    assert not any(command.events or command.unread for command in commands)
