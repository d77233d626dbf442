"""Projections and verification: how everything stands, building tables anew, checking all there is."""

from typing import Any

from coordinator.http.projections import rebuild_of, undertake_rebuild, undertakings_of
from coordinator.http.verification import VERIFICATION, undertake_verification
from coordinator.node import Node
from coordinator.operations.rebuilding import ALL
from coordinator.operations.standing import standings
from coordinator.pages.forms import Sent
from coordinator.pages.site import Address

_PAGE = "/admin/projections"


async def projections_page(node: Node, _: Address) -> dict[str, Any]:
    """Return how far the projections have come, and what their rebuilds and the verification are called."""
    return {
        "standings": await standings(node),
        "head": node.end,
        "rebuild_of": rebuild_of,
        "verification": VERIFICATION,
        "all": ALL,
    }


async def rebuild_projections(sent: Sent) -> str:
    """Begin to fold a context's projections anew from the log."""
    undertake_rebuild(sent.request, sent.node, sent.values["name"])
    return _PAGE


async def cancel_rebuild(sent: Sent) -> str:
    """End a rebuild; the live projections stay as they are."""
    await undertakings_of(sent.request).cancel(rebuild_of(sent.values["name"]))
    return _PAGE


async def verify(sent: Sent) -> str:
    """Begin to check every event, and that every table is what the events say."""
    undertake_verification(sent.request, sent.node, log_only=False)
    return _PAGE


async def cancel_verification(sent: Sent) -> str:
    """End the verification."""
    await undertakings_of(sent.request).cancel(VERIFICATION)
    return _PAGE
