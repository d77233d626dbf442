"""Looking around in a log: newest first, with filters, a stretch at a time; one event and what is around it."""

import pytest

from coordinator.log import exploring
from coordinator.log.exploring import Wanted, around, corrections_made, look
from core.access.commands import CreateKey, RevokeKey
from core.factoring.commands.numbers import ChangeComposite, SubmitComposite
from tests.office import Office


@pytest.fixture
def log(tmp_path):
    """A log with a number, its priority changed three times, two keys, and one of them revoked."""
    office = Office(tmp_path)
    office.perform(SubmitComposite(text=str((10**19 + 51) * (10**20 + 39)), ceiling_digits=100))
    for priority in (1, 2, 3):
        office.perform(ChangeComposite(number=1, priority=priority))
    for digest in ("a", "b"):
        office.perform(CreateKey(hash=digest * 64, roles=("read",), label=""))
    office.perform(RevokeKey(key=1))
    yield office
    office.close()


def positions(found):
    return [event.position for event in found.events]


def test_events_come_newest_first_in_pages_that_follow_one_another(log):
    connection, seen, before = log.log.connection, [], None
    while True:
        found = look(connection, Wanted(before=before, limit=3))
        seen += positions(found)
        before = found.older
        if before is None:
            break
    assert seen == list(range(log.log.head().position, 0, -1))


def test_filters_choose_by_stream_by_type_and_by_all_that_begin_so(log):
    connection = log.log.connection
    types = {event.type for event in look(connection, Wanted(type="access")).events}
    assert types == {"access.key_created.v2", "access.key_revoked.v1"}
    assert len(look(connection, Wanted(type="factoring.composite_changed.v1")).events) == 3
    assert look(connection, Wanted(type="acces")).events == []
    streams = {event.stream for event in look(connection, Wanted(stream="key-1")).events}
    assert streams == {"key-1"}
    assert look(connection, Wanted(actor="nobody")).events == []
    without = ("access.key_created.v2", "factoring.composite_changed.v1")
    others = {event.type for event in look(connection, Wanted(without=without)).events}
    assert "access.key_revoked.v1" in others
    assert others.isdisjoint(without)


def test_a_rare_type_is_searched_for_a_stretch_at_a_time(log, monkeypatch):
    monkeypatch.setattr(exploring, "_LOOKED_THROUGH", 2)
    found = look(log.log.connection, Wanted(type="log"))
    assert (found.events, found.older) == ([], log.log.head().position - 1)
    looks = 1
    while not found.events:
        found = look(log.log.connection, Wanted(type="log", before=found.older))
        looks += 1
    assert (positions(found), found.older) == ([1], None)
    assert looks > 2


def test_an_event_knows_its_neighbours_in_the_log_and_in_its_stream(log):
    connection = log.log.connection
    third, second, first = positions(look(connection, Wanted(type="factoring.composite_changed.v1")))
    found = around(connection, second)
    assert (found.earlier, found.later) == (first, third)
    assert found.previous_hash == around(connection, second - 1).event.hash
    assert found.cause.type == "factoring.composite_submitted.v1"
    assert second in [effect.position for effect in around(connection, found.cause.position).effects]
    assert around(connection, 10_000) is None


def test_an_event_that_was_withdrawn_says_so_and_so_does_what_it_led_to(log):
    connection = log.log.connection
    (submitted,) = positions(look(connection, Wanted(type="factoring.composite_submitted.v1")))
    changed = positions(look(connection, Wanted(type="factoring.composite_changed.v1")))[0]
    assert around(connection, changed).standing.counts
    log.withdraw_as_before(submitted)
    connection = log.log.connection
    (correction,) = corrections_made(connection, 10)
    assert (correction.fact.positions, correction.fact.reason) == ((submitted,), "a slip")
    assert around(connection, submitted).standing.correction == correction.event.position
    assert around(connection, changed).standing.correction == correction.event.position
    assert around(connection, 1).standing.counts
