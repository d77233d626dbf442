"""Sifting a residue file: its good lines are kept, each with its PARAM; the others are named.

Clients delete their own copy after an upload, whatever is answered. So one bad line must not cost the others.
"""

import re
from collections.abc import Iterable, Iterator

import gmpy2
from gmpy2 import mpz

from core.bigint import abbreviate
from core.factoring.events.residues import BadLine
from core.factoring.formats.residues.lines import Residue, checksum, examine
from core.factoring.mathematics.curves.limits import require_b1
from core.refusals import BadInput

MOST_CURVES = 100_000
"""So many may stand in one file; all their sigmas are recorded."""
BAD_LINES_NAMED = 50
_TIMESTAMP = b"["
"""How a line of Prime95 begins that GMP-ECM would complain of."""
_CHECKSUM = re.compile(rb"((?:^|;)\s*CHECKSUM\s*=\s*)[0-9]+")
_METHOD = re.compile(rb"((?:^|;)\s*METHOD\s*=\s*ECM)[ \t]*(?:;|(?=\r?$))")


class Sieve:
    """Goes through a file once, in memory that does not grow with its length.

    Args:
        ceiling_digits: the most digits that a number may have.
        told_b1: bound of stage 1, for files of Prime95 that do not say it.

    Attributes:
        value: the number, in decimal; empty until a good line was met.
        b1: bound of stage 1.
        param: parametrisation.
        sigmas: of the good lines, in their order.
        checksums: of the same, as they are kept; None for Prime95, which writes none.
        inferred: in how many of them PARAM was put in.
        bad: how many lines are bad.
        bad_lines: the first of those.
    """

    def __init__(self, ceiling_digits: int, told_b1: int | None) -> None:
        self.value = ""
        self.b1 = 0
        self.param = 0
        self.sigmas: dict[str, int] = {}
        self.checksums: list[int | None] = []
        self.inferred = 0
        self.bad = 0
        self.bad_lines: list[BadLine] = []
        self._ceiling = ceiling_digits
        self._told_b1 = told_b1

    def sift(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Return what is kept of a file, line by line.

        Raises:
            BadInput: it holds residues that don't belong together, too many, or no good one.
        """
        raw: list[bytes] = []

        def remembered() -> Iterator[bytes]:
            for line in lines:
                raw[:] = [line]
                yield line

        for position, found in enumerate(examine(remembered(), self._ceiling), start=1):
            if found is None:
                if not raw[0].lstrip().startswith(_TIMESTAMP):
                    yield raw[0]
                continue
            try:
                kept = self._kept(raw[0], found)
            except _Fault as fault:
                self._complain(position, str(fault))
            else:
                yield kept
        if not self.sigmas:
            first = f" Line {self.bad_lines[0].line}: {self.bad_lines[0].fault}" if self.bad_lines else ""
            raise BadInput(f"The file holds no good residue of ecm.{first}")

    def _complain(self, position: int, fault: str) -> None:
        self.bad += 1
        if len(self.bad_lines) < BAD_LINES_NAMED:
            self.bad_lines.append(BadLine(position, fault))

    def _kept(self, line: bytes, found: Residue | BadInput) -> bytes:
        if isinstance(found, BadInput):
            raise _Fault(found.sentence)
        if found.sigma is None or found.param is None:
            raise _Fault(f"it is of {found.method}; only residues of ecm can be handed on.")
        if found.b1 is not None and found.checksum is None:
            raise _Fault("CHECKSUM is missing; the line was cut short or changed by hand.")
        b1 = found.b1 or self._prime95_b1()
        if not self.value:
            self.value, self.b1, self.param = found.number, b1, found.param
        elif found.number != self.value:
            self._check_relative(found)
        elif (b1, found.param) != (self.b1, self.param):
            raise BadInput(
                f"Line {found.line} has B1={b1} and parametrisation {found.param}, and those before it"
                f" {self.b1} and {self.param}; one file holds curves of one kind, split it."
            )
        if found.sigma in self.sigmas:
            raise _Fault(f"it is the same curve as line {self.sigmas[found.sigma]}.")
        if len(self.sigmas) == MOST_CURVES:
            raise BadInput(f"The file holds more than {MOST_CURVES} curves; split it.")
        self.sigmas[found.sigma] = found.line
        self.inferred += found.inferred_param
        self.checksums.append(_due(found) if found.inferred_param else found.checksum)
        return _with_param(line, found) if found.inferred_param else line

    def _prime95_b1(self) -> int:
        if self._told_b1 is None:
            raise BadInput("The file comes from Prime95, which does not write B1; send it as b1 in the query.")
        require_b1(self._told_b1)
        return self._told_b1

    def _check_relative(self, found: Residue) -> None:
        """Leave out a line of a cofactor, which stage 1 went on with after it had found a factor.

        Raises:
            BadInput: the numbers have nothing to do with each other.
        """
        if not gmpy2.is_divisible(mpz(self.value), mpz(found.number)):
            raise BadInput(
                f"Line {found.line} is of {abbreviate(found.number)}, and those before it of {abbreviate(self.value)};"
                " one file holds residues of one number, split it."
            )
        raise _Fault(f"it is of the cofactor {abbreviate(found.number)}; hand it in as a file of its own.")


class _Fault(Exception):  # noqa: N818 - never leaves this module
    """A line can't be kept, and why."""


def _with_param(line: bytes, residue: Residue) -> bytes:
    """Put the inferred PARAM into a line, with the checksum that it then has."""
    given = _METHOD.sub(rb"\g<1>; PARAM=%d;" % (residue.param or 0), line, count=1)
    return _CHECKSUM.sub(rb"\g<1>%d" % _due(residue), given, count=1)


def _due(residue: Residue) -> int:
    assert residue.b1 is not None, "GMP-ECM writes B1"
    assert residue.sigma is not None, "a curve has a sigma"
    return checksum(residue.b1, mpz(residue.number), mpz(residue.x, 0), sigma=int(residue.sigma), param=residue.param)
