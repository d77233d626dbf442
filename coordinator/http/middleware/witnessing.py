"""Evidence: what the output that came with a submission shows of its number."""

from coordinator.node import Node
from core.factoring.formats.gmp_ecm.crediting import Shown, composite_of, has_other_polynomials, shown_in, shown_of
from core.factoring.formats.gmp_ecm.transcript import parse_output

_LONG_OUTPUT = 16 * 1024
"""Reading more than this takes longer than a request may keep others waiting."""


async def shown_by(node: Node, text: str | None, composite: str, ceiling_digits: int) -> Shown:
    """Return what an output shows; what takes long is read in a child process.

    Args:
        node: which has the child processes.
        text: what the program printed; None and the empty text show nothing.
        composite: the number of the submission, as it was written.
        ceiling_digits: the most digits that a number may have.
    """
    if not text:
        return Shown()
    if len(text) > _LONG_OUTPUT:
        return await node.preparation.run(shown_in, text, composite, ceiling_digits)
    output = parse_output(text)
    number = composite_of(composite, ceiling_digits)
    if has_other_polynomials(output):
        return await node.preparation.run(shown_of, output, number, ceiling_digits)
    return shown_of(output, number, ceiling_digits)
