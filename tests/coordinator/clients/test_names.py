"""The names of clients and users, kept in memory: as the file has it, read a change at a time."""

import asyncio
import uuid

import pytest

from coordinator.clients import names
from coordinator.clients.names import client_names, user_names
from coordinator.opening import opened
from coordinator.operations.projections.rebuilding import rebuild
from coordinator.time.wallclock import now
from core.access.commands import CreateKey
from core.clients.commands import ForgetClient, ForgetUser, RenameClient, RenameUser
from core.deciding import Order
from projections.clients import state
from projections.clients.state import Naming


def on_a_node(directory, story):
    async def run():
        async with opened(directory) as node:
            return await story(node)

    return asyncio.run(run())


@pytest.fixture
def read(monkeypatch):
    """How many changed names each question read."""
    counts = []

    def counting(since):
        def counted(connection, position):
            found = since(connection, position)
            counts.append(len(found))
            return found

        return counted

    for name in ("clients_named_since", "users_named_since"):
        monkeypatch.setattr(state, name, counting(getattr(state, name)))
    return counts


async def does(node, command, claim=None):
    return await node.perform(Order(command=command, now=now(), correlation="r", client=claim))


async def sealed(node, name):
    return await asyncio.to_thread(node.sealing.seal, name)


async def works(node, name):
    """Be seen under a name for the first time."""
    key = CreateKey(hash=uuid.uuid4().hex, roles=("read",), label="", name=await sealed(node, f"user {name}"))
    await does(node, key, await node.introductions.claim(name))


async def known(node):
    readers = node.readers["clients"]
    return dict(await client_names(readers)), dict(await user_names(readers))


async def told_anew(node):
    """Return what somebody is told who asks for the first time."""
    clients = await node.readers["clients"].query(state.clients_named_since, 0)
    users = await node.readers["clients"].query(state.users_named_since, 0)
    return tuple({one.bearer: one.name for one in found if one.name is not None} for found in (clients, users))


def test_names_follow_whoever_is_new_renamed_or_forgotten(tmp_path):
    async def story(node):
        for name in ("ada", "bob", "eve"):
            await works(node, name)
        clients, users = await known(node)
        assert clients == {1: "ada", 2: "bob", 3: "eve"}
        ada, bob = (user for user, name in users.items() if name in {"user ada", "user bob"})
        await does(node, RenameClient(client=2, name=await sealed(node, "robert")))
        await does(node, ForgetClient(client=1))
        await does(node, RenameUser(user=bob, name=await sealed(node, "Robert")))
        await does(node, ForgetUser(user=ada, merged=(), clients=()))
        clients, users = await known(node)
        assert clients == {2: "robert", 3: "eve"}
        assert set(users.values()) == {"Robert", "user eve"}
        assert (clients, users) == await told_anew(node)
        await rebuild(node, "clients")
        assert await known(node) == (clients, users)

    on_a_node(tmp_path, story)


def test_a_question_reads_what_has_changed_since_however_many_there_are(tmp_path, read):
    async def story(node):
        for number in range(40):
            await works(node, f"box-{number}")
        await known(node)
        assert read == [40, 40]
        await known(node)
        await works(node, "another")
        await known(node)
        assert read[2:] == [0, 0, 1, 1]

    on_a_node(tmp_path, story)


def test_names_at_a_moment_of_the_past_are_those_of_who_was_there_and_are_kept_nowhere(tmp_path):
    """As many moments may be looked at as there are events, and a name may be forgotten after one was."""

    async def story(node):
        await works(node, "ada")
        sight = await node.past.sight(str(node.position), now())
        await works(node, "bob")
        past = sight.readers["clients"]
        assert await client_names(past) == {1: "ada"}
        await does(node, ForgetClient(client=1))
        assert await client_names(past) == {}
        assert past.companion(names._of_clients) is not past.companion(names._of_clients)

    on_a_node(tmp_path, story)


def test_an_answer_that_is_overtaken_takes_nothing_back():
    class Slow:
        """Answer two questions, the later one first."""

        def __init__(self):
            self.first, self.asked = asyncio.Event(), 0

        async def query(self, *_):
            self.asked += 1
            if self.asked == 1:
                await self.first.wait()
                return [Naming(5, "before", 7)]
            self.first.set()
            return [Naming(6, "new", 8), Naming(5, "after", 9)]

    async def story():
        kept = names._of_clients(Slow())
        return await asyncio.gather(kept.now(), kept.now())

    assert list(map(dict, asyncio.run(story()))) == [{5: "after", 6: "new"}] * 2
