"""Having every node keep the residue files of all, by way of the shared database."""

import asyncio
from functools import partial

from coordinator.node import Node
from coordinator.residues.store import ResidueStore, kept_in
from coordinator.time.repeating import every
from core.factoring.decide import FACTORING
from projections.factoring.residues.status import kept_contents
from projections.runtime.checkpoint import stopped

_EVERY_SECONDS = 5.0


async def run(node: Node, store: ResidueStore) -> None:
    """Exchange, until cancelled."""
    await every(_EVERY_SECONDS, "residues_not_exchanged", partial(exchange, node, store))


async def exchange(node: Node, store: ResidueStore) -> None:
    """Fetch what is lacking here; the node that writes brings what is lacking there, others remove what nobody has any more.

    What the log needs is there already, unless it was written by a coordinator that was alone, or the database was put
    back.

    Raises:
        Unavailable: the shared database can't be reached.
    """
    shared, factoring = store.shared, node.readers[FACTORING.name]
    if shared is None or FACTORING.name in node.withheld or await factoring.query(stopped) is not None:
        return
    there = await asyncio.to_thread(shared.contents)
    whole = {sha256 for sha256, complete in there.items() if complete}
    for sha256 in whole & (await factoring.query(kept_contents)).keys():
        await store.has(sha256)
    async with store.settling:
        kept = (await factoring.query(kept_contents)).keys()
        here = set(await asyncio.to_thread(kept_in, store.directory))
        if node.standing.holding:
            for sha256 in (kept & here) - whole:
                await asyncio.to_thread(shared.put, store.path(sha256), sha256)
        else:
            for sha256 in here - kept - there.keys():
                store.discard(sha256)
