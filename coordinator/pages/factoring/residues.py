"""Residue files: what waits for its stage 2, who holds what, and what is done."""

from typing import Any

from coordinator.node import Node
from coordinator.pages.site import Address
from projections.clients.state import names
from projections.factoring import catalogue
from projections.factoring.residue_status import newest_residues, residue_counts

_SHOWN = 100


async def residues(node: Node, _: Address) -> dict[str, Any]:
    """Return how many residue files stand how, and the newest of them."""
    factoring = node.readers["factoring"]
    newest = await factoring.query(newest_residues, _SHOWN)
    return {
        "counts": await factoring.query(residue_counts),
        "residues": newest,
        "numbers": await factoring.query(catalogue.numbers_by_id, [one.file.number for one in newest]),
        "names": await node.readers["clients"].query(names),
    }
