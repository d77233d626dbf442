"""Formats in which other programs than GMP-ECM keep work that was run by hand: YAFU, Prime95, and t-level's notation.

None of them names its curves, so they count by their number; and none says all that decides what a curve is worth, so that
the lower is counted:

- YAFU's `factor.json` has `ecm-curves`, B1 with how many curves (printed by factor_common.c; its B2 is 100 B1 where it ran
  the curves itself, the usual one where it called GMP-ECM), `pm1-curves` and `pp1-curves` likewise, and `factors-prime`.
- YAFU's log has `Finished 30 curves using Lenstra ECM method on C85 input, B1=2k, B2=gmp-ecm default` (ecm.c), in newer releases
  `using GMP-ECM method`, and `ecm: finished 64 curves using AVX-ECM method` (avx_ecm_main.c) of those that it ran itself: Suyama's,
  and no polynomial. Of several threads that line may tell the curves of one.
- Prime95 writes `results.json.txt`, an object a line, with `worktype` ECM, P-1 or P+1, `b1`, `b2`, `curves` and `exponent`, of
  2^exponent-1 unless `k`, `b` and `c` say another number. It uses Suyama's curves and no polynomial. Others who report to GIMPS
  write the same with `PM1` for P-1 and `B1` and `B2`, as Mlucas does.
- The tool `t-level` takes `curves@B1[,B2][,p=param]`, and `done/stage1@B1` of curves whose stage 2 is behind their stage 1.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from core.factoring.bounds import DEFAULT_B2, LEAST_B1, require_b1, require_curves
from core.factoring.curves import STAGE_1_ONLY, Bounds, bounds_of
from core.factoring.formats.gmp_ecm.beside import OtherRun, runs_to
from core.factoring.formats.gmp_ecm.sentences import Method
from core.factoring.formats.worklist import parse, whole_number
from core.factoring.mathematics.other_polynomial import b2_worth_as_much
from core.factoring.mathematics.stage2 import Polynomial, stage2_of
from core.refusals import BadInput

_PARAM = 1
_SUYAMA = 0
_YAFU_TIMES_B1 = 100
_AVX_ECM = "AVX-ECM"
_NO_POLYNOMIAL = "without a polynomial a stage 2 is worth less"
_FINISHED = re.compile(
    r"[Ff]inished (?P<curves>[0-9]{1,9}) curves using (?P<by>AVX-ECM|GMP-ECM|Lenstra ECM) method on C[0-9]+ input,"
    r" B1 ?= ?(?P<b1>[0-9]{1,9})(?P<b1_unit>[kKmMbBgG]?), B2 ?= ?(?:(?P<b2>[0-9]{1,12})(?P<b2_unit>[kKmMbBgG]?)|(?P<usual>gmp-ecm default))"
)
_DONE_OF = re.compile(r"(?P<done>[0-9]{1,9})/(?P<stage_1>[0-9]{1,9})@(?P<b1>[0-9.eE+]{1,20})")
_LIST = re.compile(r"[0-9]+@[0-9]")
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "g": 10**9}


class Stated(Struct, frozen=True, gc=False):
    """A piece of work as a program keeps it.

    Attributes:
        line: where it stands in its file, from 1.
        program: that kept it.
        bounds: how far the curves are counted; None when they don't count.
        curves: how many.
        factors: in decimal, that it found.
        number: the number as the program says it; empty when it doesn't.
        why: why they don't count, or count for less; empty when they count as they are.
        beside: the runs of P-1 or P+1 that it was instead of curves.
    """

    line: int
    program: str
    bounds: Bounds | None = None
    curves: int = 0
    factors: tuple[str, ...] = ()
    number: str = ""
    why: str = ""
    beside: OtherRun | None = None


def stated_in(text: str) -> list[Stated]:
    """Return the work that a file of one of these programs tells of; none when it is of no such program."""
    found = list(_objects(text))
    if found:
        return [stated for line, fields in found for stated in _of_object(line, fields)]
    lines = [(line, said.strip()) for line, said in enumerate(text.splitlines(), 1)]
    return [stated for line, said in lines for stated in _of_line(line, said)]


def _objects(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a text, one behind the other, with the lines on which they begin; every sign is read once."""
    decoder = json.JSONDecoder()
    at, line, counted = 0, 1, 0
    while (at := text.find("{", at)) >= 0:
        line += text.count("\n", counted, at)
        counted = at
        try:
            fields, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            at = max(at + 1, error.pos)
        except (ValueError, RecursionError):  # a number too long for any, objects too deep for any
            return
        else:
            yield line, fields


def _of_object(line: int, fields: dict[str, Any]) -> Iterator[Stated]:
    """Return what an object states; of one that holds something else than its program writes, that it does."""
    if "ecm-curves" in fields or "factors-prime" in fields or "input-expression" in fields:
        program, read = "YAFU", _of_yafu
    elif "worktype" in fields:
        program, read = "Prime95", _of_prime95
    else:
        return
    try:
        yield from [*read(line, fields)]
    except BadInput as refusal:
        yield Stated(line, program, why=refusal.sentence)
    except (TypeError, ValueError, OverflowError):
        yield Stated(line, program, why=f"it holds what {program} does not write")


def _of_yafu(line: int, fields: dict[str, Any]) -> Iterator[Stated]:
    number = str(fields.get("input-decimal") or fields.get("input-expression") or "")
    factors = tuple(map(str, fields.get("factors-prime") or ()))
    ran = fields.get("ecm-curves")
    for b1, curves in ran.items() if isinstance(ran, dict) else ():
        usual = stage2_of(max(int(b1), LEAST_B1), None).b2
        b2 = min(int(b1) * _YAFU_TIMES_B1, usual)
        yield _counted(line, "YAFU", int(b1), b2, _PARAM, int(curves), number, _YAFU_IS_UNSURE if b2 < usual else "")
    for name, method in _YAFU_BESIDE.items():
        ran = fields.get(name)
        for b1, runs in ran.items() if isinstance(ran, dict) else ():
            yield _beside(line, "YAFU", method, int(b1), int(b1) * _YAFU_TIMES_B1, int(runs), (), number)
    if factors:
        yield Stated(line, "YAFU", factors=factors, number=number)


_YAFU_BESIDE: dict[str, Method] = {"pm1-curves": "P-1", "pp1-curves": "P+1"}
_YAFU_IS_UNSURE = "YAFU may have run them itself, or called GMP-ECM: the lower B2 of the two counts"


def _of_prime95(line: int, fields: dict[str, Any]) -> Iterator[Stated]:
    number = _prime95_number(fields)
    factors = tuple(map(str, fields.get("factors") or ()))
    b1, b2, curves = (int(fields.get(name) or fields.get(name.upper()) or 0) for name in ("b1", "b2", "curves"))
    method = fields["worktype"]
    if (beside := _PRIME95_BESIDE.get(method)) is not None:
        yield _beside(line, "Prime95", beside, b1, b2, 1, factors, number)
        return
    if method != "ECM":
        yield Stated(line, "Prime95", factors=factors, number=number, why=f"it is of {method}, not of ECM")
        return
    stated = _counted(line, "Prime95", b1, b2, _SUYAMA, curves, number, _NO_POLYNOMIAL)
    yield Stated(line, "Prime95", stated.bounds, stated.curves, factors, number, stated.why)


_PRIME95_BESIDE: dict[str, Method] = {"P-1": "P-1", "P+1": "P+1", "PM1": "P-1", "PP1": "P+1"}


def _beside(
    line: int, program: str, method: Method, b1: int, b2: int, runs: int, factors: tuple[str, ...], number: str
) -> Stated:
    require_b1(b1)
    require_curves(runs)
    return Stated(line, program, factors=factors, number=number, beside=runs_to(method, b1, b2, runs))


def _prime95_number(fields: dict[str, Any]) -> str:
    k, b, n, c = (fields.get(name) for name in ("k", "b", "n", "c"))
    if None not in {b, n, c}:
        return f"{k or 1}*{b}^{n}{int(c or 0):+d}"
    return f"2^{fields['exponent']}-1" if "exponent" in fields else ""


def _of_line(line: int, said: str) -> Iterator[Stated]:
    if finished := _FINISHED.search(said):
        b1 = int(finished["b1"]) * _UNITS[finished["b1_unit"].lower()]
        usual = finished["usual"] is not None
        b2 = DEFAULT_B2 if usual else int(finished["b2"]) * _UNITS[finished["b2_unit"].lower()]
        own = finished["by"] == _AVX_ECM
        program, param, why = (_AVX_ECM, _SUYAMA, _NO_POLYNOMIAL) if own else ("YAFU", _PARAM, "")
        yield _counted(line, program, b1, b2, param, int(finished["curves"]), "", why)
    elif of := _DONE_OF.fullmatch(said):
        done, stage_1 = int(of["done"]), int(of["stage_1"])
        b1 = whole_number(of["b1"], "B1")
        if done:
            yield _counted(line, "t-level", b1, DEFAULT_B2, _PARAM, done, "", "")
        if stage_1 > done:
            yield _counted(line, "t-level", b1, STAGE_1_ONLY, _PARAM, stage_1 - done, "", "")
    elif _LIST.match(said):
        try:
            work = parse(said)
        except BadInput as refusal:
            yield Stated(line, "t-level", why=refusal.sentence)
            return
        for piece in work:
            yield _counted(line, "t-level", piece.b1, piece.b2, piece.param, piece.curves, "", "")


def _counted(
    line: int, program: str, b1: int, b2: int | None, param: int, curves: int, number: str, why: str
) -> Stated:
    try:
        require_b1(b1)
        bounds = bounds_of(b1, b2, param)
        if program in {"Prime95", _AVX_ECM} and bounds.b2 != STAGE_1_ONLY:
            bounds = bounds_of(b1, b2_worth_as_much(b1, b2, param, Polynomial(1, dickson=False)), param)
    except BadInput as refusal:
        return Stated(line, program, None, curves, (), number, refusal.sentence)
    if not curves:
        return Stated(line, program, None, 0, (), number, "it tells of no curves")
    return Stated(line, program, bounds, curves, (), number, why if bounds.b2 != STAGE_1_ONLY else "")
