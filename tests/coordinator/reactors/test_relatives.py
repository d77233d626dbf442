"""Numbers that have a factor in common learn of it, whatever they look like and whichever came first."""

import asyncio
import uuid
from itertools import pairwise

import pytest

from coordinator.opening import opened
from coordinator.reactors.relatives import Look, run
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from core.deciding import Order
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.mathematics.curves.bounds import bounds_of
from projections.factoring import factors
from projections.factoring.lists import catalogue

P, Q, R, S, T = 10**12 + 39, 10**13 + 37, 10**14 + 31, 10**15 + 37, 10**16 + 61
U, V, W = 10**17 + 3, 10**18 + 9, 10**19 + 51
"""Primes."""


async def perform(node, command):
    order = Order(command=command, now=now(), correlation=str(uuid.uuid4()), actor="test")
    return (await node.perform(order)).answer


async def submit(node, value):
    return (await perform(node, SubmitComposite(text=str(value), ceiling_digits=1_000))).number


async def parts(node, number):
    found = await node.readers["factoring"].query(catalogue.parts_of, number)
    return sorted(int(part.value) for part, _ in found)


async def report(node, value, factor):
    claims = (Claim(str(factor), "7"),)
    await perform(node, ReportCurves("", str(value), bounds_of(2000, None, 1), 3, claims=claims))


@pytest.fixture
def story(tmp_path):
    """Runs a story with a node that looks for relatives when it is told to."""

    def run(tell):
        async def all_of_it():
            async with opened(tmp_path) as node:
                return await tell(node, Look(node))

        return asyncio.run(all_of_it())

    return run


def test_it_looks_after_the_start_and_whenever_something_comes_at_most_so_often(story, monkeypatch):
    failures, looks, looked = [Unavailable("full", 1), ZeroDivisionError()], [], asyncio.Event()

    async def again(_look):
        looks.append(asyncio.get_running_loop().time())
        looked.set()
        if failures:
            raise failures.pop()
        return True

    async def seen(many):
        async with asyncio.timeout(30):
            while len(looks) < many:
                looked.clear()
                await looked.wait()

    async def tell(node, _look):
        running = asyncio.create_task(run(node))
        for many in (1, 2):
            await seen(many)
            await submit(node, P * Q * many)
        await seen(5)  # there is more to do at once
        running.cancel()
        await asyncio.wait([running])
        assert all(later - earlier >= 0.09 for earlier, later in pairwise(looks))

    monkeypatch.setattr("coordinator.reactors.relatives.EVERY_SECONDS", 0.1)
    monkeypatch.setattr(Look, "again", again)
    story(tell)


def test_a_factor_of_one_is_told_to_others_whenever_they_came(story):
    async def tell(node, look):
        before = await submit(node, P * Q)
        await submit(node, P * R * V)
        await look.again()
        await report(node, P * R * V, P)
        await look.again()
        assert await parts(node, before) == [P, Q]
        later, stranger = await submit(node, P * T * U), await submit(node, S * W)
        await look.again()
        assert await parts(node, later) == [P, T * U]
        assert await parts(node, stranger) == []
        found = await node.readers["factoring"].query(factors.factors_of, [before, later])
        assert {(one.method, one.client) for one in found} == {("relation", 0)}
        head = node.position
        await look.again()
        await Look(node).again()
        assert node.position == head, "nothing is told twice"

    story(tell)


def test_what_was_found_before_a_start_is_told_after_it(story):
    async def tell(node, _look):
        known = await submit(node, P * Q)
        await submit(node, P * R)
        await report(node, P * R, P)
        await Look(node).again()
        assert await parts(node, known) == [P, Q]

    story(tell)


def test_numbers_that_share_what_nobody_knows_are_taken_apart_and_work_on_one_counts_for_its_divisor(story):
    async def tell(node, look):
        whole, divisor = await submit(node, R * S * T), await submit(node, R * S)
        other = await submit(node, R * U * Q)
        await look.again()
        assert [await parts(node, one) for one in (whole, divisor, other)] == [[R, S * T], [R, S], [R, Q * U]]

    story(tell)


def test_numbers_from_before_a_start_are_held_against_each_other_piece_by_piece(story, monkeypatch):
    monkeypatch.setattr("coordinator.reactors.relatives._MOST_NEW", 1)

    async def tell(node, look):
        numbers = [await submit(node, value) for value in (P * Q, R * S, R * T, P * U)]
        assert await look.again(), "there are more"
        while await look.again():
            pass
        assert [await parts(node, one) for one in numbers] == [[P, Q], [R, S], [R, T], [P, U]]

    story(tell)


def test_a_divisor_that_is_on_the_list_becomes_a_part_for_which_work_counts(story):
    async def tell(node, look):
        await look.again()
        whole, divisor = await submit(node, R * S * T), await submit(node, R * S)
        await look.again()
        assert await parts(node, whole) == [T, R * S]
        await perform(node, ReportCurves("", str(R * S * T), bounds_of(2000, None, 1), 30))
        assert (await node.readers["factoring"].query(catalogue.number_by_id, divisor)).t_milli > 0

    story(tell)
