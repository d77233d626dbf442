"""The lists of numbers that were submitted on a page or as files."""

from typing import Any

from coordinator.intake.kept_uploads import recent_uploads
from coordinator.node import Node
from coordinator.pages.site import Address

_SHOWN = 30


async def uploads(node: Node, _: Address) -> dict[str, Any]:
    """Return the uploads whose state changed last."""
    return {"uploads": recent_uploads(node.directory, _SHOWN)}
