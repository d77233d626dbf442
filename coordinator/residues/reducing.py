"""Handing out a part of a residue file: without curves whose stage 2 is done, and modulo what is left of its number."""

from collections.abc import Collection
from pathlib import Path

from coordinator.residues.checking import lines_of
from core.factoring.formats.residues.reduction import reduced


def reduce(source: Path, target: Path, left: str, ceiling_digits: int, skipped: Collection[str]) -> None:
    """Write a residue file modulo what is left of its number, line by line; it runs in a child process.

    Args:
        source: the file as it is kept.
        target: where to write.
        left: what is left of the number, in decimal.
        ceiling_digits: the most digits that a number may have.
        skipped: sigmas of curves that are left out.
    """
    with source.open("rb") as kept, target.open("wb") as handed_out:
        handed_out.writelines(reduced(lines_of(kept), left, ceiling_digits, skipped))
