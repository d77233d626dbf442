"""Projections and verification: how everything stands, building tables anew, checking all there is.

What goes on already is not begun again, and what has ended is not ended: the page shows how it stands.
"""

from typing import Any

from coordinator.node import Node
from coordinator.operations.projections.health import health
from coordinator.operations.projections.rebuilding import ALL, begin_rebuild, rebuild_of
from coordinator.operations.verifying import VERIFICATION, begin_verification
from coordinator.pages.forms.posting import Sent
from coordinator.pages.rendering.site import Address

_PAGE = "/admin/projections"


async def projections_page(node: Node, _: Address) -> dict[str, Any]:
    """Return how far the projections have come, and what their rebuilds and the verification are called."""
    return {
        "health": await health(node),
        "head": node.end,
        "rebuild_of": rebuild_of,
        "verification": VERIFICATION,
        "all": ALL,
    }


async def rebuild_projections(sent: Sent) -> str:
    """Begin to fold a context's projections anew from the log."""
    if not sent.node.background.going(rebuild_of(sent.values["name"])):
        begin_rebuild(sent.node, sent.values["name"])
    return _PAGE


async def cancel_rebuild(sent: Sent) -> str:
    """End a rebuild; the live projections stay as they are."""
    await _cancel(sent.node, rebuild_of(sent.values["name"]))
    return _PAGE


async def verify(sent: Sent) -> str:
    """Begin to check every event, and that every table is what the events say."""
    if not sent.node.background.going(VERIFICATION):
        begin_verification(sent.node, log_only=False)
    return _PAGE


async def cancel_verification(sent: Sent) -> str:
    """End the verification."""
    await _cancel(sent.node, VERIFICATION)
    return _PAGE


async def _cancel(node: Node, name: str) -> None:
    if node.background.going(name):
        await node.background.cancel(name)
