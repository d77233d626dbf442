"""Handing out a residue file of a number of which factors were found since: modulo what is left of it."""

from pathlib import Path

from coordinator.residues.checking import lines_of
from core.factoring.formats.residue_reduction import reduced


def reduce(source: Path, target: Path, left: str, ceiling_digits: int) -> None:
    """Write a residue file modulo what is left of its number, line by line; it runs in a child process.

    Args:
        source: the file as it is kept.
        target: where to write.
        left: what is left of the number, in decimal.
        ceiling_digits: the most digits that a number may have.
    """
    with source.open("rb") as kept, target.open("wb") as handed_out:
        handed_out.writelines(reduced(lines_of(kept), left, ceiling_digits))
