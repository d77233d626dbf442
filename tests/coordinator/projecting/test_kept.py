"""A costly query's result, kept."""

import asyncio
import sqlite3

import pytest

from coordinator.projecting.kept import Kept
from coordinator.projecting.readers import Readers


class Source:
    """What is read, how often, and a way to hold the reading up."""

    def __init__(self):
        self.value = 0
        self.readings = []
        self.free = asyncio.Event()
        self.free.set()
        self.fails = False

    def mark(self, _connection):
        return self.value

    def query(self, before, _connection):
        self.readings.append((before, self.value))
        if self.fails:
            raise sqlite3.OperationalError("disk I/O error")
        return f"v{self.value}"

    async def run(self, function):
        function(None)
        await self.free.wait()


@pytest.fixture
def source():
    """Something to read."""
    return Source()


@pytest.fixture
def kept(source):
    """Its keeper."""
    return Kept(source.mark, source.query)


def test_a_result_is_read_again_only_when_its_mark_has_changed(source, kept):
    async def story():
        assert [await kept.current(source.run) for _ in range(3)] == ["v0"] * 3
        source.value = 1
        assert [await kept.current(source.run) for _ in range(2)] == ["v1"] * 2

    asyncio.run(story())
    assert source.readings == [(None, 0), ("v0", 1)]


def test_those_who_ask_while_it_is_read_share_the_next_reading(source, kept):
    async def story():
        source.free.clear()
        first = asyncio.create_task(kept.current(source.run))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        source.value = 1  # the reading under way has not seen this
        others = [asyncio.create_task(kept.current(source.run)) for _ in range(5)]
        await asyncio.sleep(0)
        source.free.set()
        assert await asyncio.gather(*others) == ["v1"] * 5
        assert await first in {"v0", "v1"}

    asyncio.run(story())
    assert [value for _, value in source.readings] == [0, 1]


def test_a_reading_that_fails_is_told_and_forgotten(source, kept):
    async def story():
        await kept.current(source.run)
        source.value, source.fails = 1, True
        with pytest.raises(sqlite3.OperationalError):
            await kept.current(source.run)
        source.fails = False
        assert await kept.current(source.run) == "v1"

    asyncio.run(story())
    assert source.readings[-1] == (None, 1)


def test_a_reading_goes_on_when_who_asked_goes_away(source, kept):
    async def story():
        source.free.clear()
        asked = asyncio.create_task(kept.current(source.run))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asked.cancel()
        following = asyncio.create_task(kept.current(source.run))
        await asyncio.sleep(0)
        assert len(source.readings) == 1
        source.free.set()
        assert await following == "v0"

    asyncio.run(story())


def test_readers_keep_one_result_for_each_query_and_let_go_of_it_when_the_file_is_exchanged(tmp_path):
    path = tmp_path / "some.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE things (thing TEXT)")
    befores = []

    def count(connection):
        return connection.execute("SELECT count(*) FROM things").fetchone()[0]

    def things(before, connection):
        befores.append(before)
        return [thing for (thing,) in connection.execute("SELECT thing FROM things")]

    async def story():
        readers = Readers(path)
        await readers.open()
        assert await readers.kept(count, things) == []
        connection.execute("INSERT INTO things VALUES ('a')")
        connection.commit()
        assert await readers.kept(count, things) == ["a"]
        async with readers.closed():
            pass
        assert await readers.kept(count, things) == ["a"]
        await readers.close()

    asyncio.run(story())
    connection.close()
    assert befores == [None, [], None]
