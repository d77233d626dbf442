"""What becomes of what is under way when a desk or its office ends, comes back, or stays away."""

import asyncio

import pytest

from coordinator.desks import forwarder as forwarding
from coordinator.desks import office as offices
from coordinator.desks.carrying import sent
from coordinator.desks.messages import Hello, Orders
from coordinator.opening import opened
from coordinator.unavailable import Unavailable
from core.simulations.commands import CreateSimulation
from projections.clients.state import number_named
from tests.coordinator.desks.house import HELLO, PRIME_FACTORS, number, order, until
from tests.waiting import PATIENCE_SECONDS


def test_a_desk_that_comes_back_is_greeted_when_what_it_sent_before_is_performed(house):
    """It asks the log then what became of that; who hangs up while it waits is no desk."""

    async def story():
        async with house.open() as node:
            link, heard = await house.call(HELLO)
            await until(lambda: heard)
            async with node.writer.held():
                link.send(Orders([(1, [sent(order(number(35)))])]))
                await until(lambda: house.office.under_way(HELLO.name))
                link.close()
                await until(lambda: not house.office.desks)
                impatient, nothing = await house.call(HELLO)
                impatient.close()
                await until(lambda: None in nothing)
                link, heard = await house.call(HELLO)
                other, told = await house.call(Hello("1.0", "desk-2"))
                await until(lambda: told)
                assert heard == []
                before = node.end
            await until(lambda: heard)
            assert before < node.end == heard[0].position
            assert house.office.under_way(HELLO.name) == []
            await until(lambda: len(house.office.desks) == 2)
            for one in (link, other):
                one.close()
            await until(lambda: not house.office.desks)

    asyncio.run(story())


def test_what_was_sent_is_performed_before_the_office_ends(house):
    async def story():
        node = await (opening := house.open()).__aenter__()
        link, heard = await house.call(HELLO)
        await until(lambda: heard)
        async with node.writer.held():
            link.send(Orders([(1, [sent(order(number(35)))])]))
            await until(lambda: house.office.under_way(HELLO.name))
            link.close()
            await until(lambda: not house.office.desks)
            stopping = asyncio.create_task(opening.__aexit__(None, None, None))
            await asyncio.sleep(0)
        await stopping
        async with house.open() as node:
            assert await node.readers["clients"].query(number_named, "alice") == 1

    asyncio.run(story())


def test_an_office_that_comes_back_answers_what_the_one_before_left(house):
    async def story():
        product = number(PRIME_FACTORS[0] * PRIME_FACTORS[1])
        async with house.open():
            desk, _ = await (opening := house.desk()).__aenter__()
            first = await desk.perform(order(product, key="k", content=b"c"))
        waiting = [
            asyncio.create_task(desk.perform(order(product, key="k", content=b"c"))),
            asyncio.create_task(desk.perform(order(number(35)))),
        ]
        await asyncio.sleep(0)
        async with house.open():
            again, other = await asyncio.gather(*waiting)
            assert (again.answer, again.position, again.repeated) == (first.answer, first.position, True)
            assert other.answer.value == "35"
            await opening.__aexit__(None, None, None)

    asyncio.run(story())


def test_a_desk_follows_what_was_recorded_while_no_office_told_it(house):
    """A key may have been revoked meanwhile, and nobody was told who would let it in no more."""

    async def story():
        async with house.open():
            desk, _ = await (opening := house.desk()).__aenter__()
        told = []
        desk.on_commit.append(told.extend)
        async with opened(house.directory / "data") as node:
            await node.perform(order(number(35)))
            end = node.end
        async with house.open():
            await until(lambda: desk.end == desk.live.growth.position >= end)
            assert [event.position for event in told][-1] >= end
            await opening.__aexit__(None, None, None)

    asyncio.run(story())


def test_what_was_recorded_without_an_answer_is_said_to_be(house):
    """The office dies after the log has committed, before it has answered."""

    async def story():
        async with house.open() as node, house.desk() as (desk, _):
            house.office._send_answers = lambda desk: desk.answered.clear()
            keyed, unkeyed = order(number(33), key="k", content=b"c"), order(CreateSimulation(name="x", machine=None))
            tasks = [asyncio.create_task(desk.perform(one)) for one in (keyed, unkeyed)]
            await until(lambda: node.end >= 4)
            recorded_at = node.end
            del house.office._send_answers
            for at_desk in house.office.desks:
                at_desk.link._transport.abort()
            again = await tasks[0]
            assert again.repeated
            with pytest.raises(Unavailable, match=r"recorded, as event \d shows"):
                await tasks[1]
            assert node.end == recorded_at

    asyncio.run(story())


def test_who_waits_is_told_when_it_can_not_be_found_out_what_became_of_an_order(house):
    async def story():
        async with house.open() as node, house.desk() as (desk, forwarder):

            async def lacking(_position, _correlations):
                raise RuntimeError("can't start new thread")

            forwarder._recorded = lacking
            house.office._send_answers = lambda desk: desk.answered.clear()
            waiting = asyncio.create_task(desk.perform(order(CreateSimulation(name="x", machine=None))))
            await until(lambda: node.end >= 3)
            del house.office._send_answers
            for at_desk in house.office.desks:
                at_desk.link._transport.abort()
            async with asyncio.timeout(PATIENCE_SECONDS):
                with pytest.raises(Unavailable, match="may have been recorded or not"):
                    await waiting

    asyncio.run(story())


def test_an_office_that_stays_away_is_given_up(house, monkeypatch):
    monkeypatch.setattr(forwarding, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(forwarding, "_LOOK_SECONDS", 0.02)

    async def story():
        async with house.open():
            desk, _ = await (opening := house.desk()).__aenter__()
        with pytest.raises(Unavailable, match="nothing was recorded"):
            await desk.perform(order(number(35)))
        await opening.__aexit__(None, None, None)

    asyncio.run(story())


def test_an_office_that_is_paused_is_noticed_and_performs_each_order_once_when_it_goes_on(house, monkeypatch):
    """Its connections stay, and what was sent by them is read before the desk that comes back is greeted."""
    monkeypatch.setattr(forwarding, "SILENCE_SECONDS", 0.1)
    monkeypatch.setattr(forwarding, "_LOOK_SECONDS", 0.02)
    monkeypatch.setattr(offices, "_STANDING_SECONDS", 0.02)
    monkeypatch.setattr(offices, "_BEAT_SECONDS", 0.02)

    async def story():
        async with house.open(), house.desk() as (desk, forwarder):
            began = forwarder._heard
            await until(lambda: forwarder._heard > began + 3 * forwarding.SILENCE_SECONDS)
            assert forwarder.connected, "an office at work says so"
            (at_desk,) = house.office.desks
            at_desk.link._transport.pause_reading()
            at_desk.link.send = lambda *_: None
            keyed, unkeyed = order(number(33), key="k", content=b"c"), order(CreateSimulation(name="x", machine=None))
            waiting = [asyncio.create_task(desk.perform(one)) for one in (keyed, unkeyed)]
            await until(lambda: not forwarder.connected)
            at_desk.link._transport.resume_reading()
            again, lost = await asyncio.gather(*waiting, return_exceptions=True)
            assert again.repeated
            assert "recorded, as event" in str(lost)

    asyncio.run(story())


def test_pages_of_a_desk_say_so_when_its_office_stays_away(house, monkeypatch):
    monkeypatch.setattr(forwarding, "PATIENCE_SECONDS", 0.1)

    async def story():
        async with house.open():
            desk, _ = await (opening := house.desk()).__aenter__()
            assert desk.unwritable is None
        await until(lambda: desk.unwritable == forwarding._AWAY)
        async with house.open():
            await until(lambda: desk.unwritable is None)
            await opening.__aexit__(None, None, None)

    asyncio.run(story())
