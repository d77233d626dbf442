"""Telling from a submission that it is the stage 2 of a residue file."""

import msgspec

from coordinator.http.middleware.naming import known_as
from coordinator.node import Node
from core.factoring.formats.middleware.submission import residue_mentioned
from core.factoring.state.residues import ResidueFile
from projections.factoring.lists.catalogue import number_by_text, relatives_of
from projections.factoring.residues.files import claimed_by, residue_of_content, sigmas_of, skipped_of


class Resumed(msgspec.Struct, frozen=True):
    """A residue file whose curves a submission goes on with, and the sigmas of those that its sender was given, in order."""

    file: ResidueFile
    sigmas: tuple[str, ...]


async def resumed(node: Node, composite: str, client: str, checksum: str | None, output: str | None) -> Resumed | None:
    """Return which residue file a submission continues; None when it is work of another kind.

    Args:
        node: where to look.
        composite: what the submission is about.
        client: who sends it; submissions come as `username-cpu`, and claims are made as `username`.
        checksum: SHA-256 of the file, if it was sent: whoever has the file may go on with it. One that is not known is of a
            part of a file, as it was handed out; it is the file that the client claimed last on the number.
        output: what the program printed; a file that it mentions has to have been claimed by the client.
    """
    mentioned = residue_mentioned(output) if output else None
    if not (checksum or mentioned):
        return None
    factoring = node.readers["factoring"]
    number = await factoring.query(number_by_text, composite)
    if number is None:
        return None
    above, _ = await factoring.query(relatives_of, number.id)
    file = None
    if checksum:
        file = await factoring.query(residue_of_content, checksum.strip().lower(), removed=True)
    if file is not None:
        return (
            Resumed(file, await factoring.query(sigmas_of, file.residue))
            if file.number in {number.id, *above}
            else None
        )
    claimed = await factoring.query(claimed_by, await known_as(node, client), (number.id, *above), mentioned)
    if claimed is None:
        return None
    file, claim = claimed
    skipped = frozenset(await factoring.query(skipped_of, claim))
    sigmas = await factoring.query(sigmas_of, file.residue)
    return Resumed(file, tuple(sigma for sigma in sigmas if sigma not in skipped))
