"""Those who are up to date get each frame once, whoever else is slow, gone or late."""

import asyncio
from functools import partial

import pytest

from coordinator.live import audience as room
from coordinator.live.audience import Audience
from coordinator.live.pulse import Pulse
from coordinator.live.stream import Frame, stream
from tests.coordinator.live.test_stream import Subscriber, batch, numbers


class Connection(Subscriber):
    """Takes what is delivered, and what is written while it is open."""

    def __init__(self):
        super().__init__()
        self.open = asyncio.Event()
        self.open.set()
        self.written = 0

    async def deliver(self, body):
        await self.open.wait()
        await super().deliver(body)

    def write(self, encoded):
        if self.open.is_set():
            self.taken.append(encoded)
            self.written += 1
            self.arrived.set()
        return self.open.is_set()


async def still_here(_position):
    return b"still here"


def told(story, make=numbers):
    async def run():
        pulse = Pulse(7, 0.001)
        audience = Audience(pulse, make, lambda body: body, still_here)

        def follow(connection, after):
            attend = partial(audience.attend, connection)
            return asyncio.ensure_future(stream(pulse, make, connection.deliver, after=after, attend=attend))

        async with asyncio.timeout(30):
            await story(pulse, follow)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(run())


async def grown(pulse, upto, *connections):
    """Have the log grow to a position, and wait until each has come there."""
    for position in range(pulse.position + 1, upto + 1):
        pulse.committed(batch(position))
    for connection in connections:
        await connection.until(lambda taken: taken.endswith(b"%d " % upto))


def written_to(connection):
    return [int(one) for one in b"".join(connection.taken).split()]


def test_all_get_what_was_there_alone_and_what_comes_together():
    made = []

    async def make(after, upto):
        made.append((after, upto))
        return await numbers(after, upto)

    async def story(pulse, follow):
        connections = [Connection() for _ in range(20)]
        streams = [follow(connection, after) for after, connection in enumerate(connections, -13)]
        for connection in connections:
            await connection.until(lambda taken: taken.endswith(b"7 "))
        made.clear()
        for upto in range(8, 30):
            await grown(pulse, upto, *connections)
        assert len(made) == 22
        pulse.close()
        assert await asyncio.gather(*streams) == [29] * 20
        for after, connection in enumerate(connections, -13):
            assert written_to(connection) == list(range(after + 1, 30))
            assert connection.written >= 22

    told(story, make)


def test_whoever_is_slow_goes_on_alone_and_holds_up_nobody():
    async def story(pulse, follow):
        quick, slow = Connection(), Connection()
        streams = [follow(quick, 6), follow(slow, 6)]
        await grown(pulse, 8, quick, slow)
        slow.open.clear()
        for upto in range(9, 14):
            await grown(pulse, upto, quick)
        assert written_to(slow) == [7, 8]
        slow.open.set()
        await grown(pulse, 20, quick, slow)
        before = slow.written
        await grown(pulse, 21, quick, slow)
        assert slow.written == before + 1
        pulse.close()
        await asyncio.gather(*streams)
        assert written_to(slow) == written_to(quick) == list(range(7, 22))

    told(story)


def test_whoever_leaves_is_written_to_no_more():
    async def story(pulse, follow):
        stays, leaves = Connection(), Connection()
        streams = [follow(stays, 6), follow(leaves, 6)]
        await grown(pulse, 9, stays, leaves)
        streams[1].cancel()
        await asyncio.wait(streams[1:])
        await grown(pulse, 12, stays)
        assert written_to(leaves) == [7, 8, 9]
        streams[0].cancel()
        await asyncio.wait(streams)
        await asyncio.sleep(0)

    told(story)


def test_whoever_leaves_sends_nobody_else_away():
    async def story(pulse, follow):
        stays, leaves = Connection(), Connection()
        streams = [follow(stays, 6), follow(leaves, 6)]
        await grown(pulse, 9, stays, leaves)
        before = stays.written
        streams[1].cancel()
        await asyncio.wait(streams[1:])
        await grown(pulse, 10, stays)
        assert stays.written == before + 1, "nothing was delivered to it alone"
        pulse.close()
        await streams[0]

    told(story)


def test_whoever_comes_with_the_newest_is_written_nothing_twice():
    async def story():
        pulse, early, late, asked, made = Pulse(7, 0.001), Connection(), Connection(), asyncio.Event(), asyncio.Event()

        async def make(after, upto):
            asked.set()
            await made.wait()
            return await numbers(after, upto)

        audience = Audience(pulse, make, lambda body: body, still_here)
        attending = [asyncio.ensure_future(audience.attend(early, 7))]
        await grown(pulse, 8)
        await asked.wait()
        attending.append(asyncio.ensure_future(audience.attend(late, 8)))
        await asyncio.sleep(0)
        made.set()
        await grown(pulse, 9, early, late)
        pulse.close()
        assert await asyncio.gather(*attending) == [9, 9]
        assert (written_to(early), written_to(late)) == ([8, 9], [9])

    asyncio.run(story())


def test_a_frame_that_can_not_be_made_is_met_by_each_alone():
    failing = []

    async def make(after, upto):
        if failing:
            raise OSError("no")
        return await numbers(after, upto)

    async def story(pulse, follow):
        streams = [follow(Connection(), 6) for _ in range(3)]
        await asyncio.sleep(0)
        failing.append(True)
        pulse.committed(batch(8))
        assert [str(one) for one in await asyncio.gather(*streams, return_exceptions=True)] == ["no"] * 3

    told(story, make)


def test_all_come_together_again_after_a_frame_that_could_not_be_made():
    failing = []

    async def make(after, upto):
        if failing:
            raise failing.pop()
        return await numbers(after, upto)

    async def story(pulse, follow):
        connections = [Connection() for _ in range(3)]
        streams = [follow(connection, 6) for connection in connections]
        await grown(pulse, 8, *connections)
        failing.append(OSError("no"))
        await grown(pulse, 9, *connections)
        before = [connection.written for connection in connections]
        await grown(pulse, 10, *connections)
        assert [connection.written for connection in connections] == [one + 1 for one in before]
        pulse.close()
        await asyncio.gather(*streams)

    told(story, make)


def test_whoever_leaves_as_a_frame_can_not_be_made_keeps_nobody_from_going_on_alone():
    async def story():
        pulse, attending = Pulse(7, 0.001), []

        async def make(_after, _upto):
            attending[0].cancel()
            raise OSError("no")

        audience = Audience(pulse, make, lambda body: body, still_here)
        attending += [asyncio.ensure_future(audience.attend(Connection(), 7)) for _ in range(2)]
        await asyncio.sleep(0)
        pulse.committed(batch(8))
        async with asyncio.timeout(10):
            assert await attending[1] == 7
        assert attending[0].cancelled()

    asyncio.run(story())


def test_what_concerns_nobody_writes_nothing_and_silence_is_broken(monkeypatch):
    monkeypatch.setattr(room, "KEEPALIVE_SECONDS", 0.02)

    async def nothing(_after, upto):
        return Frame(upto, b"")

    async def story(pulse, follow):
        connection = Connection()
        streaming = follow(connection, 6)
        await connection.until(lambda taken: taken == b"still here" * 2)
        pulse.committed(batch(8))
        await connection.until(lambda taken: taken == b"still here" * 3)
        pulse.close()
        assert await streaming == 8

    told(story, nothing)


def test_whoever_does_not_take_what_breaks_a_silence_goes_on_alone(monkeypatch):
    monkeypatch.setattr(room, "KEEPALIVE_SECONDS", 0.02)

    async def story():
        stuck = Connection()
        stuck.open.clear()
        async with asyncio.timeout(10):
            assert await Audience(Pulse(7, 0.001), numbers, lambda body: body, still_here).attend(stuck, 7) == 7

    asyncio.run(story())


@pytest.mark.parametrize("taken_along", [False, True])
def test_what_no_event_tells_is_told_at_once_and_once(taken_along):
    async def looked(position):
        return b"look %d " % position

    async def story():
        pulse, connection = Pulse(6, 0.01), Connection()
        audience = Audience(pulse, numbers, lambda body: body, looked)
        attend = partial(audience.attend, connection) if taken_along else None
        streaming = asyncio.ensure_future(
            stream(pulse, numbers, connection.deliver, after=5, idle=looked, idle_seconds=60, attend=attend)
        )
        await connection.until(lambda taken: taken == b"6 ")
        pulse.stir()
        await connection.until(lambda taken: taken == b"6 look 6 ")
        pulse.committed(batch(7))
        await connection.until(lambda taken: taken == b"6 look 6 7 ")
        pulse.stir()
        await connection.until(lambda taken: taken == b"6 look 6 7 look 7 ")
        pulse.close()
        assert await streaming == 7

    asyncio.run(story())
