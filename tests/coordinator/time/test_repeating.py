import asyncio
import itertools

import structlog

from coordinator.time.repeating import every
from coordinator.unavailable import Unavailable


def going_on(do, *, times, **options):
    """Return the lines that are logged until something was done so many times."""
    done = 0

    async def counted():
        nonlocal done
        if done == times:
            raise asyncio.CancelledError
        done += 1
        return await do(done)

    async def story():
        try:
            async with asyncio.timeout(30):
                await every(options.pop("seconds", 0.001), "it_failed", counted, **options)
        except asyncio.CancelledError:
            return

    with structlog.testing.capture_logs() as logged:
        asyncio.run(story())
    return logged


def test_a_failure_is_logged_once_and_tried_again_until_it_is_over():
    async def fails(time):
        if time in {1, 2, 4}:
            raise OSError("the disk is full")

    assert [line["event"] for line in going_on(fails, times=5)] == ["it_failed", "it_failed"]


def test_what_is_only_away_is_told_of_in_a_sentence():
    async def fails(_):
        raise Unavailable("The database is away.")

    (line,) = going_on(fails, times=3)
    assert line == {"event": "it_failed", "log_level": "warning", "reason": "The database is away."}


def test_what_fails_is_tried_ever_later_up_to_the_longest_wait():
    times = []

    async def fails(_):
        times.append(asyncio.get_running_loop().time())
        raise OSError

    going_on(fails, times=5, seconds=0.01, longest=0.04)
    waits = [later - before for before, later in itertools.pairwise(times)]
    assert waits[0] > 0.019
    assert min(waits[1:]) > 0.039


def test_more_to_do_and_what_happened_are_not_waited_for():
    happened = asyncio.Event()

    async def more(time):
        if time == 2:
            happened.set()
        return time != 2

    assert going_on(more, times=4, seconds=1_000, happened=happened) == []
