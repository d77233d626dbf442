"""The merge that is kept for those who pull."""

import asyncio
import sqlite3

import msgspec
import pytest

from coordinator.http.federation import keeping
from coordinator.http.federation.keeping import KeptMerge
from coordinator.live.broadcast import Growth
from coordinator.projecting.readers import Readers
from core.federation.commands import PushSummary, ResetMerge
from core.federation.summary import StatedSummary, summary_of


class HeldReaders:
    """Reads in the event loop's thread, counts the readings, and can be held up or fail."""

    def __init__(self, connection):
        self.connection = connection
        self.readings = 0
        self.free = asyncio.Event()
        self.free.set()
        self.fails = False

    async def query(self, function):
        self.readings += 1
        result = function(self.connection)
        if self.fails:
            raise sqlite3.OperationalError("disk I/O error")
        await self.free.wait()
        return result


@pytest.fixture
def readers(office):
    """What the kept merge reads from."""
    return HeldReaders(office.committer.files["federation"].connection)


def push(office, number):
    """Push a fact of an agent of its own."""
    stated = StatedSummary(f"a{number}", "2026-01-01", {}, [f"f{number}"])
    return office.result(PushSummary(summary_of(stated, {})), client=None)


def facts(body):
    return msgspec.json.decode(body.json)["unique_fact_hashes"]


async def settled():
    """Let everything that can go on go on."""
    for _ in range(10):
        await asyncio.sleep(0)


def ended(growth, kept):
    """Stop following."""
    growth.close()
    return kept._following


def test_an_answer_is_made_again_only_after_a_change(office, readers):
    async def story():
        kept, growth = KeptMerge(readers), Growth(0)
        push(office, 1)
        first = await kept.body(growth)
        assert facts(first) == ["f1"]
        assert await kept.body(growth) is first
        push(office, 2)
        assert facts(await kept.body(growth)) == ["f1", "f2"]
        await ended(growth, kept)

    asyncio.run(story())


def test_those_who_ask_while_an_answer_is_made_share_the_next(office, readers):
    async def story():
        kept, growth = KeptMerge(readers), Growth(0)
        push(office, 1)
        readers.free.clear()
        first = asyncio.create_task(kept.body(growth))
        await settled()
        push(office, 2)  # the reading under way has not seen this
        others = [asyncio.create_task(kept.body(growth)) for _ in range(5)]
        await settled()
        assert readers.readings == 1
        readers.free.set()
        bodies = await asyncio.gather(*others)
        assert facts(bodies[0]) == ["f1", "f2"]
        assert len(set(map(id, bodies))) == 1
        assert facts(await first) == ["f1"]
        assert readers.readings == 2
        await ended(growth, kept)

    asyncio.run(story())


def test_a_reading_goes_on_when_who_asked_goes_away(office, readers):
    async def story():
        kept, growth = KeptMerge(readers), Growth(0)
        readers.free.clear()
        asked = asyncio.create_task(kept.body(growth))
        await settled()
        asked.cancel()
        following = asyncio.create_task(kept.body(growth))
        await settled()
        assert readers.readings == 1
        readers.free.set()
        assert (await following).json is None
        await ended(growth, kept)

    asyncio.run(story())


def test_a_reading_that_fails_is_told_and_the_next_begins_afresh(office, readers):
    async def story():
        kept, growth = KeptMerge(readers), Growth(0)
        push(office, 1)
        await kept.body(growth)
        push(office, 2)
        readers.fails = True
        with pytest.raises(sqlite3.OperationalError):
            await kept.body(growth)
        readers.fails = False
        assert facts(await kept.body(growth)) == ["f1", "f2"]
        await ended(growth, kept)

    asyncio.run(story())


def test_the_merge_is_brought_forward_before_anybody_asks_again(office, readers):
    async def story():
        kept, growth = KeptMerge(readers), Growth(0)
        await kept.body(growth)
        growth.reached(push(office, 1).position)
        await settled()
        assert kept._merge.fact_count == 1
        office.perform(ResetMerge())
        growth.reached(office.log.head().position)
        await settled()
        assert kept._merge.fact_count == 0
        assert (await kept.body(growth)).json is None
        await ended(growth, kept)

    asyncio.run(story())


def test_following_that_fails_is_taken_up_by_the_next_pull(office, readers):
    async def story():
        kept, growth = KeptMerge(readers), Growth(0)
        await kept.body(growth)
        readers.fails = True
        growth.reached(push(office, 1).position)
        await kept._following
        readers.fails = False
        assert facts(await kept.body(growth)) == ["f1"]
        assert not kept._following.done()
        await ended(growth, kept)

    asyncio.run(story())


def test_following_ends_when_nobody_has_pulled_for_a_while(office, readers, monkeypatch):
    async def story():
        kept, growth = KeptMerge(readers), Growth(0)
        monkeypatch.setattr(keeping, "FOLLOWED_SECONDS", 0.01)
        await kept.body(growth)
        await asyncio.wait_for(kept._following, 10)
        push(office, 1)
        assert facts(await kept.body(growth)) == ["f1"]
        await ended(growth, kept)

    asyncio.run(story())


def test_what_is_kept_beside_a_file_goes_with_the_file(office):
    async def story():
        readers = Readers(office.committer.files["federation"].path)
        await readers.open()
        kept = readers.companion(KeptMerge)
        assert readers.companion(KeptMerge) is kept
        async with readers.closed():
            pass
        assert readers.companion(KeptMerge) is not kept
        await readers.close()

    asyncio.run(story())
