"""Who waits for the growth of the log."""

import asyncio
import gc

from coordinator.live.broadcast import Growth


def futures():
    gc.collect()
    return sum(isinstance(one, asyncio.Future) for one in gc.get_objects())


async def wait_for_more(growth):
    """Have twenty wait until the log has grown, and twenty more who go away before."""
    for patient in (True, False):
        waiting = [asyncio.ensure_future(growth.beyond(growth.position, 60)) for _ in range(20)]
        await asyncio.sleep(0)
        if patient:
            growth.reached(growth.position + 1)
        else:
            for one in waiting:
                one.cancel()
        await asyncio.wait(waiting)


def test_a_wait_leaves_nothing_behind_whether_it_was_worth_it_or_not():
    async def story():
        growth = Growth(0)
        await wait_for_more(growth)
        growth.reached(growth.position + 1)
        before = futures()
        await wait_for_more(growth)
        assert futures() == before

    asyncio.run(story())
