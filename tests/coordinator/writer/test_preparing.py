"""Finding things out for several who ask."""

import asyncio
import threading
import time
from pathlib import Path

import msgspec
import pytest

from coordinator.processes.children import ForkServer
from coordinator.unavailable import Unavailable
from coordinator.writer.outcome import Outcome
from coordinator.writer.preparing import Preparation, submit_prepared
from coordinator.writer.writer import Writer
from core.access.commands import CreateKey
from core.deciding import Order
from core.refusals import BadInput, Conflict
from tests.ledgers import START, KeyOffice, create
from tests.real.launcher import ROOT


class Spelled(msgspec.Struct, frozen=True):
    """How a number is spelled."""

    number: int

    def find(self):
        return str(self.number)


class Short(msgspec.Struct, frozen=True):
    """What can't be found out before there is memory again: a file, for this once."""

    path: str

    def find(self):
        if not Path(self.path).exists():
            raise MemoryError
        return "found"


class Lasting(msgspec.Struct, frozen=True):
    """A number that takes a child all of its turn; that it was found out shows in a directory."""

    directory: str
    number: int

    def find(self):
        time.sleep(0.1)
        (Path(self.directory) / str(self.number)).touch()
        return self.number


class Asked(msgspec.Struct, frozen=True):
    """How a label is spelled, which some can't be."""

    label: str

    def find(self):
        if self.label.startswith("un"):
            raise BadInput(f"{self.label} can't be spelled.")
        return self.label


@pytest.fixture
def fork_server(monkeypatch):
    """Where children come from who find what stands here."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    fork_server = ForkServer()
    yield fork_server
    fork_server.end()


def test_who_goes_away_takes_nothing_with_it_that_others_wait_for_too(fork_server):
    async def story():
        preparation = Preparation(fork_server, 1)
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


def test_children_are_started_outside_of_the_event_loop(fork_server, monkeypatch):
    at_work = []

    async def story():
        preparation = Preparation(fork_server, 1)
        child = fork_server.child

        def spied(niceness):
            at_work.append(threading.current_thread())
            return child(niceness)

        monkeypatch.setattr(fork_server, "child", spied)
        try:
            assert await preparation.find([Spelled(9)]) == ["9"]
        finally:
            preparation.close()

    asyncio.run(story())
    assert at_work
    assert threading.current_thread() not in at_work


def test_what_could_not_be_found_for_want_of_memory_is_found_when_there_is_some(fork_server, tmp_path):
    async def story():
        preparation = Preparation(fork_server, 1)
        want = Short(str(tmp_path / "memory"))
        try:
            (lack,) = await preparation.find([want])
            assert isinstance(lack, MemoryError)
            (tmp_path / "memory").touch()
            assert await preparation.find([want]) == ["found"]
        finally:
            preparation.close()

    asyncio.run(story())


def test_who_asks_for_little_does_not_wait_for_all_that_somebody_asked_for_before(fork_server, tmp_path):
    async def story():
        preparation = Preparation(fork_server, 1)
        try:
            much = asyncio.ensure_future(preparation.find([Lasting(str(tmp_path), number) for number in range(5)]))
            await asyncio.sleep(0)
            await preparation.find([Lasting(str(tmp_path), 5)])
            assert len(list(tmp_path.iterdir())) <= 3, "a tenth of a second of what came before, and this one"
            assert await much == [0, 1, 2, 3, 4]
        finally:
            preparation.close()

    asyncio.run(story())


def test_two_who_ask_for_much_take_turns_whatever_each_of_it_takes(fork_server, tmp_path):
    async def story():
        preparation = Preparation(fork_server, 1)
        try:
            both = [
                asyncio.ensure_future(preparation.find([Lasting(str(tmp_path), number) for number in numbers]))
                for numbers in (range(4), range(10, 14))
            ]
            assert await asyncio.gather(*both) == [[0, 1, 2, 3], [10, 11, 12, 13]]
        finally:
            preparation.close()

    asyncio.run(story())
    order = sorted(tmp_path.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    assert [int(file.name) for file in order] == [0, 10, 1, 11, 2, 12, 3, 13]


@pytest.fixture
def slow_office(tmp_path):
    """An office that has to find out how a label is spelled, unless it says `quick`."""
    office = KeyOffice(tmp_path)
    access = office.committer.contexts["access"]
    known = access.decisions[CreateKey]

    def decide(command, asking, state):
        if not command.label.startswith("quick"):
            asking.found(Asked(command.label))
        return known(command, asking, state)

    decisions = {**access.decisions, CreateKey: decide}
    office.committer.contexts["access"] = msgspec.structs.replace(access, decisions=decisions)
    yield office
    office.log.close()


def order(label, key):
    return Order(
        command=create(label),
        now=START,
        correlation=f"request-{label}-{key}",
        actor="operator",
        key=key,
        content=label.encode(),
    )


def performed(office, fork_server, *orders, meanwhile=lambda _writer: None):
    """Have orders performed together, finding out what they need; return what became of each."""

    async def story():
        preparation = Preparation(fork_server, 1)
        writer = Writer(office.committer, lambda _events: None)
        writer.start()
        find = preparation.find

        async def found(wants):
            meanwhile(writer)
            return await find(wants)

        preparation.find = found
        try:
            return await submit_prepared(writer, preparation, orders)
        finally:
            preparation.close()
            await writer.stop()

    return asyncio.run(story())


def test_of_two_orders_with_one_key_the_first_has_it_though_it_takes_longer(slow_office, fork_server):
    results = performed(slow_office, fork_server, order("slow", "k"), order("quick", "k"), order("quick other", "o"))
    assert [type(result) for result in results] == [Outcome, Conflict, Outcome]
    assert results[0].answer.key == 2  # the other one was waiting for nobody


def test_a_key_is_free_again_when_the_order_that_bore_it_first_is_refused(slow_office, fork_server):
    results = performed(slow_office, fork_server, order("unheard of", "k"), order("quick", "k"), order("quick", "k"))
    assert [type(result) for result in results] == [BadInput, Outcome, Outcome]
    assert [result.repeated for result in results[1:]] == [False, True]


def test_orders_that_can_not_be_written_any_more_take_back_nothing_of_those_that_were(slow_office, fork_server):
    def full(writer):
        writer.refusing = "Nothing is taken just now."

    recorded, late = performed(slow_office, fork_server, order("quick", "q"), order("slow", "s"), meanwhile=full)
    assert (type(recorded), type(late)) == (Outcome, Unavailable)
