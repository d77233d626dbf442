"""A coordinator without HTTP, to be killed: it hands out keys without end, and prints each position once acknowledged.

    python kernel_driver.py DIRECTORY LIFE [REBUILT]

`LIFE` goes into the name of each key, so that no two lives ask for the same; `REBUILT` are projections to be rebuilt
meanwhile, again and again.
"""

import asyncio
import itertools
import sys
import uuid
from pathlib import Path

from coordinator.opening import opened
from coordinator.operations.projections.rebuilding import rebuild
from coordinator.time.wallclock import now
from core.deciding import Order
from tests.ledgers import create

AT_ONCE = 8


def order(label):
    """Return the order for a key, the same for a resend but for its request."""
    command = create(label)
    return Order(
        command=command,
        now=now(),
        correlation=uuid.uuid4().hex,
        actor="operator",
        key=label,
        content=repr(command).encode(),
    )


async def hand_out(node, labels):
    """Hand out keys one after the other."""
    for label in labels:
        outcome = await node.perform(order(label))
        sys.stdout.write(f"{label} {outcome.position}\n")
        sys.stdout.flush()


async def rebuild_again_and_again(node, names):
    """Rebuild projections for as long as the process lives."""
    for name in itertools.cycle(names):
        await rebuild(node, name)


async def main(directory, life, *rebuilt):
    """Work until killed."""
    labels = (f"{life}-{number}" for number in itertools.count(1))
    async with opened(Path(directory)) as node, asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(hand_out(node, labels))
        if rebuilt:
            tasks.create_task(rebuild_again_and_again(node, rebuilt))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
