"""Whatever is looked for, the index finds the same numbers as a look into all of them, whatever it holds by then."""

import asyncio
from itertools import count, product

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from coordinator.opening import opened
from coordinator.operations import searching
from coordinator.operations.searching import TextIndex
from core.deciding import Order
from core.factoring.commands.numbers import ShelveNumber, SubmitComposite
from projections.factoring.lists import catalogue, trigrams
from projections.factoring.lists.catalogue import Search

TEXTS = ["2^137-1", "2^149-1", '10^41+"7"', "120!+1", *(str((10**20 + 39) * (10**30 + 57 + 2 * n)) for n in range(20))]


@pytest.fixture
def told(tmp_path):
    """Tell a story about a coordinator that knows some numbers."""

    def tell(story):
        async def run():
            async with opened(tmp_path / "data") as node:
                await submit(node, TEXTS)
                await story(node, node.readers["factoring"].companion(TextIndex))

        (tmp_path / "data").mkdir()
        asyncio.run(run())

    return tell


ids = count()


async def submit(node, written, **besides):
    for text in written:
        command = SubmitComposite(text=text.replace('"', ""), ceiling_digits=1_000, name=f"named {text}", **besides)
        await node.perform(Order(command=command, now=node.time, correlation=f"{next(ids)}", actor="operator"))


async def same(node, text):
    """Search with the index, and see that what is found is what is there; return how many there are."""
    asked = Search(text=text, descending=True, size=1_000)
    found = await searching.search(node, asked)
    assert found == await node.readers["factoring"].query(catalogue.search, replace(asked, among=None)), text
    first = await node.readers["factoring"].query(
        catalogue.containing, text, asked.size, await searching.among(node, text)
    )
    assert first == found.numbers[::-1]
    return found.total


async def extended(index):
    while await index.extend():
        pass


def parts_of(text):
    return {text[at : at + length] for at in range(0, len(text), 3) for length in (1, 3, 4, 5, 9, 40)}


def test_the_index_finds_what_is_there(told, monkeypatch):
    monkeypatch.setattr(searching, "_AT_ONCE", 7)
    monkeypatch.setattr(trigrams, "_WORTHWHILE", 1)

    async def story(node, index):
        assert not await index.extend()
        assert await searching.among(node, "1234") is None  # which asks for it
        await extended(index)
        values = [number.value for number in (await searching.search(node, Search())).numbers]
        helped = 0
        for text in sorted({part for one in (*TEXTS[:6], *values[:6]) for part in parts_of(one)}):
            await same(node, text)
            helped += await searching.among(node, text) is not None
        assert helped > 30
        for text in ("abcd", "2^13", "NAMED", "named 2", '"7"', "1'; --", "ab\x00cd", "Ünïcode", "9" * 200, "    "):
            await same(node, text)
        assert await same(node, "^137") == 1
        await submit(node, ["2^167-1", "2^197-1"])
        assert await same(node, "^167") == 1
        await extended(index)
        assert len((await searching.among(node, "^197")).numbers) == await same(node, "^197") == 1

    told(story)


def test_what_most_numbers_have_is_looked_for_in_all(told):
    async def story(node, index):
        await searching.among(node, "1234")
        await extended(index)
        assert await searching.among(node, "1000000") is None
        assert await searching.among(node, "^137") is not None
        assert await same(node, "1000000") >= 20

    told(story)


def has(number, text):
    return any(text in written for written in (number.value, number.expression, number.name))


def test_without_it_a_text_is_found_wherever_it_stands(told):
    async def story(node, _):
        await submit(node, ["2^167-1"], project="mine", priority=3)
        await submit(node, TEXTS[2:9], project="mine")
        gone = ShelveNumber(number=4, shelf="deleted")
        await node.perform(Order(command=gone, now=node.time, correlation="gone", actor="operator"))
        query, hits = node.readers["factoring"].query, 0
        for text, narrowed, (sort, page) in product(
            ("", "0", "16", "67", "000", "2000", "271828", "^", "d 1", "1+", "7-", "zz"),
            ({}, {"status": "open"}, {"project": "mine"}, {"shelf": ""}, {"min_digits": 40}, {"min_priority": 1}),
            (("id", 1), ("digits", 3)),
        ):
            asked = Search(sort=sort, descending=page == 1, size=1_000, **narrowed)
            fit = [number for number in (await query(catalogue.search, asked)).numbers if has(number, text)]
            found = await query(catalogue.search, replace(asked, text=text, page=page, size=3))
            assert (found.numbers, found.total) == (fit[3 * page - 3 : 3 * page], len(fit)), (text, asked)
            if not narrowed and sort == "id":
                assert await query(catalogue.containing, text, 3) == fit[::-1][:3]
            hits += len(fit)
        assert hits > 500

    told(story)


def test_the_past_is_looked_through_without_it(told):
    async def story(node, index):
        await searching.among(node, "1234")
        await extended(index)
        before = node.end
        await submit(node, ["2^167-1"])
        past = node.at(await node.past.sight(str(before), node.time))
        assert await searching.among(past, "^137") is None
        assert (await searching.search(past, Search(text="^167"))).total == 0

    told(story)


def test_a_temporary_file_that_fails_only_makes_it_take_longer(told):
    async def story(node, index):
        await searching.among(node, "1234")
        await extended(index)
        index._connection.close()
        with capture_logs() as logs:
            assert await same(node, "^137") == 1
        assert [said["event"] for said in logs] == ["text_index_failed"]
        await extended(index)
        assert await searching.among(node, "^137") is not None

    told(story)


def test_a_running_coordinator_makes_it_once_somebody_has_searched(told, monkeypatch):
    monkeypatch.setattr(searching, "_EVERY_SECONDS", 0.01)

    async def story(node, index):
        task = asyncio.create_task(searching.run(node))
        assert await searching.among(node, "^137") is None
        async with asyncio.timeout(30):
            while await searching.among(node, "^137") is None:  # noqa: ASYNC110 - nobody is told that it is there
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])

    told(story)
