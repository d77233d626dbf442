"""Commands that report what was run, and what it found."""

from msgspec import Struct

from core.deciding import Command
from core.factoring.answers.shapes import CompositeAnswer, CurvesAnswer
from core.factoring.mathematics.curves.bounds import Bounds


class Claim(Struct, frozen=True, gc=False):
    """A factor that somebody says they found, as written; sigma is empty when not said."""

    factor: str
    sigma: str = ""


class ReportCurves(Command[CurvesAnswer], frozen=True):
    """Curves were run.

    Attributes:
        work: the assignment they belong to, empty for none.
        value: the number they were run on, in decimal; not asked for where there is an assignment that the log knows.
        bounds: how far; None for the assignment's.
        curves: how many.
        sigmas: of those whose sigma is known, in decimal.
        checksums: of the state after stage 1, as many as there are sigmas, or none.
        claims: the factors found.
        cpu_milliseconds: what they took, 0 when not said.
        program: what ran them.
        output: SHA-256 of its output.
        method: `ecm`.
        if_known: whether these curves count only where they are known already, with smaller bounds: they were resumed, and
            it is not certain from what.
        senders: numbers of the clients that the sender goes by beside its own.
        assumed: how many of the sigmas, the last ones, stand for curves that were run without being known.
    """

    context = "factoring"
    repeatable = True
    work: str
    value: str
    bounds: Bounds | None
    curves: int
    sigmas: tuple[str, ...] = ()
    checksums: tuple[int | None, ...] = ()
    claims: tuple[Claim, ...] = ()
    cpu_milliseconds: int = 0
    program: str = ""
    output: str = ""
    method: str = "ecm"
    if_known: bool = False
    senders: tuple[int, ...] = ()
    assumed: int = 0


class ReportAttempt(Command[CurvesAnswer], frozen=True):
    """Something else than ECM curves was tried.

    Attributes:
        value: as of `ReportCurves`.
        method: as of `AttemptMade`.
        b1: 0 for none.
        b2: None for the program's default.
        runs: how often.
        claims: the factors found.
        cpu_milliseconds: what it took, 0 when not said.
        program: what ran it.
        output: SHA-256 of its output.
        senders: as of `ReportCurves`.
        work: the assignment under which it was tried, which is done with it; empty for none.
    """

    context = "factoring"
    repeatable = True
    value: str
    method: str
    b1: int
    b2: int | None
    runs: int
    claims: tuple[Claim, ...] = ()
    cpu_milliseconds: int = 0
    program: str = ""
    output: str = ""
    senders: tuple[int, ...] = ()
    work: str = ""


class ShareFactors(Command[CurvesAnswer | CompositeAnswer], frozen=True):
    """A number, given by its value in decimal, was seen to have factors that others on record have."""

    context = "factoring"
    value: str
    factors: tuple[str, ...]
