"""The queue before the writer: bounded, and whole whatever becomes of those who wait."""

import asyncio
import sqlite3
import threading
import uuid
from contextlib import closing

import pytest

from coordinator.unavailable import Unavailable
from coordinator.writer import writer as writing
from coordinator.writer.batch import Outcome
from coordinator.writer.writer import Writer
from core.deciding import Order
from tests.ledgers import START, KeyOffice, create


@pytest.fixture
def office(tmp_path):
    """What the writer writes with; the writer closes it."""
    office = KeyOffice(tmp_path)
    yield office
    office.log.close()


def order(label):
    return Order(command=create(label), now=START, correlation=uuid.uuid4().hex, actor="operator", key=label)


def labels(office):
    with closing(sqlite3.connect(office.directory / "projections" / "access.db")) as reader:
        return [label for (label,) in reader.execute("SELECT label FROM keys ORDER BY key")]


def run(office, story, *, stops=True):
    """Run a story with a writer at work."""

    async def told():
        writer = Writer(office.committer, lambda _events: None)
        writer.start()
        await story(writer)
        if stops:
            await writer.stop()

    asyncio.run(told())


class Pause:
    """Keeps the writer between two batches until it is let go."""

    def __init__(self, writer):
        self._go = threading.Event()
        self._reached = threading.Event()
        self._errand = asyncio.create_task(writer.between_batches(self._wait))

    def _wait(self, _committer):
        self._reached.set()
        self._go.wait()

    async def __aenter__(self):
        await asyncio.to_thread(self._reached.wait)

    async def __aexit__(self, *_exception):
        self._go.set()
        await self._errand


async def waiting(work):
    """Let somebody wait for the writer."""
    task = asyncio.create_task(work)
    await asyncio.sleep(0)
    return task


def test_an_order_whose_sender_goes_away_is_performed_all_the_same(office):
    async def story(writer):
        async with Pause(writer):
            sender = await waiting(writer.submit_all([order("a"), order("b")]))
            sender.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sender
        (again,) = await writer.submit_all([order("b")])
        assert (again.repeated, again.answer.key) == (True, 2)

    run(office, story)
    assert labels(office) == ["a", "b"]


def test_what_was_accepted_can_be_read_at_once(office):
    async def story(writer):
        for number in range(1, 6):
            (result,) = await writer.submit_all([order(f"key {number}")])
            assert result.position == writer.applied == number + 1
            assert len(labels(office)) == number

    run(office, story)


def test_those_who_wait_are_answered_each_for_itself_in_their_order(office):
    async def story(writer):
        async with Pause(writer):
            senders = [await waiting(writer.submit_all([order(f"{number}")])) for number in range(20)]
            assert writer.waiting == 20
        results = [result for (result,) in await asyncio.gather(*senders)]
        assert [result.answer.key for result in results] == list(range(1, 21))
        assert writer.waiting == 0

    run(office, story)


def test_more_than_the_queue_holds_is_turned_away(office, monkeypatch):
    monkeypatch.setattr(writing, "MAX_WAITING", 3)

    async def story(writer):
        async with Pause(writer):
            sender = await waiting(writer.submit_all([order("a"), order("b")]))
            with pytest.raises(Unavailable, match="2 requests are waiting to be written already; nothing was recorded"):
                await writer.submit_all([order("c"), order("d")])
            last = await waiting(writer.submit_all([order("e")]))
        assert all(isinstance(result, Outcome) for result in [*await sender, *await last])

    run(office, story)
    assert labels(office) == ["a", "b", "e"]


def test_what_was_queued_before_the_end_is_performed_and_nothing_after_it(office):
    async def story(writer):
        async with Pause(writer):
            sender = await waiting(writer.submit_all([order("a")]))
            stopping = await waiting(writer.stop())
            with pytest.raises(Unavailable, match="The coordinator is stopping"):
                await writer.submit_all([order("b")])
            with pytest.raises(Unavailable, match="The coordinator is stopping"):
                await writer.between_batches(lambda _committer: None)
        (result,) = await sender
        assert result.answer.key == 1
        await stopping

    run(office, story, stops=False)
    assert labels(office) == ["a"]


def test_an_errand_runs_between_batches_and_its_failure_is_its_senders(office):
    async def story(writer):
        seen = []
        await writer.between_batches(lambda committer: seen.append(committer.log.head().position))
        assert seen == [1]
        with pytest.raises(ZeroDivisionError):
            await writer.between_batches(lambda _committer: 1 // 0)
        (result,) = await writer.submit_all([order("a")])
        assert result.answer.key == 1

    run(office, story)
