"""The queue before the writer: bounded, and whole whatever becomes of those who wait."""

import asyncio
import sqlite3
import threading
import uuid
from contextlib import asynccontextmanager, closing
from functools import partial

import pytest

from coordinator.projecting.opening import path_of
from coordinator.projecting.readers import Readers
from coordinator.unavailable import Unavailable
from coordinator.writer import writer as writing
from coordinator.writer.outcome import Outcome
from coordinator.writer.writer import Writer
from core.deciding import Order
from tests.ledgers import START, KeyOffice, create


@pytest.fixture
def office(tmp_path):
    """What the writer writes with; the writer closes it."""
    office = KeyOffice(tmp_path)
    yield office
    office.log.close()


@pytest.fixture
def patient(monkeypatch):
    """Nothing is applied because nothing else has come, or because the machine is slow."""
    monkeypatch.setattr(writing, "IDLE_SECONDS", 3_600)
    monkeypatch.setattr(writing, "MOST_SECONDS", 3_600)


def order(label):
    return Order(command=create(label), now=START, correlation=uuid.uuid4().hex, actor="operator", key=label)


def labels(office):
    """Return what another program reads."""
    with closing(sqlite3.connect(path_of(office.directory, "access"))) as reader:
        return all_labels(reader)


def all_labels(connection):
    return [label for (label,) in connection.execute("SELECT label FROM keys ORDER BY key")]


@asynccontextmanager
async def reading(office, writer, name="access"):
    """Open what reads a file as the coordinator does."""
    readers = Readers(path_of(office.directory, name), shown=partial(writer.shown, name))
    await readers.open()
    yield readers
    await readers.close()


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
        async with reading(office, writer) as readers:
            for number in range(1, 6):
                (result,) = await writer.submit_all([order(f"key {number}")])
                assert result.position == writer.applied == number + 1
                assert len(await readers.query(all_labels)) == number

    run(office, story)


def test_batches_are_answered_before_they_are_applied_and_applied_together(office, patient):
    async def story(writer):
        for number in range(1, writing.MOST_UNAPPLIED):
            await writer.submit_all([order(f"key {number}")])
            assert labels(office) == []
        applied = application(office)
        await writer.submit_all([order("the last")])
        await applied
        assert len(labels(office)) == writing.MOST_UNAPPLIED

    run(office, story)


def test_what_took_long_to_perform_is_applied_sooner(office, patient, monkeypatch):
    async def story(writer):
        applied = application(office)
        await writer.submit_all([order("a")])
        await applied
        assert labels(office) == ["a"]

    monkeypatch.setattr(writing, "MOST_SECONDS", 0.0)
    run(office, story)


def test_who_reads_what_nobody_has_changed_waits_for_nothing(office, patient):
    async def story(writer):
        await writer.submit_all([order("a")])
        assert writer.shown("clients") is None
        async with reading(office, writer, "clients") as readers:
            await readers.query(lambda _connection: None)
        assert labels(office) == []
        assert writer.shown("access") is not None

    run(office, story)


def test_many_who_read_wait_for_one_commit_and_one_who_goes_away_takes_nothing_from_the_others(office, patient):
    async def story(writer):
        await writer.submit_all([order("a")])
        async with reading(office, writer) as readers:
            first, *others = [await waiting(readers.query(all_labels)) for _ in range(5)]
            first.cancel()
            assert await asyncio.gather(*others) == [["a"]] * 4
        assert passed.count("before-projections") == 1

    passed = []
    watch(office, passed.append)
    run(office, story)


def test_who_reads_is_served_before_the_orders_that_wait(office, patient, monkeypatch):
    monkeypatch.setattr(writing, "MAX_BATCH", 1)
    passed, go = [], threading.Event()

    def reached(name):
        if name in {"before-log-commit", "before-projections"}:
            passed.append(name)
        if passed == ["before-log-commit"] * 2:
            go.wait()

    async def story(writer):
        async with Pause(writer):
            senders = [await waiting(writer.submit_all([order(f"{number}")])) for number in range(3)]
        await senders[0]
        async with reading(office, writer) as readers:
            reader = await waiting(readers.query(all_labels))
            go.set()
            assert (await reader)[0] == "0"
        await asyncio.gather(*senders)
        assert passed == ["before-log-commit", "before-log-commit", "before-projections", "before-log-commit"]

    watch(office, reached)
    run(office, story)


def watch(office, reached):
    """Have the failpoints told that the writer passes."""
    office.committer.reached = office.committer._applying._reached = reached


def application(office):
    """Return what is done once the next batches are applied; it has to be soon."""
    loop, applied = asyncio.get_running_loop(), asyncio.Event()
    watch(office, lambda name: name == "after-projection-commits" and loop.call_soon_threadsafe(applied.set))
    return asyncio.wait_for(applied.wait(), 60)


def test_what_is_answered_is_applied_when_nothing_else_comes(office):
    async def story(writer):
        applied = application(office)
        await writer.submit_all([order("a")])
        await applied
        assert labels(office) == ["a"]

    run(office, story)


def test_where_others_read_who_cannot_ask_a_batch_is_applied_first(office, patient):
    async def story(writer):
        writer.applies_first = True
        await writer.submit_all([order("a")])
        assert labels(office) == ["a"]
        assert writer.shown("access") is None

    run(office, story)


def test_who_reads_what_can_not_be_applied_sees_what_there_is_and_the_lag_is_told(office, patient, monkeypatch):
    def failing(_head):
        raise sqlite3.OperationalError("the disk is full")

    async def story(writer):
        async with reading(office, writer) as readers:
            await writer.submit_all([order("a")])
            assert await readers.query(all_labels) == ["a"]
            await writer.submit_all([order("b")])
            assert writer.applied == 3
            with monkeypatch.context() as patch:
                patch.setattr(office.committer.files["access"], "commit", failing)
                assert await readers.query(all_labels) == ["a"]
            assert (writer.applied, office.log.head().position) == (2, 3)
            assert writer.shown("access") is None
            await writer.submit_all([order("c")])
            assert await readers.query(all_labels) == ["a", "b", "c"]

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


def test_a_query_that_sqlite_has_taken_back_says_what_was_wrong(office):
    """A disk that fails, or a lack of memory, ends the transaction as well; here the query does."""

    def taken_back(connection):
        connection.execute("ROLLBACK")
        raise MemoryError

    async def story(writer):
        async with reading(office, writer) as readers:
            with pytest.raises(MemoryError):
                await readers.query(taken_back)
            assert await readers.query(all_labels) == []

    run(office, story)


def test_who_goes_away_while_a_file_is_opened_leaves_no_thread_behind(office, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    async def story(writer):
        async with reading(office, writer) as readers:
            connected = readers._connected

            def slowly():
                begun.set()
                go_on.wait()
                return connected()

            async with readers.connection():
                monkeypatch.setattr(readers, "_connected", slowly)
                leaving = await waiting(readers.query(all_labels))
                await asyncio.to_thread(begun.wait)
                leaving.cancel()
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                assert not leaving.done()
                go_on.set()
                with pytest.raises(asyncio.CancelledError):
                    await leaving
            assert await readers.query(all_labels) == []

    run(office, story)
