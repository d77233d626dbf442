"""What is asked of the log."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.log import queries
from coordinator.log.queries import Selection, event_at, head, page, version_of
from coordinator.log.sqlite import SqliteEventLog
from core.access.events import KeyCreated, KeyRevoked
from core.events.chain import stamp
from core.events.envelope import Envelope, NewEvent

STREAMS = ["key-1", "key-2", "key-3"]
TYPES = ["access.key_created.v2", "access.key_revoked.v1", "access", "access.key", "acc", "log"]


def written(log, count):
    """Write events, two at each moment, of two kinds on three streams."""
    for number in range(count):
        facts = (KeyRevoked(key=number), KeyCreated(key=number, hash="h", roles=("read",), label="x" * 50))
        new = NewEvent(STREAMS[number % 3], facts[number % 2])
        envelope = Envelope(1_000 + number // 2 * 10, None, "operator", "operator/~#", f"c{number}")
        log.append(stamp([new], envelope, log.head(), log.version), log.head())
    return log.read(0, count)


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    log = SqliteEventLog(Path(tmp_path_factory.mktemp("log")) / "log.db")
    written(log, 41)
    yield log
    log.close()


def wanted(event, selection):
    return (
        (selection.stream is None or event.stream == selection.stream)
        and (selection.type is None or f"{event.type}.".startswith(f"{selection.type}."))
        and (selection.since is None or event.recorded_at >= selection.since)
        and (selection.until is None or event.recorded_at < selection.until)
    )


SELECTIONS = st.builds(
    Selection,
    stream=st.none() | st.sampled_from([*STREAMS, "key-9"]),
    type=st.none() | st.sampled_from(TYPES),
    since=st.none() | st.integers(980, 1230),
    until=st.none() | st.integers(980, 1230),
)


@given(selection=SELECTIONS, after=st.integers(0, 50), limit=st.integers(1, 20), scanned=st.sampled_from([3, 50_000]))
def test_page_after_page_gives_what_is_wanted_and_nothing_else(log, selection, after, limit, scanned):
    expected = [event for event in log.read(after, 100) if wanted(event, selection)]
    found, pages = [], 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "_SCANNED_AT_ONCE", scanned)
        while True:
            one = page(log.connection, after, limit, selection)
            assert len(one.events) <= limit
            assert one.upto >= after
            found += one.events
            pages += 1
            if not one.more:
                break
            assert one.upto > after
            after = one.upto
    assert found == expected
    assert pages < 60


def test_a_page_ends_where_it_is_told_to(log):
    assert [event.position for event in page(log.connection, 3, 10, upto=5).events] == [4, 5]
    assert page(log.connection, 3, 10, upto=5).upto == 5


def test_a_page_of_large_events_ends_early(log, monkeypatch):
    monkeypatch.setattr(queries, "MAX_PAGE_BYTES", 150)
    one = page(log.connection, 0, 100)
    assert 1 <= len(one.events) < 10
    assert one.more
    assert one.upto == one.events[-1].position


def test_single_things_are_found_by_position_and_name(log):
    assert head(log.connection) == 41
    assert event_at(log.connection, 41).stream == "key-2"
    assert event_at(log.connection, 42) is None
    assert version_of(log.connection, "key-1") == 14
    assert version_of(log.connection, "key-9") == 0


def test_an_empty_log_has_an_empty_page(tmp_path):
    log = SqliteEventLog(tmp_path / "log.db")
    assert page(log.connection, 0, 10, Selection(since=5, until=9)) == queries.Page([], 0, more=False)
    log.close()
