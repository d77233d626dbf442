"""Telling from a submission that it is the stage 2 of a residue file."""

import msgspec

from coordinator.http.middleware.naming import known_as
from coordinator.node import Node
from core.factoring.formats.submission import residue_mentioned
from core.factoring.state import ResidueFile
from projections.factoring.catalogue import number_by_text, relatives_of
from projections.factoring.residue_files import claim_of, residue_by_id, residue_of_content, sigmas_of


class Resumed(msgspec.Struct, frozen=True):
    """A residue file whose curves a submission goes on with, and their sigmas in the order of its lines."""

    file: ResidueFile
    sigmas: tuple[str, ...]


async def resumed(node: Node, composite: str, client: str, checksum: str | None, output: str | None) -> Resumed | None:
    """Return which residue file a submission continues; None when it is work of another kind.

    Args:
        node: where to look.
        composite: what the submission is about.
        client: who sends it; submissions come as `username-cpu`, and claims are made as `username`.
        checksum: SHA-256 of the file, if it was sent: whoever has the file may go on with it. It is not known when the file
            was handed out without factors found meanwhile.
        output: what the program printed; a file that it mentions has to have been claimed by the client.
    """
    if not checksum and not output:
        return None
    factoring = node.readers["factoring"]
    file = None
    mentioned = residue_mentioned(output) if output else None
    if checksum:
        file = await factoring.query(residue_of_content, checksum.strip().lower(), removed=True)
    if file is None and mentioned is not None and await _was_claimed(node, mentioned, client):
        file = await factoring.query(residue_by_id, mentioned)
    if file is None:
        return None
    number = await factoring.query(number_by_text, composite)
    if number is None:
        return None
    above, _ = await factoring.query(relatives_of, number.id)
    if file.number not in {number.id, *above}:
        return None
    return Resumed(file, await factoring.query(sigmas_of, file.residue))


async def _was_claimed(node: Node, residue: int, client: str) -> bool:
    for number in await known_as(node, client):
        if await node.readers["factoring"].query(claim_of, number, residue):
            return True
    return False
