"""By which names a client of this kind goes: it asks for work as `alice`, and submits as `alice-box1`."""

from coordinator.node import Node
from projections.clients.state import numbers_named


async def known_as(node: Node, client: str) -> tuple[int, ...]:
    """Return the numbers of the clients that the sender of a submission goes by: of its own name, then of the shorter ones."""
    return await node.readers["clients"].query(numbers_named, _names(client))


def _names(client: str) -> list[str]:
    parts = client.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
