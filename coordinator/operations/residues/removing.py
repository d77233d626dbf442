"""Removing residue files: it is recorded first, and then the file goes."""

from collections.abc import Awaitable, Callable

from coordinator.node import Node
from coordinator.operations.residues.taking_in import discard_unneeded
from coordinator.residues.store import ResidueStore
from coordinator.time.wallclock import now
from coordinator.writer.outcome import Outcome
from core.factoring.answers.residues import ResidueAnswer
from core.factoring.commands.residues import RemoveResidue
from core.refusals import Unknown
from projections.factoring.residues.files import residue_by_id
from projections.factoring.residues.status import removable

_AT_ONCE = 1_000

Perform = Callable[[RemoveResidue], Awaitable[Outcome]]


async def remove(node: Node, store: ResidueStore, command: RemoveResidue, perform: Perform) -> Outcome:
    """Record that a file is kept no longer, and then remove it.

    Raises:
        Unknown: there is none of this id.
    """
    async with store.settling:
        outcome = await perform(command)
        file = await node.readers["factoring"].query(residue_by_id, command.residue)
        if file is None:
            raise Unknown(f"There is no residue file with the id {command.residue}.")
        await discard_unneeded(node, store, file.served_sha256)
    return outcome


async def remove_done(node: Node, store: ResidueStore, perform: Perform) -> list[int]:
    """Remove files whose stage 2 is done, or not wanted any more, once they were kept long enough; return their ids."""
    removed = []
    for residue in await node.readers["factoring"].query(removable, now(), _AT_ONCE):
        command = RemoveResidue(residue=residue, reason="done", only_done=True)
        outcome = await remove(node, store, command, perform)
        if isinstance(outcome.answer, ResidueAnswer) and outcome.answer.outcome == "removed":
            removed.append(residue)
    return removed
