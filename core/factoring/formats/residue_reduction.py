"""Residues modulo what is left of their number.

A residue X modulo N is one modulo every divisor of N. Resumed as it was saved, a curve that found a factor that is known by
now finds it again, and nothing else: the file is of use only without that factor.
"""

import itertools
import re
from collections.abc import Iterable, Iterator

from gmpy2 import mpz

from core.factoring.formats.residue_lines import Residue, checksum, examine

_N = re.compile(rb"((?:^|;)\s*N\s*=\s*)[^;\s]+")
_X = re.compile(rb"((?:^|;)\s*Q?X\s*=\s*)0x[0-9a-fA-F]+")
_CHECKSUM = re.compile(rb"((?:^|;)\s*CHECKSUM\s*=\s*)[0-9]+")


def reduced(lines: Iterable[bytes], left: str, ceiling_digits: int) -> Iterator[bytes]:
    """Return the lines of a file, its residues taken modulo a divisor of their number; other lines stay as they are.

    Args:
        lines: of a file that was sifted.
        left: the divisor, in decimal.
        ceiling_digits: the most digits that a number may have.
    """
    modulus = mpz(left)
    given, read = itertools.tee(lines)
    for line, found in zip(given, examine(read, ceiling_digits), strict=True):
        yield _reduced(line, found, modulus) if isinstance(found, Residue) else line


def _reduced(line: bytes, residue: Residue, modulus: mpz) -> bytes:
    x = mpz(residue.x, 0) % modulus
    spelled = b"0x%x" % modulus if residue.b1 is None else b"%d" % modulus
    line = _N.sub(rb"\g<1>" + spelled, line, count=1)
    line = _X.sub(rb"\g<1>0x%x" % x, line, count=1)
    if residue.b1 is None or residue.sigma is None:  # Prime95 writes no checksum
        return line
    due = checksum(residue.b1, modulus, x, sigma=int(residue.sigma), param=residue.param)
    return _CHECKSUM.sub(rb"\g<1>%d" % due, line, count=1)
