"""Taking a residue file in: written, checked, on disk under its name, where other nodes get it, and only then recorded."""

from collections.abc import AsyncIterator, Awaitable, Callable

from coordinator.node import Node
from coordinator.residues.checking import check
from coordinator.residues.store import ResidueStore
from coordinator.unavailable import Doubtful, Unavailable
from coordinator.writer.outcome import Outcome
from core.factoring.answers.residues import ResidueAnswer
from core.factoring.commands.residues import Contents
from core.refusals import Refusal
from projections.factoring.residues.files import residue_of_content
from projections.runtime.checkpoint import stopped

Record = Callable[[str, Contents], Awaitable[Outcome[ResidueAnswer]]]
"""(SHA-256 of a file as it came, what was found in it) → what became of the command that records it."""


async def take_in(
    node: Node,
    store: ResidueStore,
    pieces: AsyncIterator[bytes],
    ceiling_digits: int,
    told_b1: int | None,
    record: Record,
) -> Outcome[ResidueAnswer]:
    """Keep a residue file and have it recorded; one that is refused leaves nothing behind.

    Raises:
        Refusal: it is empty, too large, holds nothing that can be kept, or is turned down by `record`.
        Unavailable: nothing can be written just now.
    """
    async with store.arriving(pieces) as arrived:
        with store.fresh() as sifted:
            contents = await node.preparation.run(check, arrived.path, sifted, ceiling_digits, told_b1)
            async with store.settling:
                try:
                    await store.keep_for_all(sifted, contents.served_sha256)
                    return await record(arrived.sha256, contents)
                except Doubtful:  # what may stand in the log is kept
                    raise
                except (Refusal, Unavailable):
                    await discard_unneeded(node, store, contents.served_sha256)
                    raise


async def discard_unneeded(node: Node, store: ResidueStore, sha256: str) -> bool:
    """Remove a file that no record needs any more; return whether it was removed.

    None is removed while the tables do not follow the log.
    """
    if await node.readers["factoring"].query(stopped) is not None:
        return False
    needed = await node.readers["factoring"].query(residue_of_content, sha256, removed=False)
    return needed is None and await store.discard_for_all(sha256)
