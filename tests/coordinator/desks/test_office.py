"""A desk and its office in one process, over a real socket: what is written at one is known at both."""

import asyncio
import uuid

import pytest
from msgspec.structs import replace

from coordinator import opening
from coordinator.desks import office as offices
from coordinator.desks.carrying import Accepted, OfficeFailed, TurnedDown, sent
from coordinator.desks.forwarder import OfficeRefuses
from coordinator.desks.messages import Hello, Orders, Refused, Results
from coordinator.http.requests.refusals import TooMany
from coordinator.opening import opened
from coordinator.operations.upkeep import clock
from coordinator.time.timekeeping import Timekeeper
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from core.factoring.commands.assignment import RenewWork, RequestWork
from core.factoring.state.numbers import Wanted
from core.refusals import BadInput
from core.simulations.commands import CreateSimulation
from projections.clients.state import number_named
from projections.leases.table import live
from tests.coordinator.desks.house import HELLO, PRIME_FACTORS, number, order, until
from tests.waiting import PATIENCE_SECONDS

LONG = (10**24 + 7) * (10**25 + 13)
"""A number that takes a while to look at."""


def test_what_is_written_at_a_desk_is_read_at_it_and_at_the_office(house):
    async def story():
        async with house.open() as node, house.desk() as (desk, _):
            product = PRIME_FACTORS[0] * PRIME_FACTORS[1]
            outcome = await desk.perform(order(number(product)))
            assert outcome.answer.value == str(product)
            assert outcome.position == node.end == desk.end == desk.position == desk.live.growth.position
            for there in node, desk:
                assert await there.readers["clients"].query(number_named, "alice") == 1
            assert await desk.perform(order(number(product))) != outcome
            with pytest.raises(BadInput):
                await desk.perform(order(number("seven")))

    asyncio.run(story())


def test_a_desk_is_told_what_hinders_its_office_and_when_nothing_does_any_more(house, monkeypatch):
    monkeypatch.setattr(offices, "_STANDING_SECONDS", 0.02)

    async def story():
        async with house.open() as node, house.desk() as (desk, _):
            node.hindrances["tasks"] = "The queue is away."
            await until(lambda: desk.hindrances == {"tasks": "The queue is away."})
            node.hindrances.clear()
            await until(lambda: not desk.hindrances)

    asyncio.run(story())


def test_an_office_that_could_not_tell_something_once_goes_on_telling(house, monkeypatch):
    monkeypatch.setattr(offices, "_STANDING_SECONDS", 0.02)

    async def story():
        async with house.open() as node, house.desk() as (desk, _):

            def fails():
                del house.office._stands
                raise RuntimeError("can't start new thread")

            (connected,) = house.office.desks
            house.office._stands = fails
            await until(lambda: "_stands" not in vars(house.office))
            node.hindrances["tasks"] = "The queue is away."
            await until(lambda: desk.hindrances == {"tasks": "The queue is away."})
            assert house.office.desks == [connected], "a desk that was told nothing comes anew, and is told then"

    asyncio.run(story())


def test_what_happens_at_the_office_wakes_who_waits_at_a_desk(house):
    async def story():
        async with house.open() as node, house.desk() as (desk, _):
            told = []
            desk.on_commit.append(told.extend)
            asked = []

            async def ask():
                asked.append(desk.position)
                return len(asked) > 1

            waiting = asyncio.create_task(desk.live.openings.first("factoring", 20, ask))
            await until(lambda: asked)
            with desk.live.tails.watch("simulation-1") as tail:
                await node.perform(order(number(15)))
                await waiting
                await node.perform(order(CreateSimulation(name="one", machine=None)))
                await until(lambda: tail.pulse.position == node.end)
                assert [event.position for event in tail.between(node.end - 1, node.end)] == [node.end]
            assert desk.position == node.end
            assert told[-1].position == node.end

    asyncio.run(story())


def test_presence_is_one_for_all(house):
    async def story():
        other_desk = house.desk(Hello("1.0", "desk-2"))
        async with house.open() as node, house.desk() as (desk, forwarder), other_desk as (other, _):
            desk.presence.seen("bert", now(), "factoring", "1.2")
            forwarder.note(desk.presence.untold())
            await until(lambda: other.presence.works_on("factoring", now()))
            assert node.presence.version_of("bert") == other.presence.version_of("bert") == "1.2"
            node.presence.forget("bert")
            await until(lambda: not other.presence.recent(now()))

    asyncio.run(story())


def test_who_was_heard_of_and_forgotten_since_is_heard_of_nowhere(house):
    async def story():
        async with house.open() as node, house.desk() as (desk, _):
            await until(lambda: house.office.desks)
            node.presence.seen("bert", now(), "factoring")
            node.presence.forget("bert")
            node.presence.seen("carl", now(), "factoring")
            await until(lambda: desk.presence.recent(now()))
            assert list(desk.presence.recent(now())) == ["carl"]

    asyncio.run(story())


def test_a_desk_that_comes_later_is_told_what_the_others_know(house):
    async def story():
        async with house.open() as node, house.desk() as (desk, _):
            node.hindrances["tasks"] = "The queue is away."
            node.presence.seen("carl", now(), "tasks")
            await until(lambda: desk.hindrances and desk.presence.works_on("tasks", now()))
            async with house.desk(Hello("1.0", "desk-2")) as (other, _):
                await until(lambda: other.hindrances and other.presence.works_on("tasks", now()))

    asyncio.run(story())


def test_whatever_is_wrong_with_an_order_those_beside_it_are_answered(house):
    async def story():
        async with house.open():
            link, heard = await house.call(HELLO)
            await until(lambda: heard)
            good = sent(order(number(35)))
            orders = [replace(good, command="Conquer"), replace(good, fields=b"\xc1"), good]
            link.send(Orders([(place, [one]) for place, one in enumerate(orders)]))

            def answered():
                results = [one for one in heard if isinstance(one, Results)]
                return sorted(submission for one in results for submission in one.submissions)

            await until(lambda: len(answered()) == len(orders))
            unknown, unreadable, (_, [performed], refused) = answered()
            assert isinstance(performed, Accepted)
            assert refused is None
            for _, results, failed in (unknown, unreadable):
                assert (results, type(failed)) == ([], TurnedDown)
            link.close()

    asyncio.run(story())


def test_two_requests_of_one_key_that_come_together_have_one_answer(house):
    async def story():
        async with house.open(), house.desk() as (desk, _):
            await desk.perform(order(number(35)))  # the office knows who asks
            twice = (order(number(LONG), key="once", content=b"c") for _ in range(2))
            first, second = await asyncio.gather(*(desk.perform(one) for one in twice))
            assert (first.answer, first.position) == (second.answer, second.position)
            assert sorted((first.repeated, second.repeated)) == [False, True]

    asyncio.run(story())


def test_whoever_asks_for_what_the_office_fails_to_find_out_is_told_so(house):
    async def failing(_wanted):
        raise RuntimeError("can't start new thread")

    async def story():
        async with house.open() as node, house.desk() as (desk, _):
            node.preparation.find = failing
            async with asyncio.timeout(PATIENCE_SECONDS):
                with pytest.raises(OfficeFailed, match="can't start new thread"):
                    await desk.perform(order(number(LONG)))

    asyncio.run(story())


def test_work_that_is_renewed_at_a_desk_lasts_at_the_office(house, monkeypatch):
    seconds = 0
    monkeypatch.setattr(opening, "Timekeeper", lambda newest: Timekeeper(newest, steady=lambda: float(seconds)))

    async def story():
        nonlocal seconds
        async with house.open() as node, house.desk() as (desk, _):
            await desk.perform(order(number(LONG)))
            work = (await desk.perform(order(RequestWork(uuid.uuid4().hex, Wanted(), 60, 600)))).answer.work
            for second in range(4, 116, 4):
                seconds = second
                if second == 56:
                    await desk.perform(order(RenewWork(work)))
                await clock.tick(node)
            assert [lease.id for lease in await node.readers["factoring"].query(live)] == [work]
            seconds += 4
            await clock.tick(node)
            assert await node.readers["factoring"].query(live) == []

    asyncio.run(story())


def test_what_can_not_be_asked_keeps_nothing_else_from_being_written(house):
    async def story():
        async with house.open() as node, house.desk() as (_, forwarder):
            node.withheld.withhold("simulations")
            orders = order(CreateSimulation(name="one", machine=None)), order(number(35))
            (refused,), (performed,) = await asyncio.gather(*(forwarder.submit_all([one]) for one in orders))
            assert isinstance(refused, Unavailable)
            assert performed.answer.value == "35"
            node.withheld.release("simulations", 0)

    asyncio.run(story())


def test_limits_are_the_offices(house):
    house.turned_away.add("mallory")

    async def story():
        async with house.open(), house.desk() as (desk, _):
            many = await asyncio.gather(
                *(desk.perform(order(number(n), client=name)) for n, name in ((15, "alice"), (21, "mallory"))),
                return_exceptions=True,
            )
            assert many[0].answer.value == "15"
            assert isinstance(many[1], TooMany)
            assert many[1].seconds == 7

    asyncio.run(story())


def test_what_a_desk_could_not_read_for_a_moment_it_tells_all_the_same(house):
    async def story():
        async with house.open() as node, house.desk() as (desk, _):
            refresh = desk.log.refresh

            def fails_once():
                desk.log.refresh = refresh
                raise OSError("no descriptor is free")

            desk.log.refresh = fails_once
            await node.perform(order(number(35)))
            async with asyncio.timeout(PATIENCE_SECONDS):
                assert await desk.live.growth.beyond(node.end - 1, PATIENCE_SECONDS)

    asyncio.run(story())


def test_a_desk_that_finds_another_log_than_its_office_has_ends(house):
    async def story():
        async with opened(house.directory / "other"):
            pass
        async with house.open():
            with pytest.raises(OfficeRefuses, match=r"other/log\.db is not the log of the office that answers"):
                async with house.desk(data="other"):
                    pass

    asyncio.run(story())


def test_another_version_is_refused(house):
    async def story():
        async with house.open(version="2.0"):
            with pytest.raises(OfficeRefuses, match="and its office"):
                async with house.desk():
                    pass
            _, heard = await house.call(HELLO)
            await until(lambda: None in heard)
            assert heard == [Refused("desk-1 is version 1.0, and its office 2.0."), None]

    asyncio.run(story())
