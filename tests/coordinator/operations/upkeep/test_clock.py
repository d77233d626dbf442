"""Leases end when their time has run out, and who holds one is taken for present after a takeover."""

import asyncio
import uuid

import pytest
from structlog.testing import capture_logs

from coordinator import opening
from coordinator.operations.upkeep import clock
from coordinator.operations.upkeep.presuming import presume_present
from coordinator.time.timekeeping import Timekeeper
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from core.clients.commands import ForgetClient
from core.deciding import Order
from core.factoring.commands.assignment import RequestWork
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.decide import FACTORING
from core.factoring.state.numbers import Wanted
from core.leases.decide import Lease
from core.leases.events import LeaseEnded
from core.timestamps import SECOND
from projections.leases.table import live

NUMBERS = [(10**30 + 57) * (10**31 + 33), (10**35 + 69) * (10**32 + 49)]


class Story:
    """A node whose time passes as a test wants."""

    def __init__(self):
        self.node = None
        self._seconds = 0.0

    def keeper(self, newest):
        """Return a timekeeper that goes by it."""
        return Timekeeper(newest, now, lambda: self._seconds)

    async def perform(self, command, client=""):
        claim = await self.node.introductions.claim(client) if client else None
        order = Order(
            command=command, now=now(), client=claim, correlation=str(uuid.uuid4()), actor="anonymous", route="t"
        )
        return (await self.node.perform(order)).answer

    async def assign(self, client, seconds):
        """Hand out work to a client; return its id."""
        return (await self.perform(RequestWork(str(uuid.uuid4()), Wanted(), seconds, 600), client)).work

    def pass_seconds(self, seconds):
        """Let time pass while nobody looks at the clock."""
        self._seconds += seconds

    async def go(self, seconds):
        """Let time pass; the clock ticks every four seconds."""
        for _ in range(seconds // 4):
            self.pass_seconds(4)
            await clock.tick(self.node)

    async def held(self):
        return {lease.id for lease in await self.node.readers["factoring"].query(live)}


@pytest.fixture
def tell(tmp_path, monkeypatch):
    """Tell a story of a node with two numbers."""

    def tell(story):
        async def told():
            teller = Story()
            monkeypatch.setattr(opening, "Timekeeper", teller.keeper)
            async with opening.opened(tmp_path / "data") as teller.node:
                for number in NUMBERS:
                    await teller.perform(SubmitComposite(text=str(number), ceiling_digits=1_000))
                await story(teller)

        asyncio.run(told())

    return tell


def test_a_lease_ends_when_its_time_has_run_out_and_one_that_lasts_does_not(tell):
    async def story(teller):
        short, long = await teller.assign("alice", 60), await teller.assign("bob", 600)
        gone = Lease("gone", "composite-1", 1, 60, now(), None, 1)
        teller.node.timekeeper.adopt("factoring", [gone])  # whose end nobody told it of
        await teller.go(56)
        assert await teller.held() == {short, long}
        await teller.go(4)
        assert await teller.held() == {long}
        await teller.go(4)
        assert teller.node.timekeeper.due("factoring") == []

    tell(story)


def test_many_leases_that_end_together_do_not_wait_for_one_second_after_another(tell, monkeypatch):
    async def story(teller):
        for number in (2**101 - 1, 2**103 - 1, 2**109 - 1):
            await teller.perform(SubmitComposite(text=str(number), ceiling_digits=1_000))
        for client in range(5):
            await teller.assign(f"box{client}", 60)
        monkeypatch.setattr(clock, "_AT_ONCE", 2)
        await teller.go(56)
        teller.pass_seconds(4)
        assert [await clock.tick(teller.node) for _ in range(3)] == [True, True, False]
        assert await teller.held() == set()

    tell(story)


def test_whoever_asks_for_all_that_are_due_has_all_ended(tell, monkeypatch):
    async def story(teller):
        for client in ("alice", "bob"):
            await teller.assign(client, 60)
        monkeypatch.setattr(clock, "_AT_ONCE", 1)
        await teller.go(56)
        teller.pass_seconds(4)
        assert await clock.expire_due(teller.node, FACTORING) == 2
        assert await clock.expire_due(teller.node, FACTORING) == 0

    tell(story)


def test_whoever_asks_for_all_that_are_due_is_told_when_they_can_not_be_ended(tell):
    async def story(teller):
        lease = await teller.assign("alice", 60)
        await teller.go(56)
        teller.pass_seconds(4)
        teller.node.withheld.withhold("factoring")
        with pytest.raises(Unavailable):
            await clock.expire_due(teller.node, FACTORING)
        teller.node.withheld.release("factoring", now())
        assert await teller.held() == {lease}

    tell(story)


def test_no_lease_ends_before_the_time_that_it_was_given_whatever_the_clock_says(tell, monkeypatch):
    async def story(teller):
        await teller.assign("alice", 60)
        (lease,) = await teller.node.readers["factoring"].query(live)
        monkeypatch.setattr(clock, "now", lambda: lease.expires_at - 3_600 * SECOND)
        await teller.go(60)
        (ended,) = teller.node.log.stream(f"assignment-{lease.id}")[-1:]
        assert (ended.type, ended.recorded_at) == (LeaseEnded.type, lease.expires_at)

    tell(story)


def test_a_context_whose_leases_can_not_be_ended_keeps_those_of_no_other(tell, monkeypatch):
    ending = clock.expire_some

    async def failing(node, context):
        if context.name != "factoring":
            raise OSError("its file can't be read")
        return await ending(node, context)

    async def story(teller):
        await teller.assign("alice", 60)
        monkeypatch.setattr(clock, "expire_some", failing)
        with capture_logs() as said:
            await teller.go(60)
        assert await teller.held() == set()
        assert {one["context"] for one in said if one["event"] == "expiry_failed"} == {"counting", "tasks", "trust"}

    tell(story)


def test_while_a_context_is_withheld_no_lease_of_it_ends_and_nobody_is_presumed_to_work_on_it(tell):
    async def story(teller):
        lease, withheld = await teller.assign("alice", 60), teller.node.withheld
        teller.node.presence.forget("alice")
        await teller.go(4)
        withheld.withhold("factoring")
        with capture_logs() as said:
            await teller.go(120)
            await presume_present(teller.node, now())
        withheld.release("factoring", now())
        assert [one for one in said if one["log_level"] == "error"] == []
        assert list(teller.node.presence.recent(now())) == []
        await teller.go(56)
        assert await teller.held() == {lease}, "nobody could renew it meanwhile"
        await teller.go(8)
        assert await teller.held() == set()

    tell(story)


def test_who_holds_work_is_taken_for_present_after_a_takeover_unless_forgotten(tell):
    async def story(teller):
        for client in ("alice", "bob"):
            await teller.assign(client, 60)
        await teller.perform(ForgetClient(client=2))
        presence = teller.node.presence
        for client in ("alice", "bob"):
            presence.forget(client)
        await presume_present(teller.node, now())
        assert presence.works_on("factoring", now())
        assert list(presence.recent(now())) == ["alice"]

    tell(story)
