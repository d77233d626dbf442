"""Facts about work that was done elsewhere before a number came here."""

import msgspec

from core.events.fact import Fact


class DeclaredCurves(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """So many curves with the same bounds; `b2` is -1 for GMP-ECM's default, 0 for stage 1 only."""

    b1: int
    b2: int
    param: int
    curves: int


class PriorWorkDeclared(Fact, frozen=True):
    """Somebody says what was done on a number elsewhere, all of it: a declaration stands for what was declared before.

    Of t-levels the highest counts, and of curves with the same bounds the largest number; the two add up.

    Attributes:
        attempt: its id, in one sequence with those of reports.
        number: what was worked on.
        client: who says so, 0 for an unnamed caller.
        t_milli: the t-level that was reached, thousandths of a digit; 0 when none is said.
        level: the curves that this t-level stands for; None without one.
        curves: those that were told one kind at a time.
    """

    type = "factoring.prior_work_declared.v1"
    attempt: int
    number: int
    client: int
    t_milli: int
    level: DeclaredCurves | None
    curves: tuple[DeclaredCurves, ...]


FACTS = (PriorWorkDeclared,)
