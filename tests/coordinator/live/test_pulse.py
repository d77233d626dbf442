"""The growth of the log in beats."""

import asyncio

from coordinator.live.pulse import Pulse
from core.events.envelope import Event, StoredEvent
from core.events.fact import Fact


class Nothing(Fact, frozen=True):
    """Nothing happened."""

    type = "test.nothing.v1"


def batch(position, size=10):
    stored = StoredEvent(position, "s", position, "test.nothing.v1", 0, None, "a", "c", None, "r", b"x" * size, b"")
    return [Event(stored, Nothing())]


def test_the_first_growth_after_a_pause_beats_at_once():
    async def story():
        pulse = Pulse(0, 0.2)
        waiting = asyncio.ensure_future(pulse.beyond(0, 5))
        started = asyncio.get_running_loop().time()
        pulse.committed(batch(1))
        assert await waiting
        assert asyncio.get_running_loop().time() - started < 0.1
        assert pulse.position == 1

    asyncio.run(story())


def test_beats_are_an_interval_apart_and_what_came_between_is_in_the_next():
    async def story():
        loop = asyncio.get_running_loop()
        pulse = Pulse(0, 0.1)
        pulse.committed(batch(1))
        await pulse.beyond(0, 5)
        first = loop.time()
        for position in range(2, 30):
            pulse.committed(batch(position))
        assert pulse.position == 1
        await pulse.beyond(1, 5)
        assert loop.time() - first >= 0.09
        assert pulse.position == 29

    asyncio.run(story())


def test_all_who_wait_see_the_same_beats():
    async def watch(pulse):
        seen, position = [], 0
        while await pulse.beyond(position, 5):
            position = pulse.position
            seen.append(position)
        return seen

    async def story():
        pulse = Pulse(0, 0.02)
        watchers = [asyncio.ensure_future(watch(pulse)) for _ in range(5)]
        for position in range(1, 20):
            pulse.committed(batch(position))
            await pulse.beyond(position - 1, 5)
        pulse.close()
        seen = await asyncio.gather(*watchers)
        assert len({tuple(beats) for beats in seen}) == 1
        assert seen[0][-1] == 19

    asyncio.run(story())


def test_what_comes_is_counted_in_bytes_and_a_wait_has_an_end():
    async def story():
        pulse = Pulse(0, 0.01)
        assert not await pulse.beyond(0, 0.01)
        pulse.committed(batch(1, 1_000))
        assert pulse.bytes >= 1_000
        pulse.close()
        assert pulse.closed
        assert not await pulse.beyond(5, 60)

    asyncio.run(story())
