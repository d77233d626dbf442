"""Files of the past: made once for all who ask, of few moments at a time, and gone when the process is."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from coordinator.past import files
from coordinator.past.files import PastFiles
from coordinator.past.snapshots import snapshot_at
from coordinator.unavailable import Unavailable
from projections.access.state import keys
from tests.ledgers import data_directory

KEYS = 6


@pytest.fixture
def directory(tmp_path):
    return data_directory(tmp_path / "data", KEYS)


async def count(past, position):
    async with past.readers(position, "access") as readers:
        return len(await readers.query(keys))


def made_in(directory):
    return sorted(path.name.partition("-")[0] for path in (directory / "moments").glob("*.db"))


def test_of_few_moments_files_are_kept_and_the_others_can_be_asked_again(directory, fork_server):
    async def story():
        past = PastFiles(directory, fork_server, kept=2)
        for position in (2, 3, 4, 5):
            assert await count(past, position) == position - 1
        assert made_in(directory) == ["4", "5"]
        assert await count(past, 2) == 1
        assert made_in(directory) == ["2", "5"]
        await past.close()

    asyncio.run(story())
    assert not (directory / "moments").exists()


def test_a_moment_is_folded_from_one_before_it_that_stands_already(directory, fork_server):
    async def story():
        past = PastFiles(directory, fork_server)
        assert await count(past, 3) == 2
        (made,) = (directory / "moments").glob("3-*.db")
        with closing(sqlite3.connect(made)) as connection, connection:
            connection.execute("DELETE FROM keys")
        assert await count(past, 5) == 2
        assert await count(past, 2) == 1
        await past.close()

    asyncio.run(story())


def test_a_damaged_snapshot_on_the_way_is_set_aside(directory, fork_server):
    spoilt = snapshot_at(directory, 3)
    spoilt.path.mkdir(parents=True)
    spoilt.of("access").write_bytes(b"This is a diary.")

    async def story():
        past = PastFiles(directory, fork_server)
        assert await count(past, 5) == 4
        await past.close()

    asyncio.run(story())
    assert [path.name for path in (directory / "snapshots").iterdir()] == ["damaged"]


def test_a_file_that_is_being_read_stays(directory, fork_server):
    async def story():
        past = PastFiles(directory, fork_server, kept=1)
        async with past.readers(2, "access") as readers:
            await count(past, 3)
            assert len(await readers.query(keys)) == 1
        await count(past, 4)
        assert made_in(directory) == ["4"]
        await past.close()

    asyncio.run(story())


def test_what_several_ask_for_at_the_same_time_is_made_once_even_when_the_first_goes_away(directory, fork_server):
    async def story():
        past = PastFiles(directory, fork_server)
        first, *others = [asyncio.create_task(count(past, 4)) for _ in range(5)]
        await asyncio.sleep(0)
        first.cancel()
        assert await asyncio.gather(*others) == [3] * 4
        assert made_in(directory) == ["4"]
        await past.close()

    asyncio.run(story())


def full(_directory, _position, paths, _looked_at):
    """Fold into files for which there is no room."""
    for path in paths.values():
        path.write_bytes(b"half a file")
    raise sqlite3.OperationalError("database or disk is full")


def test_without_room_the_past_is_unavailable_and_leaves_nothing_behind(directory, fork_server, monkeypatch):
    async def story():
        past = PastFiles(directory, fork_server)
        with monkeypatch.context() as patch:
            patch.setattr(files, "materialise", full)
            with pytest.raises(
                Unavailable, match=r"What was at event 3 could not be folded \(database or disk is full\)"
            ):
                await count(past, 3)
            assert made_in(directory) == []
        assert await count(past, 3) == 2
        await past.close()

    asyncio.run(story())


def test_what_a_process_that_was_killed_left_behind_is_removed(directory, fork_server):
    left = directory / "moments" / "17-access-1.db"
    left.parent.mkdir()
    left.write_bytes(b"of yesterday")
    PastFiles(directory, fork_server)
    assert not left.exists()
