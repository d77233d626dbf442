"""Residues: what stage 1 leaves behind for a stage 2 elsewhere, as GMP-ECM and Prime95 write it to a file.

One line a curve, of `KEY=value;` pairs in any order:

    METHOD=ECM; PARAM=1; SIGMA=7; B1=2000; N=2^677-1; X=0x1a2b; CHECKSUM=42; PROGRAM=GMP-ECM 7.0.7; WHO=a@b; TIME=...;

Blank lines and lines that begin with `#` are none. Prime95 gives `N=0x..; QX=0x..; SIGMA=..` alone, for parametrisation
0, leaves B1 to be told elsewhere, and puts lines like `[Sun Nov 22 19:00:00 2026]` in between.

A trap: run without `-param`, GMP-ECM 7 uses parametrisation 1 but writes no PARAM; resumed, such a line counts as
parametrisation 0 and its stage 2 finds nothing, although its checksum is right. So a missing PARAM is inferred, from
the range that sigma is drawn from, and marked as inferred. GMP-ECM 6 knew parametrisation 0 only: there nothing is missing.

N is what was typed, in GMP-ECM's grammar (`notation.gmp_ecm`). A curve that finds the whole number leaves a line in which
nothing is left of it; GMP-ECM ends there when it resumes the file.
"""

import re
import string
from collections.abc import Iterable, Iterator
from typing import Literal, get_args

from gmpy2 import mpz
from msgspec import Struct

from core.bigint import abbreviate
from core.factoring.notation.gmp_ecm import gmp_ecm_number
from core.refusals import BadInput

Method = Literal["ECM", "P-1", "P+1"]

_METHODS: dict[str, Method] = {method: method for method in get_args(Method)}

_CHECKSUM_MODULUS = 4294967291
"""2^32 - 5, the largest prime below 2^32."""

_SIGMAS_OF_PARAM_1_BELOW = 2**32
"""From here on sigma can only be one of parametrisation 0, which draws from 64 bits."""

_MOST_NUMBERS = 100
"""So many different N may stand in one file; evaluating each costs time, remembering it costs memory."""

_NATURAL = re.compile(r"\A[0-9]{1,20}\Z")
_SIGMA = re.compile(r"\A-?[0-9]{1,1000}\Z")
_KNEW_ONE_PARAM = ("GMP-ECM 5", "GMP-ECM 6")
_HEXADECIMAL = re.compile(r"\A0x[0-9a-fA-F]+\Z")
_KEYS = frozenset({"METHOD", "PARAM", "SIGMA", "A", "B1", "N", "X", "QX", "CHECKSUM", "PROGRAM"})


class NothingLeft(BadInput):
    """A line of a curve that found the whole number, in which nothing is left to search."""


class Residue(Struct, frozen=True, gc=False):
    """One curve (or one P-1 or P+1) after its stage 1.

    Attributes:
        line: where it stands in its file, from 1.
        method: ECM, P-1 or P+1.
        param: parametrisation 0 to 3; None for P-1 and P+1.
        inferred_param: whether `param` was missing from the line, where it is needed.
        sigma: in decimal, of parametrisation 1 without its sign, which doesn't matter; None for P-1 and P+1.
        b1: bound of stage 1; None when Prime95 wrote the line.
        number: N in decimal.
        x: the residue, in hexadecimal with its `0x`.
        checksum: as written, and verified; None when the line has none.
    """

    line: int
    method: Method
    param: int | None
    inferred_param: bool
    sigma: str | None
    b1: int | None
    number: str
    x: str
    checksum: int | None


def checksum(b1: int, number: mpz, x: mpz, *, sigma: int | None = None, param: int | None = None) -> int:
    """CHECKSUM of a line: B1 · SIGMA · N · X · (PARAM + 1) modulo 2^32 - 5, without the factors that it doesn't have."""
    product = b1 * int(number % _CHECKSUM_MODULUS) * int(x % _CHECKSUM_MODULUS)
    if sigma is not None:
        product *= sigma
    if param is not None:
        product *= param + 1
    return product % _CHECKSUM_MODULUS


def read_residues(lines: Iterable[bytes | str], ceiling_digits: int) -> Iterator[Residue]:
    """The residues of a file, one by one, as its lines come; memory does not grow with the file.

    Skips the line in which nothing is left, which GMP-ECM writes when a curve found the whole number.

    Raises:
        BadInput: a line is no residue, or its checksum is wrong. The sentence names the line.
    """
    for position, found in enumerate(examine(lines, ceiling_digits), start=1):
        if isinstance(found, NothingLeft):
            continue
        if isinstance(found, BadInput):
            raise BadInput(f"Line {position}: {found.sentence}") from found
        if found is not None:
            yield found


def examine(lines: Iterable[bytes | str], ceiling_digits: int) -> Iterator[Residue | BadInput | None]:
    """Yield for each line of a file a residue, nothing, or a fault; then the next line is read."""
    numbers = _Numbers(ceiling_digits)
    for position, line in enumerate(lines, start=1):
        text = line.decode("ascii", errors="replace") if isinstance(line, bytes) else line
        try:
            found = _residue(position, text.strip(string.whitespace), numbers)
        except BadInput as fault:
            yield fault
        else:
            yield found


class _Numbers:
    """The numbers of one file, each evaluated once."""

    def __init__(self, ceiling_digits: int) -> None:
        self.ceiling_digits = ceiling_digits
        self._known: dict[str, tuple[str, mpz]] = {}

    def __getitem__(self, spelled: str) -> tuple[str, mpz]:
        """In decimal and as a number."""
        known = self._known.get(spelled)
        if known is None:
            if len(self._known) == _MOST_NUMBERS:
                raise BadInput(f"more than {_MOST_NUMBERS} different numbers stand in one file; split it.")
            number = self._evaluated(spelled)
            known = self._known[spelled] = number.digits(), number
        return known

    def _evaluated(self, spelled: str) -> mpz:
        number = gmp_ecm_number(spelled, self.ceiling_digits)
        if number == 1:
            raise NothingLeft(
                f"N={abbreviate(spelled)} is 1: the curve found the whole number, and nothing is left of it."
            )
        return number


def _residue(position: int, line: str, numbers: _Numbers) -> Residue | None:
    if not line or line.startswith(("#", "[")):
        return None
    if len(line) > 5 * numbers.ceiling_digits + 2000:
        raise BadInput(f"{len(line)} characters are too many for numbers of {numbers.ceiling_digits} digits.")
    fields = _fields(line)
    return (
        _prime95_residue(position, fields, numbers) if "QX" in fields else _gmp_ecm_residue(position, fields, numbers)
    )


def _fields(line: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for pair in line.split(";"):
        key, _, value = pair.partition("=")
        key = key.strip()
        if key in _KEYS:
            if key in fields:
                raise BadInput(f"{key} is given twice.")
            fields[key] = value.strip()
    return fields


def _prime95_residue(position: int, fields: dict[str, str], numbers: _Numbers) -> Residue:
    decimal, _ = numbers[_field(fields, "N")]
    return Residue(
        line=position,
        method="ECM",
        param=0,
        inferred_param=False,
        sigma=str(_sigma(fields, 0)),
        b1=_natural(fields, "B1") if "B1" in fields else None,
        number=decimal,
        x=_hexadecimal(fields, "QX"),
        checksum=None,
    )


def _gmp_ecm_residue(position: int, fields: dict[str, str], numbers: _Numbers) -> Residue:
    method = _method(fields)
    param = _param(fields) if method == "ECM" else None
    sigma = _sigma(fields, param) if method == "ECM" else None
    missing = sigma is not None and param is None
    b1 = _natural(fields, "B1")
    decimal, number = numbers[_field(fields, "N")]
    x = _hexadecimal(fields, "X")
    given = _natural(fields, "CHECKSUM") if "CHECKSUM" in fields else None
    if given is not None and given != (due := checksum(b1, number, mpz(x, 0), sigma=sigma, param=param)):
        raise BadInput(f"CHECKSUM={given} is wrong, {due} would be right: the line was damaged or changed.")
    if missing:
        param = 0 if fields.get("PROGRAM", "").startswith(_KNEW_ONE_PARAM) else _inferred_param(sigma or 0)
    return Residue(
        line=position,
        method=method,
        param=param,
        inferred_param=missing and not fields.get("PROGRAM", "").startswith(_KNEW_ONE_PARAM),
        sigma=None if sigma is None else str(abs(sigma) if param == 1 else sigma),
        b1=b1,
        number=decimal,
        x=x,
        checksum=given,
    )


def _inferred_param(sigma: int) -> int:
    return 1 if sigma < _SIGMAS_OF_PARAM_1_BELOW else 0


def _method(fields: dict[str, str]) -> Method:
    named = _field(fields, "METHOD")
    if named not in _METHODS:
        raise BadInput(f"METHOD={abbreviate(named)} is unknown; ECM, P-1 and P+1 are accepted.")
    return _METHODS[named]


def _sigma(fields: dict[str, str], param: int | None) -> int:
    if "SIGMA" not in fields and "A" in fields:
        raise BadInput("the curve is given by A, which can't be credited; SIGMA is needed.")
    value = _field(fields, "SIGMA")
    if not _SIGMA.match(value):
        raise BadInput(f"SIGMA={abbreviate(value)} is not a whole number of at most 1000 digits.")
    sigma = int(value)
    if param in {1, 3} and sigma >= _SIGMAS_OF_PARAM_1_BELOW:
        raise BadInput(f"SIGMA={abbreviate(value)} is none of PARAM={param}, whose are below 2^32.")
    return sigma


def _param(fields: dict[str, str]) -> int | None:
    if "PARAM" not in fields:
        return None
    param = _natural(fields, "PARAM")
    if param > 3:
        raise BadInput(f"PARAM={param} is unknown; 0 to 3 are accepted.")
    return param


def _field(fields: dict[str, str], key: str) -> str:
    if key not in fields:
        raise BadInput(f"{key} is missing; a residue has METHOD, SIGMA, B1, N and X (Prime95's has N, QX and SIGMA).")
    return fields[key]


def _natural(fields: dict[str, str], key: str) -> int:
    value = _field(fields, key)
    if not _NATURAL.match(value):
        raise BadInput(f"{key}={abbreviate(value)} is not a whole number of at most 20 digits.")
    return int(value)


def _hexadecimal(fields: dict[str, str], key: str) -> str:
    value = _field(fields, key)
    if not _HEXADECIMAL.match(value):
        raise BadInput(f"{key}={abbreviate(value)} is not a hexadecimal number that begins with 0x.")
    return value
