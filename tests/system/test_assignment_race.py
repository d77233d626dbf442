"""Sixteen clients that ask at the same instant, over real HTTP: a hundred times in the suite, a thousand in drills."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager

import pytest

from tests.real.servers import Connection

CLIENTS = 16
ROUNDS = [50, pytest.param(500, marks=pytest.mark.drill)]
OK = 200


@asynccontextmanager
async def clients(port):
    """So many clients, each with a connection of its own."""
    connections = [Connection(port) for _ in range(CLIENTS)]
    try:
        yield connections
    finally:
        for connection in connections:
            await connection.close()


async def submit(connection, numbers):
    body = [{"number": number, "target_t_level": 60} for number in numbers]
    status, answer = await connection.ask("POST", "/api/v1/composites/bulk", body)
    assert status == OK
    assert answer["errors"] == []
    _, page = await connection.ask("GET", "/api/v1/composites?status=open&size=1000")
    return {row["id"] for row in page["composites"]}


async def ask_together(connections):
    """Have every client ask at once; return what each was given."""
    answers = await asyncio.gather(
        *(
            connection.ask("GET", f"/api/v1/work/request?client_id=client-{number}")
            for number, connection in enumerate(connections)
        )
    )
    assert {status for status, _ in answers} == {OK}
    return [work for _, work in answers]


async def hand_back(connections, given):
    """Free everything again."""
    answers = await asyncio.gather(
        *(c.ask("DELETE", f"/api/v1/work/{work['work_id']}") for c, work in zip(connections, given, strict=True))
    )
    assert {status for status, _ in answers} == {OK}


@pytest.mark.parametrize("rounds", ROUNDS)
def test_no_assignment_and_no_number_is_held_twice_while_another_is_free(coordinator, rounds):
    async def race():
        async with clients(coordinator.port) as connections:
            numbers = [f"({10**40 + 2 * i}*{10**41}+1)" for i in range(3 * CLIENTS)]
            assert len(await submit(connections[0], numbers)) > CLIENTS
            for _ in range(rounds):
                given = await ask_together(connections)
                assert len({work["work_id"] for work in given}) == CLIENTS
                assert len({work["composite_id"] for work in given}) == CLIENTS
                await hand_back(connections, given)

    asyncio.run(race())


@pytest.mark.parametrize("rounds", ROUNDS)
def test_fewer_numbers_than_clients_are_shared_only_when_none_is_free(coordinator, rounds):
    async def race():
        async with clients(coordinator.port) as connections:
            primes = (10**17 + 3, 10**20 + 39, 10**21 + 117)
            open_ones = await submit(connections[0], [str((10**19 + 51) * p) for p in primes])
            assert len(open_ones) == len(primes)
            for _ in range(rounds):
                given = await ask_together(connections)
                assert len({work["work_id"] for work in given}) == CLIENTS
                assert set(Counter(work["composite_id"] for work in given)) == open_ones
                await hand_back(connections, given)

    asyncio.run(race())
