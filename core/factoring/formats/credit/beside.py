"""Runs of P-1 and P+1 that an output shows: as far as each was really made.

The rules are those of curves: a stage 1 that was told to begin somewhere was never run below, so that such a run counts to no
bound; one that found something ended the run, and a stage 2 that was told to begin above B1 leaves a gap: stage 1 counts.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from core.factoring.commands.reports import Claim, ReportAttempt
from core.factoring.formats.gmp_ecm.output import Terms
from core.factoring.formats.gmp_ecm.sentences import Method
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.levels.beside import b1_covered

NAMES = {"P-1": "pm1", "P+1": "pp1"}
"""As GMP-ECM writes them, and as they are recorded."""


class OtherRun(Struct, frozen=True, gc=False):
    """So many runs of another method than ECM, and how far they were made.

    Attributes:
        method: `P-1` or `P+1`.
        b1: the bound of stage 1; 0 when none was reached from the beginning on.
        b2: of stage 2 as it was printed; -1 when that is GMP-ECM's usual one at least, 0 for stage 1 only.
        runs: how many.
        found: the factors that they found, in decimal.
    """

    method: Method
    b1: int
    b2: int
    runs: int = 1
    found: tuple[str, ...] = ()


def run_beside(terms: Terms, stages: int) -> OtherRun | None:
    """Return how far a run of P-1 or P+1 was made, this stage being its last; None of what is neither."""
    if terms.method is None or terms.method not in NAMES:
        return None
    if terms.b1_from and terms.saved_by is None:
        return OtherRun(terms.method, 0, STAGE_1_ONLY)
    b1 = terms.b1_run
    if stages < 2 or terms.interrupted_at is not None or terms.b2_from > b1:
        return OtherRun(terms.method, b1, STAGE_1_ONLY)
    return runs_to(terms.method, b1, terms.b2)


def together(run: OtherRun, found: Sequence[str | None]) -> OtherRun:
    """Return so many runs alike, of which each found something or nothing."""
    return replace(run, runs=len(found), found=tuple(dict.fromkeys(filter(None, found))))


def runs_to(method: Method, b1: int, b2: int, runs: int = 1) -> OtherRun:
    """Return runs from the beginning to these bounds; one whose B2 is not above B1 had a stage 1 only."""
    if b2 <= b1:
        return OtherRun(method, b1, STAGE_1_ONLY, runs)
    return OtherRun(method, b1, DEFAULT_B2 if b1_covered(b1, b2) == b1 else b2, runs)


def attempt_of(run: OtherRun, value: str, program: str, output: str) -> ReportAttempt:
    """Return what is recorded of such runs on a number, given in decimal; `output` is the SHA-256 of what was printed."""
    return ReportAttempt(
        value,
        NAMES[run.method],
        run.b1,
        None if run.b2 == DEFAULT_B2 else run.b2,
        run.runs,
        tuple(map(Claim, run.found)),
        program=program,
        output=output,
    )
