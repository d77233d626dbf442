"""Residues modulo what is left of their number.

A residue X modulo N is one modulo every divisor of N. Resumed as it was saved, a curve that found a factor that is known by
now finds it again, and nothing else: the file is of use only without that factor.
"""

import itertools
import re
from collections.abc import Collection, Iterable, Iterator

import gmpy2
from gmpy2 import mpz

from core.factoring.formats.residues.lines import Residue, checksum, examine

_N = re.compile(rb"((?:^|;)\s*N\s*=\s*)[^;\s]+")
_X = re.compile(rb"((?:^|;)\s*Q?X\s*=\s*)0x[0-9a-fA-F]+")
_CHECKSUM = re.compile(rb"((?:^|;)\s*CHECKSUM\s*=\s*)[0-9]+")


def reduced(lines: Iterable[bytes], left: str, ceiling_digits: int, skipped: Collection[str] = ()) -> Iterator[bytes]:
    """Return the lines of a file, its residues taken modulo what they have in common with what is left; others stay as they are.

    After a correction a file may be of a part of the number that it is kept for; lines with which nothing can be found any
    more are left out.

    Args:
        lines: of a file that was sifted.
        left: what is left of the number, in decimal.
        ceiling_digits: the most digits that a number may have.
        skipped: sigmas of curves that are left out.
    """
    given, read = itertools.tee(lines)
    for line, found in zip(given, examine(read, ceiling_digits), strict=True):
        if not isinstance(found, Residue):
            yield line
        elif found.sigma in skipped:
            continue
        elif (modulus := gmpy2.gcd(mpz(left), mpz(found.number))) > 1:
            yield line if modulus == mpz(found.number) else _reduced(line, found, modulus)


def _reduced(line: bytes, residue: Residue, modulus: mpz) -> bytes:
    x = mpz(residue.x, 0) % modulus
    spelled = b"0x%x" % modulus if residue.b1 is None else b"%d" % modulus
    line = _N.sub(rb"\g<1>" + spelled, line, count=1)
    line = _X.sub(rb"\g<1>0x%x" % x, line, count=1)
    if residue.b1 is None or residue.sigma is None:  # Prime95 writes no checksum
        return line
    due = checksum(residue.b1, modulus, x, sigma=int(residue.sigma), param=residue.param)
    return _CHECKSUM.sub(rb"\g<1>%d" % due, line, count=1)
