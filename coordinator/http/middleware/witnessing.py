"""Evidence: what the output that came with a submission shows of its number."""

from collections.abc import Sequence

from coordinator.node import Node
from core.factoring.formats.credit.shown import (
    NOT_OF_THIS_NUMBER,
    Shown,
    composite_of,
    has_other_polynomials,
    shown_in,
    shown_of,
)
from core.factoring.formats.gmp_ecm.transcript import parse_output
from projections.factoring.wholes.standing import known_primes

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
    shown = await _shown(node, text, composite, ceiling_digits, ())
    if all(reason != NOT_OF_THIS_NUMBER for reason, _ in shown.left_out):
        return shown
    # A residue file is handed out modulo what is left of its number, however many factors of that are known by then.
    primes = await node.readers["factoring"].query(known_primes, composite, ceiling_digits)
    return await _shown(node, text, composite, ceiling_digits, primes) if primes else shown


async def _shown(node: Node, text: str, composite: str, ceiling_digits: int, primes: Sequence[str]) -> Shown:
    if len(text) > _LONG_OUTPUT:
        return await node.preparation.run(shown_in, text, composite, ceiling_digits, primes)
    output = parse_output(text)
    number = composite_of(composite, ceiling_digits)
    if has_other_polynomials(output):
        return await node.preparation.run(shown_of, output, number, ceiling_digits, primes)
    return shown_of(output, number, ceiling_digits, primes)
