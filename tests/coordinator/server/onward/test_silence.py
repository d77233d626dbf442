"""Silence of a process: who waits for it, when it is asked, and when it is given up."""

import asyncio

import pytest

from coordinator.server.onward.silence import Silence

LONG, SHORT = 60.0, 0.01


class Process:
    """One that is asked whether it is there, and answers while it is not paused."""

    def __init__(self):
        self.asked = 0
        self.on = asyncio.Event()
        self.there = True

    async def ask(self):
        self.asked += 1
        await self.on.wait()
        return self.there


def test_all_who_wait_ask_once_and_are_told_together():
    async def story():
        process = Process()
        silence = Silence(process.ask, SHORT)
        await asyncio.gather(*(silence.begins() for _ in range(20)))
        assert process.asked == 1

    asyncio.run(story())


def test_who_says_that_it_is_there_is_not_silent():
    async def story():
        process = Process()
        process.on.set()
        waiting = asyncio.ensure_future(Silence(process.ask, SHORT).begins())
        while process.asked < 3:
            assert not waiting.done()
            await asyncio.sleep(0)
        process.there = False
        await waiting

    asyncio.run(story())


def test_who_said_nothing_last_time_is_asked_at_once_until_it_is_heard():
    async def story():
        process = Process()
        silence = Silence(process.ask, SHORT)
        await silence.begins()
        silence.seconds = LONG
        process.on.set()
        process.there = False
        await silence.begins()
        assert process.asked == 2
        silence.heard()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SHORT):
                await silence.begins()
        assert process.asked == 2

    asyncio.run(story())
