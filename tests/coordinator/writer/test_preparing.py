"""Finding things out for several who ask."""

import asyncio
import threading

import msgspec
import pytest

from coordinator.writer.preparing import Preparation


class Spelled(msgspec.Struct, frozen=True):
    """How a number is spelled."""

    number: int

    def find(self):
        return str(self.number)


def test_who_goes_away_takes_nothing_with_it_that_others_wait_for_too():
    async def story():
        preparation = Preparation(1)
        try:
            gone = asyncio.ensure_future(preparation.find([Spelled(7)]))
            stays = asyncio.ensure_future(preparation.find([Spelled(7), Spelled(8)]))
            await asyncio.sleep(0)
            gone.cancel()
            with pytest.raises(asyncio.CancelledError):
                await gone
            assert await stays == ["7", "8"]
        finally:
            preparation.close()

    asyncio.run(story())


def test_children_are_started_outside_of_the_event_loop(monkeypatch):
    at_work = []

    async def story():
        preparation = Preparation(1)
        submit = preparation._children.submit

        def spied(*arguments):
            at_work.append(threading.current_thread())
            return submit(*arguments)

        monkeypatch.setattr(preparation._children, "submit", spied)
        try:
            assert await preparation.find([Spelled(9)]) == ["9"]
        finally:
            preparation.close()

    asyncio.run(story())
    assert threading.current_thread() not in at_work
