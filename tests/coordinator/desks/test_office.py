"""A desk and its office in one process, over a real socket: what is written at one is known at both."""

import asyncio
import os
import socket
import uuid
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from coordinator.clients.presence import MINUTE
from coordinator.desks import forwarder as forwarding
from coordinator.desks import office as offices
from coordinator.desks.carrying import Accepted, TurnedDown, sent
from coordinator.desks.desk import opened_desk
from coordinator.desks.forwarder import OfficeRefuses
from coordinator.desks.links import Link
from coordinator.desks.messages import Hello, Orders, Refused, Results
from coordinator.desks.office import Office, receiving
from coordinator.desks.presence import SharedPresence
from coordinator.http.requests.refusals import TooMany
from coordinator.opening import opened
from coordinator.unavailable import Unavailable
from coordinator.wallclock import now
from core.clients.naming import ClientClaim
from core.deciding import Order
from core.factoring.commands import SubmitComposite
from core.refusals import BadInput
from core.simulations.commands import CreateSimulation
from projections.clients.state import number_named
from tests.waiting import PATIENCE_SECONDS, PAUSE_SECONDS

HELLO = Hello("1.0", "desk-1")
PRIME_FACTORS = 1_000_003, 1_000_033


def order(command, *, client="alice", **fields):
    return Order(
        command=command, now=now(), correlation=uuid.uuid4().hex, client=ClientClaim(client), route="test", **fields
    )


def number(text):
    return SubmitComposite(text=str(text), ceiling_digits=1_000)


class House:
    """An office that can be killed and opened again, and the address at which desks find it."""

    def __init__(self, directory):
        self.directory = directory
        # The address of such a socket has at most 107 characters, which a directory of pytest's exceeds.
        self.handle = os.open(directory, os.O_RDONLY)
        self.socket = f"/proc/self/fd/{self.handle}/s"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.socket)
        self.listener.listen()
        self.turned_away = set()
        self.counted = []
        self.node = self.office = None

    def admit(self, _actor, client, _moment):
        if client in self.turned_away:
            raise TooMany("That is enough.", 7)

    @asynccontextmanager
    async def open(self, version="1.0"):
        presence = SharedPresence()
        async with opened(self.directory / "data", presence=presence) as self.node:
            self.office = Office(self.node, presence, version, self.admit, self.counted.append)
            async with receiving(self.office, self.node, self.listener.dup()):
                yield self.node

    def desk(self, hello=HELLO):
        async def connect(link):
            return await asyncio.get_running_loop().create_unix_connection(link, self.socket)

        return opened_desk(self.directory / "data", hello, connect)

    async def call(self, hello):
        """Say hello and nothing else; return the link, and the messages that come by it, None for its end."""
        heard = []
        link = Link(lambda _, message: heard.append(message), lambda _: heard.append(None))
        await asyncio.get_running_loop().create_unix_connection(lambda: link, self.socket)
        link.send(hello)
        return link, heard


async def until(condition):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - what is waited for is told to nobody
            await asyncio.sleep(PAUSE_SECONDS)


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setattr(offices, "_DESERTED_WITHIN_SECONDS", 0.05)
    house = House(tmp_path)
    with house.listener:
        yield house
    os.close(house.handle)


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
            await until(lambda: not other.presence.recent(now(), MINUTE))

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


def test_a_desk_that_comes_back_is_greeted_when_what_it_sent_before_is_performed(house):
    """It asks the log then what became of that; who hangs up while it waits is no desk."""

    async def story():
        async with house.open() as node:
            link, heard = await house.call(HELLO)
            await until(lambda: heard)
            async with node.writer.held():
                link.send(Orders([(1, [sent(order(number(35)))])]))
                await until(lambda: house.office.desks[0].under_way)
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
            await until(lambda: len(house.office.desks) == 2)
            for one in (link, other):
                one.close()
            await until(lambda: not house.office.desks)

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


def test_what_was_sent_is_performed_before_the_office_ends(house):
    async def story():
        node = await (opening := house.open()).__aenter__()
        link, heard = await house.call(HELLO)
        await until(lambda: heard)
        async with node.writer.held():
            link.send(Orders([(1, [sent(order(number(35)))])]))
            await until(lambda: house.office.desks[0].under_way)
            link.close()
            await until(lambda: not house.office.desks)
            stopping = asyncio.create_task(opening.__aexit__(None, None, None))
            await asyncio.sleep(0)
        await stopping
        async with house.open() as node:
            assert await node.readers["clients"].query(number_named, "alice") == 1

    asyncio.run(story())


def test_what_a_desk_sends_while_the_office_stops_is_performed(house, monkeypatch):
    monkeypatch.setattr(offices, "_DESERTED_WITHIN_SECONDS", PATIENCE_SECONDS)

    async def story():
        await (opening := house.open()).__aenter__()
        async with house.desk() as (desk, _):
            stopping = asyncio.create_task(opening.__aexit__(None, None, None))
            for value in range(30, 40):
                assert (await desk.perform(order(number(value)))).answer.value == str(value)
            assert not stopping.done()
        await stopping

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
