"""The part of factoring on the page where administrators begin."""

from typing import Any

from coordinator.intake.kept_uploads import read_upload, recent_uploads
from coordinator.node import Node
from coordinator.pages.rendering.site import Address
from projections.factoring.assignment import holdings
from projections.factoring.lists import counts

_UPLOADS = 5


async def overview(node: Node, _: Address) -> dict[str, Any]:
    """Return how many numbers, assignments and reservations there are, and the newest uploads."""
    factoring = node.readers["factoring"]
    return {
        "by_shelf": await factoring.query(counts.count_by_shelf),
        "by_status": await factoring.query(counts.count_by_status),
        "held": await factoring.query(holdings.count_of, live=True),
        "reserved": len(await factoring.query(holdings.reservations)),
        "uploads": [read_upload(node.directory, one) for one in recent_uploads(node.directory)[:_UPLOADS]],
    }
