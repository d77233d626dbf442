"""What every event log promises, held against each that there is."""

import contextlib
import functools
import itertools
import threading

import pytest

from coordinator.log.postgres import PostgresLog
from coordinator.log.session import Session
from coordinator.log.shared import SharedLog, top_up
from coordinator.log.sqlite import SqliteEventLog
from core.events.chain import Head, HeadMoved, head_after, row_hash, stamp
from core.events.envelope import StoredEvent
from tests.ledgers import envelope, following, key_created, keys_in
from tests.memory_log import MemoryEventLog


class Together:
    """Several nodes on one shared log, none of which holds the pen: of two who append at once one is refused."""

    def __init__(self, copy, shared):
        self.copy, self.shared = copy, shared

    def append(self, events, onto):
        """Append, and read what others have appended when one was refused."""
        try:
            self.shared.append(events, onto)
        except HeadMoved:
            top_up(self.copy, self.shared)
            raise

    def confirm(self):
        """Ask PostgreSQL."""
        self.shared.confirm()


class Connections:
    """Connections to one and the same log, as many as one likes, and their end."""

    def __init__(self, kind, directory, database):
        self._open = contextlib.ExitStack()
        self._kind, self._directory, self._database = kind, directory, database
        self._memory = MemoryEventLog()
        self._copies = itertools.count()

    def __call__(self):
        """Open another one."""
        return getattr(self, f"_{self._kind}")()

    def _opened(self, thing):
        self._open.callback(thing.close)
        return thing

    def _in_memory(self):
        return self._memory

    def _sqlite(self):
        return self._opened(SqliteEventLog(self._directory / "log.db"))

    def _postgres(self):
        return PostgresLog(self._opened(Session(self._database())))

    def _shared(self):
        copy = self._opened(SqliteEventLog(self._directory / f"copy-{next(self._copies)}.db"))
        shared = self._postgres()
        top_up(copy, shared)
        return SharedLog(copy, Together(copy, shared))

    def close(self):
        """Close them all."""
        self._open.close()


@pytest.fixture(params=["in_memory", "sqlite", "postgres", "shared"])
def connect(request, tmp_path):
    """Connect to one and the same log, as often as one likes."""

    @functools.cache
    def database():
        postgres = request.getfixturevalue("postgres")
        return postgres.address(postgres.database())

    connections = Connections(request.param, tmp_path, database)
    yield connections
    connections.close()


followed = pytest.mark.parametrize("connect", ["in_memory", "sqlite", "shared"], indirect=True)
"""PostgreSQL tells nobody what comes: who waits for that follows a node's copy."""


@pytest.fixture
def log(connect):
    return connect()


def test_an_empty_log_ends_at_position_0(log):
    assert log.head() == Head(0, bytes(32))
    assert log.read(0, 10) == []
    assert log.version("key-1") == 0


def test_what_was_appended_is_read_as_it_was(log):
    events = following(log, key_created(1), key_created(2, "Zoë ✓"))
    log.append(events, log.head())
    assert log.read(0, 10) == events
    assert log.head() == head_after(events[-1])


def test_reading_begins_after_a_position_and_ends_at_the_limit(log):
    keys_in(log, 9)
    assert [event.position for event in log.read(3, 4)] == [4, 5, 6, 7]
    assert [event.position for event in log.read(8, 4)] == [9, 10]
    assert log.read(10, 4) == []
    assert log.read(99, 4) == []


def test_versions_count_within_a_stream(log):
    keys_in(log, 2)
    log.append(following(log, key_created(2), key_created(2)), log.head())
    assert {stream: log.version(stream) for stream in ("key-1", "key-2", "key-3")} == {
        "key-1": 1,
        "key-2": 3,
        "key-3": 0,
    }


def test_an_append_onto_anything_but_the_head_changes_nothing(log):
    keys_in(log, 3)
    before = log.read(0, 10)
    for onto in (Head(), head_after(before[0]), Head(log.head().position, bytes(32)), Head(99, log.head().hash)):
        events = stamp([key_created(9)], envelope("late"), onto, log.version)
        with pytest.raises(HeadMoved):
            log.append(events, onto)
    assert log.read(0, 10) == before


@pytest.mark.parametrize("positions", [[6], [5, 7], [5, 5], [6, 5]])
def test_an_append_with_a_gap_changes_nothing(log, positions):
    keys_in(log, 3)
    before = log.read(0, 10)
    following_rows = following(log, *(key_created(9) for _ in positions))
    moved = [
        StoredEvent(position, *(getattr(event, name) for name in StoredEvent.__struct_fields__[1:]))
        for position, event in zip(positions, following_rows, strict=True)
    ]
    with pytest.raises(HeadMoved):
        log.append(moved, log.head())
    assert log.read(0, 10) == before


def test_an_append_of_nothing_is_no_event(log):
    keys_in(log, 1)
    before = log.head()
    log.append([], before)
    assert log.head() == before


def test_nobody_else_has_appended_to_a_log_that_one_has_just_read(log):
    keys_in(log, 1)
    log.confirm()


@followed
def test_following_returns_at_once_what_is_there(log):
    keys_in(log, 3)
    assert [event.position for event in log.follow(1, 10, 60)] == [2, 3, 4]


@followed
def test_following_gives_up_when_nothing_comes(log):
    keys_in(log, 1)
    assert log.follow(2, 10, 0.01) == []


@followed
def test_following_waits_for_what_comes(log):
    keys_in(log, 1)
    found = []
    follower = threading.Thread(target=lambda: found.extend(log.follow(2, 10, 60)))
    follower.start()
    events = following(log, key_created(2))
    log.append(events, log.head())
    follower.join()
    assert found == events


def test_of_two_who_append_at_once_each_appends_whole_and_neither_overwrites(connect):
    """Racing appenders must build on what the other has written, or be turned away."""
    appends, size = 25, 3
    start = threading.Barrier(2)
    failures = []

    def append(name, log):
        start.wait()
        for number in range(appends):
            for _ in range(10_000):
                onto = log.head()
                news = [key_created(number, name) for _ in range(size)]
                try:
                    log.append(stamp(news, envelope(f"{name}-{number}"), onto, log.version), onto)
                except HeadMoved:
                    continue
                break
            else:
                failures.append((name, number))

    racers = [threading.Thread(target=append, args=(name, connect())) for name in ("one", "other")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    events = connect().read(0, 1_000)
    assert not failures
    assert [event.position for event in events] == list(range(1, 2 * appends * size + 1))
    commands = [event.command for event in events]
    assert commands == [command for command in commands[::size] for _ in range(size)]
    assert len(set(commands)) == 2 * appends
    versions = {}
    previous = bytes(32)
    for event in events:
        assert event.version == versions.get(event.stream, 0) + 1
        versions[event.stream] = event.version
        assert event.hash == row_hash(previous, tuple(getattr(event, name) for name in StoredEvent.__struct_fields__))
        previous = event.hash
