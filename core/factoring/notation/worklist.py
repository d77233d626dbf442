"""ECM work in one line of text: `curves@B1[,B2][,p=param]`, several separated by semicolons.

"5208@11e6;100@85e7,0,p=3" is 5208 curves with B1 = 11e6, default B2 and param 1, and 100 curves of param 3 with
B1 = 85e7 and no stage 2.
"""

import re
from collections.abc import Iterable
from fractions import Fraction

from msgspec import Struct

from core.factoring.mathematics.curves.limits import DEFAULT_B2, require_b1, require_b2, require_curves, require_param
from core.factoring.mathematics.levels.effort import curve_effort
from core.refusals import BadInput
from core.wording import shortened

DEFAULT_PARAM = 1

_GRAMMAR = "curves@B1[,B2][,p=param], as in 5208@11e6 or 100@85e7,0,p=3"

_ENTRY = re.compile(r"(?P<curves>[^@,]+)@(?P<b1>[^@,]+)(?:,(?P<b2>[^@,=]+))?(?:,\s*p\s*=(?P<param>[^@,=]+))?")

_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE]\+?[0-9]{1,2})?")


class Work(Struct, frozen=True):
    """So many curves with the same bounds; B2 None: GMP-ECM's default, below B1: stage 1 only."""

    curves: int
    b1: int
    b2: int | None = None
    param: int = DEFAULT_PARAM


def parse(text: str) -> tuple[Work, ...]:
    """The work that a line of text lists; an empty entry, as after a last semicolon, is skipped.

    Raises:
        BadInput: an entry doesn't follow the grammar, a number is out of bounds, or there is no entry.
    """
    work = tuple(_entry(entry.strip()) for entry in text.split(";") if entry.strip())
    if not work:
        raise BadInput(f"The list of work is empty: {_GRAMMAR} is accepted, several separated by semicolons.")
    return work


def effort_of(work: Iterable[Work]) -> int:
    """The effort of all the work together."""
    return sum(item.curves * curve_effort(item.b1, item.b2, item.param) for item in work)


def whole_number(text: str, name: str, where: str = "") -> int:
    """A whole number, perhaps with an exponent: 1000000, 25e4, 1.5e6; a refusal says what its `name` is and `where`.

    Raises:
        BadInput: the text is nothing of the kind.
    """
    if _NUMBER.fullmatch(text) and (value := Fraction(text)).denominator == 1:
        return value.numerator
    raise BadInput(f"{name} = {shortened(text)!r}{where} is not a whole number: 1000000 or 25e4 is accepted.")


def _entry(entry: str) -> Work:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        raise BadInput(f"{shortened(entry)!r} is not a piece of work: {_GRAMMAR} is accepted.")
    curves, b1 = _number(match, "curves"), _number(match, "b1")
    b2 = DEFAULT_B2 if match["b2"] is None else _number(match, "b2")
    param = DEFAULT_PARAM if match["param"] is None else _number(match, "param")
    require_curves(curves)
    require_b1(b1)
    require_b2(b2)
    require_param(param)
    return Work(curves, b1, None if b2 == DEFAULT_B2 else b2, param)


def _number(entry: re.Match[str], field: str) -> int:
    return whole_number(entry[field].strip(), field, f" in {shortened(entry[0])!r}")
