"""The machines of a first start, so that simulations can be tried without setting anything up."""

import uuid

from coordinator.node import Node
from coordinator.time.wallclock import now
from core.deciding import Order
from core.simulations.commands import RegisterMachine

SEEDS = (
    RegisterMachine(name="abacus", cpu="8 cores at 3.4 GHz", memory_gb=32),
    RegisterMachine(name="quipu", cpu="32 cores at 2.9 GHz", memory_gb=128),
    RegisterMachine(name="astrolabe", cpu="16 cores at 3.0 GHz", gpu="24 GB", memory_gb=64),
    RegisterMachine(name="antikythera", cpu="64 cores at 2.4 GHz", gpu="2 x 80 GB", memory_gb=512),
)


async def seed_machines(node: Node) -> None:
    """Register the machines, once for ever: a later start finds that it was done, whatever became of them since.

    Raises:
        Unavailable: nothing can be written.
    """
    moment = now()
    orders = [
        Order(
            command=seed,
            now=moment,
            correlation=str(uuid.uuid4()),
            actor="operator",
            key=f"seed-machine-{number}",
        )
        for number, seed in enumerate(SEEDS, 1)
    ]
    for result in await node.perform_all(orders):
        if isinstance(result, Exception):
            raise result
