"""Everything that an output of GMP-ECM says: its curves, how each was run, and what was found."""

from msgspec import Struct

from core.factoring.formats.gmp_ecm.sentences import Announced, Method


class Terms(Struct, frozen=True, gc=False):
    """How a curve was run, as it was printed. Curves that follow one another share theirs.

    Attributes:
        b1: bound of stage 1.
        b2: bound of stage 2: what stage 2 really reached when GMP-ECM chose it, below B1 for stage 1 only.
        param: parametrisation 0 to 3; None for P-1, P+1 and curves given by a coefficient.
        b1_from: where stage 1 began; 0 when it began where every stage 1 does.
        b2_from: where stage 2 was told to begin; 0 when it wasn't.
        polynomial: of stage 2; empty when it was not printed.
        number: whose curve it is, as it was typed; None when the text doesn't tell.
        method: what it was; None when the text doesn't tell.
        saved_by: the program that had saved it, empty when that is not known; None when it was not resumed.
        version: of the GMP-ECM that ran it; None when the text doesn't tell.
        interrupted_at: the prime at which stage 1 was told to stop, 0 where that is not known; None when it wasn't.
    """

    b1: int
    b2: int
    param: int | None
    b1_from: int = 0
    b2_from: int = 0
    polynomial: str = ""
    number: str | None = None
    method: Method | None = None
    saved_by: str | None = None
    version: str | None = None
    interrupted_at: int | None = None

    @property
    def b1_run(self) -> int:
        """How far stage 1 was run; 0 where that is not known."""
        return max(self.b1 if self.interrupted_at is None else self.interrupted_at, self.b1_from)


def terms_of(
    announced: Announced, *, number: str | None, method: Method | None, version: str | None, saved_by: str | None = None
) -> Terms:
    """Return how a curve is run that was announced so; see `Terms` for what is said beside that."""
    return Terms(
        b1=announced.b1,
        b2=announced.b2,
        param=announced.param,
        b1_from=announced.b1_from,
        b2_from=announced.b2_from,
        polynomial=announced.polynomial,
        number=number,
        method=method,
        saved_by=saved_by,
        version=version,
    )


class Curve(Struct, frozen=True, gc=False):
    """A curve that was run, as it was printed.

    Attributes:
        terms: how it was run.
        sigma: in decimal; None where no parametrisation is known.
        factor: in decimal, when it found one other than the whole number; not necessarily prime.
        stages: the last stage that was run.
        line: of the text, from 1, on which it was announced; 0 when lines were not counted.
    """

    terms: Terms
    sigma: str | None
    factor: str | None = None
    stages: int = 2
    line: int = 0


class Stray(Struct, frozen=True, gc=False):
    """A factor that belongs to no curve in the text, and whose it is, as it was typed; None when the text doesn't tell."""

    factor: str
    number: str | None


class Output(Struct, frozen=True, gc=False):
    """All that one output says.

    Attributes:
        version: of the last GMP-ECM, when the text has its first line.
        method: `ECM`, `P-1` or `P+1`, likewise.
        curves: in the order in which they ended.
        strays: factors without a curve in the text: 2, which is divided out before the first, and those of curves that
            were announced before the text begins.
        unfinished: the curve that was announced last, when its end has not been reported; several of a GPU.
        unseen: how many curves that were run the text may lack: 0 of a whole one, None when it doesn't tell.
        numbers: those that are named, each once, as they were typed.
        mixed: whether several programs seem to have written at once, so that it doesn't tell of every curve whose it is, or
            whether it came to its end.
        foreign: whether GMP-ECM printed nothing of it.
    """

    version: str | None = None
    method: Method | None = None
    curves: tuple[Curve, ...] = ()
    strays: tuple[Stray, ...] = ()
    unfinished: tuple[Curve, ...] = ()
    unseen: int | None = None
    numbers: tuple[str, ...] = ()
    mixed: bool = False
    foreign: bool = False
