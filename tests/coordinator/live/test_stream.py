"""One subscriber's stream."""

import asyncio
from itertools import pairwise

import pytest

from coordinator.live.pulse import Pulse
from coordinator.live.stream import MAX_BEHIND_BYTES, FellBehind, Frame, Frames, stream
from core.events.envelope import Event, StoredEvent
from core.events.fact import Fact


class Nothing(Fact, frozen=True):
    """Nothing happened."""

    type = "test.nothing.v1"


def batch(position, size=10):
    stored = StoredEvent(position, "s", position, "test.nothing.v1", 0, None, "a", "c", None, "r", b"x" * size, b"")
    return [Event(stored, Nothing())]


async def numbers(after, upto):
    """Make a frame of the positions themselves, three at most."""
    last = min(upto, after + 3)
    return Frame(last, b"".join(b"%d " % number for number in range(after + 1, last + 1)))


class Subscriber:
    """Takes frames, and tells when it has something."""

    def __init__(self, *, stuck_at=None):
        self.taken = []
        self.arrived = asyncio.Event()
        self.released = asyncio.Event()
        self.stuck_at = stuck_at

    async def deliver(self, body):
        self.taken.append(body)
        self.arrived.set()
        if body == self.stuck_at:
            await self.released.wait()

    async def until(self, enough):
        async with asyncio.timeout(10):
            while not enough(b"".join(self.taken)):
                self.arrived.clear()
                await self.arrived.wait()


def test_a_subscriber_gets_what_was_there_and_what_comes_in_order():
    async def story():
        pulse, subscriber = Pulse(7, 0.01), Subscriber()
        streaming = asyncio.ensure_future(stream(pulse, numbers, subscriber.deliver, after=2))
        await subscriber.until(lambda taken: taken.endswith(b"7 "))
        for position in range(8, 12):
            pulse.committed(batch(position))
        await subscriber.until(lambda taken: taken.endswith(b"11 "))
        pulse.close()
        assert await streaming == 11
        assert b"".join(subscriber.taken) == b"3 4 5 6 7 8 9 10 11 "

    asyncio.run(story())


def test_frames_of_one_subscriber_are_an_interval_apart():
    async def story():
        pulse, times = Pulse(9, 0.05), []

        async def deliver(_body):
            times.append(asyncio.get_running_loop().time())
            if len(times) == 3:
                pulse.close()

        await stream(pulse, numbers, deliver, after=0)
        assert all(later - earlier >= 0.045 for earlier, later in pairwise(times))

    asyncio.run(story())


def test_nothing_is_sent_for_what_does_not_concern_the_subscriber():
    async def nothing(_after, upto):
        return Frame(upto, b"")

    async def waiting(_position):
        return b"!"

    async def story():
        pulse, subscriber = Pulse(3, 0.01), Subscriber()
        streaming = asyncio.ensure_future(
            stream(pulse, nothing, subscriber.deliver, after=0, idle=waiting, idle_seconds=0.02)
        )
        await subscriber.until(lambda taken: taken.endswith(b"!!"))
        pulse.close()
        assert await streaming == 3

    asyncio.run(story())


def test_who_comes_after_a_stir_is_told_how_things_stand():
    async def looked(_position):
        return b"look"

    async def story():
        pulse, subscriber = Pulse(6, 0.01), Subscriber()
        pulse.stir()
        streaming = asyncio.ensure_future(
            stream(pulse, numbers, subscriber.deliver, after=6, idle=looked, idle_seconds=60)
        )
        await subscriber.until(lambda taken: taken == b"look")
        pulse.close()
        await streaming

    asyncio.run(story())


def test_what_several_want_is_made_once():
    async def story():
        made, frames, gate, begun = [], Frames(), asyncio.Event(), asyncio.Event()

        async def read(after, upto):
            made.append((after, upto))
            if len(made) == 2:
                begun.set()
            await gate.wait()
            return Frame(upto, b"x")

        asked = [asyncio.ensure_future(frames.frame("all", 0, 5, read)) for _ in range(4)]
        other = asyncio.ensure_future(frames.frame("some", 0, 5, read))
        await begun.wait()
        asked[0].cancel()
        gate.set()
        assert [(await one).body for one in asked[1:]] == [b"x"] * 3
        await other
        await frames.frame("all", 0, 5, read)
        assert made == [(0, 5), (0, 5)]

    asyncio.run(story())


def test_a_frame_that_could_not_be_made_is_tried_again():
    async def story():
        frames, failures = Frames(), [OSError("gone"), None]

        async def read(_after, upto):
            if failure := failures.pop(0):
                raise failure
            return Frame(upto, b"x")

        with pytest.raises(OSError, match="gone"):
            await frames.frame("all", 0, 5, read)
        assert (await frames.frame("all", 0, 5, read)).body == b"x"

    asyncio.run(story())


def test_a_frame_that_could_not_be_made_after_who_asked_has_gone_is_tried_again():
    async def story():
        frames, gate, failures = Frames(), asyncio.Event(), [OSError("gone")]

        async def read(_after, upto):
            await gate.wait()
            if failures:
                raise failures.pop()
            return Frame(upto, b"x")

        asked = asyncio.ensure_future(frames.frame("all", 0, 5, read))
        await asyncio.sleep(0)
        asked.cancel()
        gate.set()
        await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
        assert not failures
        assert (await frames.frame("all", 0, 5, read)).body == b"x"

    asyncio.run(story())


def test_old_frames_are_forgotten():
    async def story():
        frames, made = Frames(), []

        async def read(after, upto):
            made.append(after)
            return Frame(upto, b"x")

        for after in range(200):
            await frames.frame("all", after, after + 1, read)
        await frames.frame("all", 199, 200, read)
        await frames.frame("all", 0, 1, read)
        assert len(made) == 201

    asyncio.run(story())


def test_who_reads_all_there_is_leaves_no_more_than_a_few_megabytes_behind():
    async def story():
        frames, made = Frames(), []

        async def read(after, upto):
            made.append(after)
            return Frame(upto, bytes(1024 * 1024))

        for after in (*range(40), *range(39, 31, -1)):
            await frames.frame("all", after, after + 1, read)
        assert made == list(range(40)), "the newest are there still"
        await frames.frame("all", 31, 32, read)
        assert made[-1] == 31

    asyncio.run(story())


def test_one_that_falls_a_megabyte_behind_is_closed():
    async def story():
        pulse, subscriber = Pulse(0, 0.01), Subscriber(stuck_at=b"2 ")
        streaming = asyncio.ensure_future(stream(pulse, numbers, subscriber.deliver, after=0))
        for position in (1, 2):
            pulse.committed(batch(position))
            await subscriber.until(lambda taken, last=position: taken.endswith(b"%d " % last))
        pulse.committed(batch(3, MAX_BEHIND_BYTES + 1))
        with pytest.raises(FellBehind):
            await streaming

    asyncio.run(story())


def test_one_that_is_still_catching_up_is_not():
    async def story():
        pulse, subscriber = Pulse(9, 0.01), Subscriber(stuck_at=b"1 2 3 ")
        streaming = asyncio.ensure_future(stream(pulse, numbers, subscriber.deliver, after=0))
        await subscriber.until(len)
        pulse.committed(batch(10, MAX_BEHIND_BYTES + 1))
        await pulse.beyond(9, 5)
        subscriber.released.set()
        await subscriber.until(lambda taken: taken.endswith(b"10 "))
        pulse.close()
        assert await streaming == 10

    asyncio.run(story())
