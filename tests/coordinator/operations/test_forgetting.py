"""Forgetting clients: what is gone, and what stays."""

import asyncio
import sqlite3
import uuid
from contextlib import closing
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.auditing.verify import verify
from coordinator.clients.names import client_names
from coordinator.opening import opened
from coordinator.operations.forgetting import forget
from coordinator.operations.projections.rebuilding import rebuild
from coordinator.projecting.opening import building_path_of, discard, path_of
from coordinator.time.wallclock import now
from core.access.commands import CreateKey
from core.deciding import Order
from core.refusals import Busy, Conflict, Unknown
from projections.clients.state import client_numbered
from tests.profiles import trying
from tests.real.servers import files_holding


def on_a_node(directory, story):
    async def run():
        async with opened(directory) as node:
            return await story(node)

    return asyncio.run(run())


def order(command, claim=None):
    return Order(command=command, now=now(), correlation="r", client=claim)


def create():
    return CreateKey(hash=uuid.uuid4().hex, roles=("read",), label="")


async def works(node, name):
    return await node.perform(order(create(), await node.introductions.claim(name)))


async def forgets(node, who):
    known, _ = await forget(node, who, lambda command: node.perform(order(command)))
    return known.id


async def known(node):
    return await client_names(node.readers["clients"])


NAME = "Ada-Lovelace-of-Ockham"


def test_no_byte_of_a_forgotten_name_is_left_in_the_data_directory(tmp_path):
    async def story(node):
        for number in range(40):
            await works(node, f"{NAME}-{number}" if number % 7 else f"x{number}")
        await works(node, NAME)
        assert files_holding(tmp_path, NAME)
        for number in sorted(await known(node)):
            await forgets(node, f"client-{number}")
        assert files_holding(tmp_path, NAME) == []
        assert await known(node) == {}

    on_a_node(tmp_path, story)
    assert files_holding(tmp_path, NAME) == []


@trying(4)
@given(
    st.lists(
        st.tuples(st.sampled_from(["works", "forgets"]), st.sampled_from(["alice", "bob", "client-1", "ünï"])),
        max_size=12,
    )
)
def test_whatever_is_forgotten_in_between_the_log_holds_and_rebuilding_changes_nothing(tmp_path_factory, steps):
    directory = tmp_path_factory.mktemp("data")
    bearing = {}

    async def story(node):
        newest = 0
        for step, name in steps:
            if step == "works":
                await works(node, name)
                if name not in bearing:
                    newest = bearing[name] = newest + 1
            elif name in bearing:
                assert await forgets(node, name) == bearing.pop(name)
        assert await known(node) == {number: name for name, number in bearing.items()}
        assert verify(directory).holds
        await rebuild(node, "clients")
        assert await known(node) == {number: name for name, number in bearing.items()}

    on_a_node(directory, story)


def test_who_comes_again_under_a_forgotten_name_is_a_new_client(tmp_path):
    async def story(node):
        await works(node, "alice")
        await forgets(node, "alice")
        await works(node, "alice")
        assert await known(node) == {2: "alice"}

    on_a_node(tmp_path, story)


def test_an_order_on_its_way_when_its_client_is_forgotten_makes_a_new_client_with_a_sealed_name(tmp_path):
    async def story(node):
        await works(node, "alice")
        unsealed = await node.introductions.claim("alice")
        assert unsealed.seal == ""
        await forgets(node, "alice")
        await node.perform(order(create(), unsealed))
        assert await known(node) == {2: "alice"}

    on_a_node(tmp_path, story)


def test_a_client_can_be_named_by_its_number_and_forgotten_twice(tmp_path):
    async def story(node):
        await works(node, "alice")
        assert await forgets(node, "client-1") == 1
        position = node.log.head().position
        assert await forgets(node, "client-1") == 1
        assert node.log.head().position == position
        assert (await node.readers["clients"].query(client_numbered, 1)).forgotten_at is not None

    on_a_node(tmp_path, story)


@pytest.mark.parametrize("who", ["nobody", "client-2", "client-", "client-" + "9" * 30, "2", ""])
def test_a_client_that_never_was_is_said_to_be_unknown(tmp_path, who):
    async def story(node):
        await works(node, "alice")
        with pytest.raises(Unknown, match="client"):
            await forgets(node, who)
        assert await known(node) == {1: "alice"}

    on_a_node(tmp_path, story)


def test_while_the_clients_are_built_anew_nobody_is_forgotten(tmp_path):
    async def story(node):
        await works(node, "alice")
        building_path_of(tmp_path, "clients").touch()
        with pytest.raises(Conflict, match="built anew"):
            await forgets(node, "alice")
        building_path_of(tmp_path, "clients").unlink()
        assert await known(node) == {1: "alice"}

    on_a_node(tmp_path, story)


@pytest.mark.parametrize("rebuilt", [False, True])
def test_a_stop_between_the_record_and_the_key_is_made_good_at_the_next_start(tmp_path, rebuilt):
    async def cut_short(node):
        await works(node, NAME)
        node.writer.between_batches = partial(asyncio.sleep, 0)
        await forgets(node, NAME)
        assert node.sealing.kept([(await node.readers["clients"].query(client_numbered, 1)).seal])

    async def later(node):
        assert files_holding(tmp_path, NAME) == []
        assert not node.sealing.kept([(await node.readers["clients"].query(client_numbered, 1)).seal])

    on_a_node(tmp_path, cut_short)
    if rebuilt:
        discard(path_of(tmp_path, "clients"))
    on_a_node(tmp_path, later)


def test_while_another_program_reads_the_names_the_client_is_forgotten_and_asking_again_finishes_it(tmp_path):
    async def story(node):
        await works(node, NAME)
        await node.writer.between_batches(do_not_wait)
        with closing(sqlite3.connect(path_of(tmp_path, "clients"), isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT name FROM clients").fetchone() == (NAME,)
            with pytest.raises(Busy, match="ask again"):
                await forgets(node, NAME)
            assert await known(node) == {}
        assert files_holding(tmp_path, NAME)
        await forgets(node, "client-1")
        assert files_holding(tmp_path, NAME) == []

    def do_not_wait(committer):
        committer.files["clients"].connection.execute("PRAGMA busy_timeout = 0")

    on_a_node(tmp_path, story)
