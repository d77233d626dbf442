"""Something long on the event loop lets others have their turn."""

import asyncio
from itertools import count

import pytest

from coordinator.http.bulk import handing_in
from coordinator.http.factoring import submitting
from coordinator.http.middleware import submissions
from coordinator.time import turns
from coordinator.time.turns import OneByOne, in_turns


def test_others_go_on_between_items_that_take_their_time(monkeypatch):
    monkeypatch.setattr(turns, "_MOST_SECONDS", 0)
    happened = []

    async def other():
        while len(happened) < 8:
            happened.append("other")
            await asyncio.sleep(0)

    async def story():
        going = asyncio.create_task(other())
        async for item in in_turns(range(4)):
            happened.append(item)  # noqa: PERF401 - when is what counts
        await going

    asyncio.run(story())
    assert [item for item in happened if item != "other"] == [0, 1, 2, 3]
    assert happened.index("other") < happened.index(1) < happened.index(2)
    assert "other" in happened[happened.index(1) : happened.index(2)]


def test_the_time_that_other_threads_take_is_nobodys_turn(monkeypatch):
    clock = count()
    monkeypatch.setattr(turns.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(turns, "_MOST_SECONDS", 0.5)
    happened = []

    async def story():
        other = asyncio.create_task(note("other"))
        async for item in in_turns(range(4)):
            happened.append(item)  # noqa: PERF401 - when is what counts
        await other

    async def note(what):
        happened.append(what)

    asyncio.run(story())
    assert happened == [0, 1, 2, 3, "other"]


def test_what_takes_long_is_done_one_by_one():
    happened = []

    async def make(turns, name):
        async with turns.turn():
            happened.append(f"{name} begins")
            await asyncio.sleep(0)
            happened.append(f"{name} ends")

    async def story():
        shared = OneByOne()
        await asyncio.gather(make(shared, "a"), make(shared, "b"))

    asyncio.run(story())
    assert happened == ["a begins", "a ends", "b begins", "b ends"]


def test_one_that_hangs_holds_nobody_up_for_long(monkeypatch):
    monkeypatch.setattr(turns, "_PATIENCE_SECONDS", 0.01)

    async def story():
        shared = OneByOne()
        async with shared.turn(), shared.turn():
            return True

    assert asyncio.run(story())


@pytest.mark.parametrize(
    ("module", "address", "body"),
    [
        (handing_in, "/api/v1/events", [{"type": "nothing"}] * 30),
        (submitting, "/api/v1/composites/bulk", ["2^137-1"] * 30),
        (submitting, "/api/v1/composites/bulk", [{"number": []}] * 30),
    ],
)
def test_lists_are_read_in_turns(client, monkeypatch, module, address, body):
    seen = []

    async def counted(items):
        async for item in in_turns(items):
            seen.append(item)
            yield item

    monkeypatch.setattr(module, "in_turns", counted)
    assert client.post(address, json=body).status_code == 200
    assert len(seen) >= 30


def test_the_output_of_a_report_in_many_parts_is_digested_once(client, monkeypatch):
    digested = []

    def spied(data):
        digested.append(data)
        return digest(data)

    digest = submissions._digest
    monkeypatch.setattr(submissions, "_digest", spied)
    number = str(2**137 - 1)
    run = f"GMP-ECM 7.0.5 [configured with GMP 6.2.1] [ECM]\nInput number is {number} (42 digits)\n"
    run += "Using B1=2000, B2=147396, polynomial x^1, sigma=1:{}\nStep 1 took 1ms\nStep 2 took 2ms\n"
    answer = client.post(
        "/api/v1/submit_result",
        json={
            "composite": number,
            "client_id": "alice",
            "method": "ecm",
            "program": "gmp-ecm",
            "parameters": {"b1": 2000, "curves": 1},
            "results": {"curves_completed": 1},
            "raw_output": "".join(map(run.format, range(100, 4_600))),
        },
    )
    assert answer.json()["credited_curves"] == 4_500, answer.text
    assert len(digested) == 1
