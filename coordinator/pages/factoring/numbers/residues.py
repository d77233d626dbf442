"""Residue files: what waits for its stage 2, who holds what, and what is done."""

from typing import Any

from coordinator.clients.names import client_names
from coordinator.node import Node
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import paging_of
from projections.factoring.lists import catalogue
from projections.factoring.residues.status import newest_residues, residue_counts


async def residues(node: Node, address: Address) -> dict[str, Any]:
    """Return how many residue files stand how, and a page of them, the newest first."""
    factoring = node.readers["factoring"]
    counts = await factoring.query(residue_counts)
    paging = paging_of(address, counts.files)
    newest = await factoring.query(newest_residues, paging.size, paging.rows.start)
    return {
        "counts": counts,
        "paging": paging,
        "residues": newest,
        "numbers": await factoring.query(catalogue.numbers_by_id, [one.file.number for one in newest]),
        "names": await client_names(node.readers["clients"]),
    }
