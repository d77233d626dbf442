"""Claims by which clients call themselves."""

import asyncio

import pytest

from coordinator.opening import opened
from coordinator.unavailable import Unavailable
from core.access.commands import CreateKey, RevokeKey
from core.deciding import Order
from core.refusals import BadInput, Unknown


def order(command, claim, number):
    return Order(command=command, now=1, correlation=f"r{number}", client=claim)


def sealed_names(node):
    return node.sealing._connection.execute("SELECT count(*) FROM seals").fetchone()[0]


def on_a_node(directory, story):
    async def run():
        async with opened(directory) as node:
            return await story(node)

    return asyncio.run(run())


def create(label):
    return CreateKey(hash=label, roles=("read",), label=label)


def test_a_new_name_is_sealed_once_and_a_known_one_is_not(tmp_path):
    async def story(node):
        claims = await asyncio.gather(*(node.introductions.claim("alice") for _ in range(5)))
        assert len({claim.seal for claim in claims}) == 1
        assert claims[0].sealed
        await node.perform(order(create("a"), claims[0], 1))
        assert (await node.introductions.claim("alice")).seal == ""
        assert sealed_names(node) == 1

    on_a_node(tmp_path, story)


def test_a_name_whose_first_order_was_refused_stays_sealed_under_the_same_key(tmp_path):
    async def story(node):
        claim = await node.introductions.claim("alice")
        with pytest.raises(Unknown):
            await node.perform(order(RevokeKey(key=7), claim, 1))
        assert await node.introductions.claim("alice") == claim
        await node.perform(order(create("a"), claim, 2))
        assert (await node.introductions.claim("alice")).seal == ""

    on_a_node(tmp_path, story)


def test_a_name_is_known_after_a_restart(tmp_path):
    async def first(node):
        await node.perform(order(create("a"), await node.introductions.claim("alice"), 1))

    async def second(node):
        assert (await node.introductions.claim("alice")).seal == ""
        assert sealed_names(node) == 1

    on_a_node(tmp_path, first)
    on_a_node(tmp_path, second)


def test_a_forgotten_name_is_new_again(tmp_path):
    async def story(node):
        claim = await node.introductions.claim("alice")
        node.introductions.forget("alice")
        assert (await node.introductions.claim("alice")).seal not in {"", claim.seal}

    on_a_node(tmp_path, story)


def test_a_name_waits_for_room_on_a_full_disk(tmp_path):
    async def story(node):
        keys = node.sealing._connection
        (pages,) = keys.execute("PRAGMA page_count").fetchone()
        keys.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(Unavailable, match="No space left on device"):
            await asyncio.gather(*(node.introductions.claim(f"client {number}") for number in range(200)))
        keys.execute(f"PRAGMA max_page_count = {pages + 100}")
        assert (await node.introductions.claim("one more")).sealed

    on_a_node(tmp_path, story)


def test_a_name_that_is_not_acceptable_is_never_sealed(tmp_path):
    async def story(node):
        for name in ("", "x" * 129, "a\nb"):
            with pytest.raises(BadInput):
                await node.introductions.claim(name)
        assert sealed_names(node) == 0

    on_a_node(tmp_path, story)


def test_no_name_is_sealed_under_a_key_that_goes_with_the_process(tmp_path):
    keys = tmp_path / "client-keys.db"

    async def story(node):
        keys.rename(tmp_path / "away")
        with pytest.raises(Unavailable, match=r"client-keys\.db has been removed or replaced"):
            await node.introductions.claim("alice")
        (tmp_path / "away").rename(keys)
        assert (await node.introductions.claim("alice")).sealed

    on_a_node(tmp_path, story)
