"""The newest events of watched streams: shared, bounded, and let go when nobody watches any more."""

import asyncio

import pytest

from coordinator.live.stream import MAX_BEHIND_BYTES, FellBehind
from coordinator.live.tails import Tails
from core.events.envelope import Event, StoredEvent
from core.simulations.events import PointRecorded


def event(position, stream="simulation-1", data=b"{}"):
    row = StoredEvent(position, stream, 1, PointRecorded.type, 0, None, "a", "c", None, "r", data, b"")
    return Event(row, PointRecorded(simulation=1, point=position, at=0, stamped=True, loss=0.0))


def positions(events):
    return [event.position for event in events]


@pytest.fixture
def run():
    """Run a coroutine function with tails that begin at position 10 and beat without a pause."""

    def run(story):
        async def told():
            await story(Tails(10, 0.0))

        asyncio.run(told())

    return run


def test_a_tail_holds_what_came_after_it_was_first_watched(run):
    async def story(tails):
        tails.follow([event(11)])
        with tails.watch("simulation-1") as tail:
            tails.follow([event(12), event(13, "simulation-2"), event(14)])
            assert positions(tail.between(11, 14)) == [12, 14]
            assert positions(tail.between(12, 14)) == [14]
            assert positions(tail.between(11, 13)) == [12]
            assert await tail.pulse.beyond(12, 5)
            assert tail.last == {PointRecorded.type: 14}
            with pytest.raises(FellBehind):
                tail.between(10, 14)

    run(story)


def test_those_who_watch_the_same_share_a_tail_until_the_last_has_gone(run):
    async def story(tails):
        with tails.watch("simulation-1") as first:
            with tails.watch("simulation-1") as second:
                assert first is second
            tails.follow([event(11)])
            assert positions(first.between(10, 11)) == [11]
        with tails.watch("simulation-1") as later:
            assert later is not first
            assert later.between(11, 11) == []

    run(story)


def test_a_tail_does_not_grow_beyond_a_megabyte(run):
    async def story(tails):
        with tails.watch("simulation-1") as tail:
            half = bytes(MAX_BEHIND_BYTES // 2)
            for position in (11, 12, 13):
                tails.follow([event(position, data=half)])
            assert positions(tail.between(11, 13)) == [12, 13]
            with pytest.raises(FellBehind):
                tail.between(10, 13)

    run(story)


def test_whoever_waits_is_sent_home_when_the_coordinator_stops(run):
    async def story(tails):
        with tails.watch("simulation-1") as tail:
            waiting = asyncio.create_task(tail.pulse.beyond(10, 60))
            await asyncio.sleep(0)
            tails.close()
            assert await waiting is False
        with tails.watch("simulation-1") as late:
            assert late.pulse.closed

    run(story)


def test_what_several_want_is_encoded_once(run):
    async def story(tails):
        encoded = []

        def encode(events):
            encoded.append(positions(events))
            return b"frame"

        with tails.watch("simulation-1") as tail:
            tails.follow([event(11), event(12)])
            for what in ("plain", "plain", "wrapped"):
                assert tail.frame(what, 10, 12, encode) == b"frame"
            tail.frame("plain", 11, 12, encode)
        assert encoded == [[11, 12], [11, 12], [12]]

    run(story)


def test_old_encodings_are_forgotten(run):
    async def story(tails):
        encoded = []

        def encode(events):
            encoded.append(positions(events))
            return b"frame"

        with tails.watch("simulation-1") as tail:
            tails.follow([event(position) for position in range(11, 61)])
            for after in [*range(10, 60), 59, 58, 10]:
                tail.frame("plain", after, 60, encode)
        assert len(encoded) == 51

    run(story)
