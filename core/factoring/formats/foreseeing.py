"""A preview of what would be credited of a file that somebody hands in for a number, line by line: before anything is sent."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from gmpy2 import mpz
from msgspec import Struct
from msgspec.structs import replace

from core.bigint import abbreviate, digit_count
from core.factoring.formats.credit.beside import OtherRun
from core.factoring.formats.credit.shown import verdicts_on
from core.factoring.formats.gmp_ecm.output import Output
from core.factoring.formats.gmp_ecm.transcript import parse_output
from core.factoring.formats.hand_run.reading import stated_in
from core.factoring.formats.hand_run.stated import Stated
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY, Bounds
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.notation.expressions import number_from
from core.refusals import BadInput
from core.wording import count_of

_NO_CURVE = "no whole line of it announces a curve (in a log that is JSON, something stands behind each line)"
_SAVED = re.compile(r"^METHOD=(?:ECM|P-1|P\+1); ", re.MULTILINE)


class Row(Struct, frozen=True, gc=False):
    """Lines that are alike.

    Attributes:
        first: the line on which the first curve of them begins.
        last: and the last.
        what: what they tell of.
        credited: how many curves would count, where they are not known yet.
        why: why others don't, or these count for less; empty when nothing is to be said.
    """

    first: int
    last: int
    what: str
    credited: int
    why: str = ""


class Foreseen(Struct, frozen=True, gc=False):
    """The yield of a file, foreseen.

    Attributes:
        rows: line by line, in their order.
        output: whether it is what GMP-ECM printed, which goes to the coordinator as it is.
        stated: otherwise, the work that counts, or found a factor.
    """

    rows: tuple[Row, ...]
    output: bool
    stated: tuple[Stated, ...] = ()

    @property
    def credited(self) -> int:
        """How many curves would count."""
        return sum(row.credited for row in self.rows)


def foresee(text: str, number: mpz, ceiling_digits: int) -> Foreseen:
    """Look through what a program printed or kept.

    Args:
        text: the file.
        number: for which it is handed in.
        ceiling_digits: the most digits that a number may have.

    Raises:
        BadInput: it is of no program that is known.
    """
    output = parse_output(text)
    if output.curves or output.numbers or output.strays or output.unfinished:
        rows = tuple(_of_output(output, number, ceiling_digits))
        return Foreseen(rows or (Row(0, 0, "what GMP-ECM printed", 0, _NO_CURVE),), output=True)
    stated = [_held_against(one, number, ceiling_digits) for one in stated_in(text)]
    if not stated and _SAVED.search(text):
        raise BadInput(
            "This is a save file of GMP-ECM, which doesn't tell what was run: POST /api/v1/residues/upload takes it for others to run"
            " its stage 2, and what GMP-ECM printed while it wrote it is accepted here."
        )
    if not stated:
        raise BadInput(
            "This is no output of GMP-ECM (which shows no curves with -q), no factor.json or log of YAFU, no results.txt or results.json.txt of Prime95, no log of"
            " CADO-NFS with its factors, and no list such as 5208@11e6 or 300/513@25e4; one of these is accepted."
        )
    useful = tuple(one for one in stated if one.bounds is not None or one.beside is not None or one.factors)
    return Foreseen(tuple(_row(one) for one in stated), output=False, stated=useful)


def _of_output(output: Output, number: mpz, ceiling_digits: int) -> Iterator[Row]:
    verdicts = sorted(verdicts_on(output, number, ceiling_digits), key=lambda verdict: verdict.line)
    for credit, alike in groupby(verdicts, key=attrgetter("credit")):
        some = list(alike)
        what = count_of(len(some), "curve")
        if credit.beside:
            what = _runs(replace(credit.beside, runs=len(some)))
        elif credit.bounds:
            what += f", {in_words(credit.bounds)}"
        sure = 0 if credit.bounds is None or credit.if_known else len(some)
        yield Row(some[0].line, some[-1].line, what, sure, "; ".join(credit.reasons))
        for verdict in some:
            if verdict.factor:
                yield Row(verdict.line, verdict.line, f"the factor {abbreviate(verdict.factor)}", 0)
    for curve in output.unfinished:
        yield Row(curve.line, curve.line, "1 curve", 0, "announced, and its end is not reported")
    for stray in output.strays:
        yield Row(0, 0, f"the factor {abbreviate(stray.factor)}, found by no curve in this text", 0)


def _held_against(stated: Stated, number: mpz, ceiling_digits: int) -> Stated:
    """Take nothing from work on another number, and of the factors of a multiple only those of the number."""
    why = _other_number(stated, number, ceiling_digits)
    if why:
        return Stated(stated.line, stated.program, number=stated.number, why=why)
    if _number_said(stated, ceiling_digits) == number:
        return stated
    own = tuple(factor for factor in stated.factors if _divides(factor, number))
    if own or not stated.factors or stated.bounds is not None or stated.beside is not None:
        return replace(stated, factors=own)
    return replace(stated, factors=(), why="none of its factors divides the number")


def _other_number(stated: Stated, number: mpz, ceiling_digits: int) -> str:
    """Say that work was done on another number, or that this is not known; nothing when it was done on this one.

    Of what was run on the rest of a number only the length is known: it is this one where it is as long.
    """
    said = _number_said(stated, ceiling_digits)
    if stated.number and (said is None or said % number):
        return f"it is of {abbreviate(stated.number)}"
    if stated.digits and said != number and stated.digits != digit_count(number):
        return f"it was run on {stated.digits} digits, and the number has {digit_count(number)}"
    return ""


def _number_said(stated: Stated, ceiling_digits: int) -> mpz | None:
    """Return the number that a piece of work names; None when it names none, or one that can't be read."""
    try:
        return number_from(stated.number, ceiling_digits) if stated.number else None
    except BadInput:
        return None


def _divides(factor: str, number: mpz) -> bool:
    return (
        factor.isdecimal()
        and len(factor) <= digit_count(number)
        and 1 < mpz(factor) < number
        and number % mpz(factor) == 0
    )


def _row(stated: Stated) -> Row:
    what = stated.program
    if stated.bounds is not None:
        what += f": {count_of(stated.curves, 'curve')}, {in_words(stated.bounds)}"
    elif stated.beside is not None:
        what += f": {_runs(stated.beside)}"
    if stated.factors:
        what += f": {' '.join(map(abbreviate, stated.factors))}"
    return Row(stated.line, stated.line, what, stated.curves if stated.bounds else 0, stated.why)


def in_words(bounds: Bounds) -> str:
    """Write bounds for people."""
    return f"{_reach(bounds.b1, bounds.b2)}, parametrisation {bounds.param}"


def _runs(beside: OtherRun) -> str:
    return f"{count_of(beside.runs, 'run')} of {beside.method}, {_reach(beside.b1, beside.b2)}"


def _reach(b1: int, b2: int) -> str:
    stage_2 = {DEFAULT_B2: "the usual B2", STAGE_1_ONLY: "stage 1 only"}.get(b2, f"B2 {b2}")
    return f"B1 {b1}, {stage_2}"


def lines_of(rows: Iterable[Row]) -> Iterator[str]:
    """Write rows for people, a line each."""
    for row in rows:
        where = f"{row.first}" if row.first == row.last else f"{row.first}-{row.last}"
        verdict = f"{row.credited} count" if row.credited else "none counts"
        if not row.credited and not row.why:
            verdict = "handed in"
        said = f": {row.why}" if row.why else ""
        yield f"{where if row.first else '-':>11}  {row.what} -> {verdict}{said}"
