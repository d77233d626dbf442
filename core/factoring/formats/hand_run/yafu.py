"""Work that YAFU keeps, in `factor.json` and in its log.

`factor.json` has `ecm-curves`, B1 with how many curves (printed by factor_common.c, later autofactor.c; its B2 is 100 B1 where it
ran the curves itself, the usual one where it called GMP-ECM), `pm1-curves` and `pp1-curves` likewise, and `factors-prime`.

Its log, which goes on from one number to the next, has

    Starting factorization of 2037…                                                   the number (factor_common.c, autofactor.c)
    Finished 30 curves using Lenstra ECM method on C85 input, B1=2k, B2=gmp-ecm default     what is left of it has 85 digits (ecm.c)
    Finished 30 curves using GMP-ECM method on C85 input, …                           likewise, in newer releases
    ecm: commencing 64 curves using AVX-ECM method on 2037…, B1=250k, B2=25M          the number (avx_ecm_main.c)
    ecm: finished 64 curves using AVX-ECM method on C200 input, B1=250k, B2=25M       its own: Suyama's, and no polynomial
    prp12 = 123456789011 (curve 5 stg2 B1=2000 sigma=77 thread=0)                     a factor, by whatever method

Of several threads the line of AVX-ECM may tell the curves of one. It is not said of which parametrisation a sigma is.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from core.factoring.formats.gmp_ecm.sentences import Method
from core.factoring.formats.hand_run.stated import SUYAMA, USUAL_PARAM, Stated, counted, made_beside
from core.factoring.mathematics.curves.limits import DEFAULT_B2, LEAST_B1
from core.factoring.mathematics.curves.stage2 import stage2_of

NAME = "YAFU"
_AVX_ECM = "AVX-ECM"
_TIMES_B1 = 100
_BESIDE: dict[str, Method] = {"pm1-curves": "P-1", "pp1-curves": "P+1"}
_UNSURE = "YAFU may have run them itself, or called GMP-ECM: the lower B2 of the two counts"
_FINISHED = re.compile(
    r"[Ff]inished (?P<curves>[0-9]{1,9}) curves using (?P<by>AVX-ECM|GMP-ECM|Lenstra ECM) method on C(?P<digits>[0-9]{1,9}) input,"
    r" B1 ?= ?(?P<b1>[0-9]{1,9})(?P<b1_unit>[kKmMbBgG]?), B2 ?= ?(?:(?P<b2>[0-9]{1,12})(?P<b2_unit>[kKmMbBgG]?)|(?P<usual>gmp-ecm default))"
)
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "g": 10**9}
_NUMBER = re.compile(r"(?:Starting factorization of|curves using AVX-ECM method on) ([0-9]+)(?![0-9])")
_FACTOR = re.compile(r"(?:^|[\s,])(?:prp|PRP|[PCc])(?P<digits>[0-9]{1,9}) = (?P<factor>[0-9]+)(?![0-9])")


def of_object(line: int, fields: dict[str, Any]) -> Iterator[Stated]:
    """Yield what a `factor.json` tells of.

    Raises:
        BadInput, TypeError, ValueError, OverflowError: it holds what YAFU does not write.
    """
    number = str(fields.get("input-decimal") or fields.get("input-expression") or "")
    factors = tuple(map(str, fields.get("factors-prime") or ()))
    ran = fields.get("ecm-curves")
    for b1, curves in ran.items() if isinstance(ran, dict) else ():
        usual = stage2_of(max(int(b1), LEAST_B1), None).b2
        b2 = min(int(b1) * _TIMES_B1, usual)
        stated = Stated(line, NAME, number=number, why=_UNSURE if b2 < usual else "")
        yield counted(stated, int(b1), b2, int(curves))
    for name, method in _BESIDE.items():
        ran = fields.get(name)
        for b1, runs in ran.items() if isinstance(ran, dict) else ():
            stated = Stated(line, NAME, number=number)
            yield made_beside(stated, method, int(b1), int(b1) * _TIMES_B1, int(runs))
    if factors:
        yield Stated(line, NAME, factors=factors, number=number)


def of_log(lines: Iterable[tuple[int, str]]) -> Iterator[Stated]:
    """Yield what a log tells of; the factors of a number together, behind what was run on it."""
    number, found = "", Stated(0, NAME)
    for line, said in lines:
        if named := _NUMBER.search(said):
            if named[1] != number:
                yield from _told(found)
                number, found = named[1], Stated(0, NAME)
        elif finished := _FINISHED.search(said):
            yield _of_round(line, finished, number)
        elif (factor := _factor(said)) and factor != number:
            factors = dict.fromkeys((*found.factors, factor))
            found = replace(found, line=found.line or line, factors=tuple(factors), number=number)
    yield from _told(found)


def _told(found: Stated) -> Iterator[Stated]:
    if found.factors:
        yield found


def _factor(said: str) -> str:
    """Return the factor that a line names, nothing where it names none or was cut off."""
    told = _FACTOR.search(said)
    return told["factor"] if told and len(told["factor"]) == int(told["digits"]) else ""


def _of_round(line: int, finished: re.Match[str], number: str) -> Stated:
    b1 = int(finished["b1"]) * _UNITS[finished["b1_unit"].lower()]
    usual = finished["usual"] is not None
    b2 = DEFAULT_B2 if usual else int(finished["b2"]) * _UNITS[finished["b2_unit"].lower()]
    own = finished["by"] == _AVX_ECM
    stated = Stated(line, _AVX_ECM if own else NAME, number=number, digits=int(finished["digits"]))
    param = SUYAMA if own else USUAL_PARAM
    return counted(stated, b1, b2, int(finished["curves"]), param=param, polynomial=not own)
