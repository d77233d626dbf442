"""Work that Prime95 and mprime keep, in `results.json.txt` and in `results.txt`.

Both are written side by side (ecm.c, later ecm.cpp; releases 20 to 30.18): one of the two tells all.

`results.json.txt` has an object a line, with `worktype` ECM, P-1 or P+1, `b1`, `b2`, `curves` and `exponent`, of 2^exponent-1 unless
`k`, `b`, `n` and `c` say another number. An object with a factor counts its curves up to the one that found it, whose `sigma` and
`stage` it has; what is run behind it is counted anew. Others who report to GIMPS write the same with `PM1` for P-1 and
`B1` and `B2`, as Mlucas does.

`results.txt` has, behind `UID: name/machine, ` and before `, Wi8: 39AB1238` and `, AID: …`

    M1277 completed 10 ECM curves, B1=50000, B2=5000000                   F12 is Fermat's number, 2^4096+1
    ECM found a factor in curve #5, stage #2                              tells of the line with the factor that follows
    M1277 has a factor: 430639100587696027847 (ECM curve 5, B1=50000, B2=5000000)       to release 26 without what is in brackets
    M1277 completed P-1, B1=50000, B2=5000000, E=12                       without B2 when there was no stage 2
    M1277 has a factor: 430639100587696027847 (P-1, B1=50000, B2=5000000)

It uses Suyama's curves and no polynomial, from release 31 on Edwards curves too, which are worth more and count as
the former. There a sigma is another thing, and `results.txt` doesn't tell the release: a sigma is taken from an object of a release before.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from core.factoring.formats.gmp_ecm.sentences import Method
from core.factoring.formats.hand_run.stated import SUYAMA, Stated, counted, made_beside
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY

NAME = "Prime95"
_BESIDE: dict[str, Method] = {"P-1": "P-1", "P+1": "P+1", "PM1": "P-1", "PP1": "P+1"}
_EDWARDS_SINCE = 31
_BOUNDS = r"B1=(?P<b1>[0-9]{1,20})(?:,(?: average)? B2=(?P<b2>[0-9]{1,30}))?"
_NUMBER = r"(?:^|[\s,])(?P<number>M[0-9]{1,9}|F[0-9]{1,2}|(?:[0-9]{1,20}\*)?[0-9]{1,10}\^[0-9]{1,9}[-+][0-9]{1,10})"
_COMPLETED = re.compile(
    rf"{_NUMBER} completed (?:(?P<curves>[0-9]{{1,9}}) ECM (?:Edwards |Montgomery )?curves?|(?P<method>P[-+]1)), {_BOUNDS}"
)
_HAS_A_FACTOR = re.compile(
    rf"{_NUMBER} has a factor: (?P<factor>[0-9]+)(?![0-9])(?: \((?:ECM curve (?P<curves>[0-9]{{1,9}})|(?P<method>P[-+]1)), {_BOUNDS})?"
)
_STAGE = re.compile(r"ECM found a factor in curve #[0-9]{1,9}, stage #([0-2])")


def of_object(line: int, fields: dict[str, Any]) -> Iterator[Stated]:
    """Yield what a line of `results.json.txt` tells of.

    Raises:
        BadInput, TypeError, ValueError, OverflowError: it holds what Prime95 does not write.
    """
    number = _number(fields)
    factors = tuple(map(str, fields.get("factors") or ()))
    b1, b2, curves = (int(fields.get(name) or fields.get(name.upper()) or 0) for name in ("b1", "b2", "curves"))
    method = fields["worktype"]
    stated = Stated(line, NAME, factors=factors, number=number)
    if (beside := _BESIDE.get(method)) is not None:
        yield made_beside(stated, beside, b1, b2, 1)
    elif method != "ECM":
        yield replace(stated, why=f"it is of {method}, not of ECM")
    elif factors:
        yield from _up_to_a_find(replace(stated, sigma=_sigma(fields)), b1, b2, curves, int(fields.get("stage", 1)))
    else:
        yield _curves(stated, b1, b2, curves)


def of_log(lines: Iterable[tuple[int, str]]) -> Iterator[Stated]:
    """Yield what a `results.txt` tells of, or what was seen on the screen."""
    stage = 1
    for line, said in lines:
        if told := _STAGE.search(said):
            stage = int(told[1])
        elif completed := _COMPLETED.search(said):
            b1, b2 = int(completed["b1"]), int(completed["b2"] or 0)
            stated = Stated(line, NAME, number=_spelled(completed))
            if completed["method"] is None:
                yield _curves(stated, b1, b2, int(completed["curves"]))
            else:
                yield made_beside(stated, _BESIDE[completed["method"]], b1, b2, 1)
        elif found := _HAS_A_FACTOR.search(said):
            yield from _found(line, found, stage)
            stage = 1


def _found(line: int, found: re.Match[str], stage: int) -> Iterator[Stated]:
    stated = Stated(line, NAME, factors=(found["factor"],), number=_spelled(found))
    b1, b2 = int(found["b1"] or 0), int(found["b2"] or 0)
    if found["curves"]:
        yield from _up_to_a_find(stated, b1, b2, int(found["curves"]), stage)
    elif found["method"]:
        yield made_beside(stated, _BESIDE[found["method"]], b1, b2, 1)
    else:
        yield stated


def _up_to_a_find(stated: Stated, b1: int, b2: int, curves: int, stage: int) -> Iterator[Stated]:
    """Yield curves of which the last one found something: in stage 1, which ended it there, or in stage 2."""
    if curves > 1:
        yield _curves(replace(stated, factors=(), sigma=""), b1, b2, curves - 1)
    last = _curves(stated, b1, b2 if stage > 1 else STAGE_1_ONLY, 1 if stage and curves else 0)
    yield last if last.bounds is not None else replace(stated, sigma="", why=last.why, method="ecm")


def _curves(stated: Stated, b1: int, b2: int, curves: int) -> Stated:
    return counted(stated, b1, b2 if b2 > b1 else STAGE_1_ONLY, curves, param=SUYAMA, polynomial=False)


def _sigma(fields: dict[str, Any]) -> str:
    """Return the sigma of Suyama's curve that found something; nothing where it may be of another kind."""
    program = fields.get("program")
    release = re.match(r"[0-9]{1,3}", str(program.get("version", ""))) if isinstance(program, dict) else None
    if "sigma" not in fields or release is None or int(release[0]) >= _EDWARDS_SINCE:
        return ""
    return str(int(fields["sigma"]))


def _number(fields: dict[str, Any]) -> str:
    k, b, n, c = (fields.get(name) for name in ("k", "b", "n", "c"))
    if None not in {b, n, c}:
        return f"{k or 1}*{b}^{n}{int(c or 0):+d}"
    return f"2^{fields['exponent']}-1" if "exponent" in fields else ""


def _spelled(said: re.Match[str]) -> str:
    """Return the number of a line, `M1277` and `F12` written out."""
    text = said["number"]
    if text[0] == "F":
        return f"2^{2 ** int(text[1:])}+1"
    return f"2^{text[1:]}-1" if text[0] == "M" else text
