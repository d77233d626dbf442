"""The lists of numbers that were submitted on a page or as files."""

from typing import Any

from coordinator.intake.kept_uploads import read_upload, recent_uploads
from coordinator.node import Node
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import part_of


async def uploads(node: Node, address: Address) -> dict[str, Any]:
    """Return a page of the uploads, that whose state changed last first."""
    shown, paging = part_of(address, recent_uploads(node.directory))
    return {"uploads": [read_upload(node.directory, one) for one in shown], "paging": paging}
