"""The machines of a first start."""

import asyncio

from coordinator.opening import opened
from coordinator.operations.seeding import SEEDS, seed_machines
from core.deciding import Order
from core.simulations.commands import RemoveMachine
from projections.simulations.machines import machines


def test_the_machines_are_registered_once_and_stay_removed(tmp_path):
    async def names():
        async with opened(tmp_path / "data") as node:
            await seed_machines(node)
            found = await node.readers["simulations"].query(machines)
            await node.perform(
                Order(command=RemoveMachine(machine=found[0].id), now=1, correlation="r", actor="operator")
            )
            return [one.name for one in found]

    registered = [seed.name for seed in SEEDS]
    (tmp_path / "data").mkdir()
    assert asyncio.run(names()) == registered
    assert asyncio.run(names()) == registered[1:]
