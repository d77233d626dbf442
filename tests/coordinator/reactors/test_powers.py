"""Powers that a log of before holds as open numbers are taken to their roots after a start, once, by events."""

import asyncio
import uuid

from coordinator.opening import opened
from coordinator.operations.projections.rebuilding import rebuild
from coordinator.reactors.powers import reconcile
from coordinator.time.wallclock import now
from core.deciding import Order
from core.factoring.commands.imports import ImportComposite
from core.factoring.commands.numbers import SubmitComposite
from projections.factoring.wholes.products import leaves_of

P, Q = 10**15 + 37, 10**20 + 39


async def perform(node, command):
    return (await node.perform(Order(command=command, now=now(), correlation=str(uuid.uuid4())))).answer


async def as_before(node, row, number):
    """Record a number whole, as every number was before powers were looked for; moving in still does."""
    return (await perform(node, ImportComposite(row, f"{row:032x}", str(number), 1000))).number


async def products(node, numbers):
    found = await node.readers["factoring"].query(leaves_of, numbers)
    return [[(int(leaf.value), leaf.times) for leaf in found[number]] for number in numbers]


def test_powers_are_taken_to_their_roots_once(tmp_path):
    async def story():
        async with opened(tmp_path) as node:
            powers = [await as_before(node, row, one) for row, one in enumerate((P**2, Q**3, (P * Q) ** 2), 1)]
            other = await as_before(node, 4, P * Q * 10_007)
            await perform(node, SubmitComposite(text=str(P * Q * 7), ceiling_digits=1000))
            await reconcile(node)
            told = [[(P, 2)], [(Q, 3)], [(P * Q, 2)], [(P * Q * 10_007, 1)]]
            assert await products(node, [*powers, other]) == told
            position = node.log.head().position
            await reconcile(node)
            assert node.log.head().position == position
            await rebuild(node, "factoring")
            assert await products(node, [*powers, other]) == told

    asyncio.run(story())
