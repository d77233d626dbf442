"""Claims by which clients call themselves."""

import asyncio

import pytest

from coordinator.house import opened
from coordinator.unavailable import Unavailable
from core.access.commands import CreateKey, RevokeKey
from core.deciding import Order
from core.refusals import BadInput, Unknown


def order(command, claim, number):
    return Order(command=command, now=1, correlation=f"r{number}", client=claim)


def sealed_names(house):
    return house.sealing._connection.execute("SELECT count(*) FROM seals").fetchone()[0]


def in_house(directory, story):
    async def run():
        async with opened(directory) as house:
            return await story(house)

    return asyncio.run(run())


def create(label):
    return CreateKey(hash=label, roles=("read",), label=label)


def test_a_new_name_is_sealed_once_and_a_known_one_is_not(tmp_path):
    async def story(house):
        claims = await asyncio.gather(*(house.introductions.claim("alice") for _ in range(5)))
        assert len({claim.seal for claim in claims}) == 1
        assert claims[0].sealed
        await house.perform(order(create("a"), claims[0], 1))
        assert (await house.introductions.claim("alice")).seal == ""
        assert sealed_names(house) == 1

    in_house(tmp_path, story)


def test_a_name_whose_first_order_was_refused_stays_sealed_under_the_same_key(tmp_path):
    async def story(house):
        claim = await house.introductions.claim("alice")
        with pytest.raises(Unknown):
            await house.perform(order(RevokeKey(key=7), claim, 1))
        assert await house.introductions.claim("alice") == claim
        await house.perform(order(create("a"), claim, 2))
        assert (await house.introductions.claim("alice")).seal == ""

    in_house(tmp_path, story)


def test_a_name_is_known_after_a_restart(tmp_path):
    async def first(house):
        await house.perform(order(create("a"), await house.introductions.claim("alice"), 1))

    async def second(house):
        assert (await house.introductions.claim("alice")).seal == ""
        assert sealed_names(house) == 1

    in_house(tmp_path, first)
    in_house(tmp_path, second)


def test_a_forgotten_name_is_new_again(tmp_path):
    async def story(house):
        claim = await house.introductions.claim("alice")
        house.introductions.forget("alice")
        assert (await house.introductions.claim("alice")).seal not in {"", claim.seal}

    in_house(tmp_path, story)


def test_a_name_waits_for_room_on_a_full_disk(tmp_path):
    async def story(house):
        keys = house.sealing._connection
        (pages,) = keys.execute("PRAGMA page_count").fetchone()
        keys.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(Unavailable, match="database or disk is full"):
            await asyncio.gather(*(house.introductions.claim(f"client {number}") for number in range(200)))
        keys.execute(f"PRAGMA max_page_count = {pages + 100}")
        assert (await house.introductions.claim("one more")).sealed

    in_house(tmp_path, story)


def test_a_name_that_is_not_acceptable_is_never_sealed(tmp_path):
    async def story(house):
        for name in ("", "x" * 129, "a\nb"):
            with pytest.raises(BadInput):
                await house.introductions.claim(name)
        assert sealed_names(house) == 0

    in_house(tmp_path, story)
