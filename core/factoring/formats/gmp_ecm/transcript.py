"""What GMP-ECM printed: which curves it ran, and what they found.

Its output is the best witness of a run: what a client writes about parametrisation and bounds is often wrong, but every
curve announces itself truly:

    Using B1=11000, B2=1873422, polynomial x^1, sigma=1:2438257926

A resumed curve shows B1 as `from-to`, a stage 2 that starts higher shows B2 so; in place of sigma, P-1 and P+1 have
`x0=` or nothing and a curve given by its coefficient has `A=`; a GPU announces all its curves at once,
`sigma=3:7-3:70 (64 curves)`. GMP-ECM 6 knew one parametrisation only, 0, and did not print it.

A curve counts once its last step, or its factor, has been reported. Whatever came before the text begins, or was cut
off at its end, is not guessed at.
"""

import re

from msgspec import Struct

from core.factoring.mathematics.stage2 import stage2_of

_HEADER = re.compile(r"GMP-ECM ([^\s\[]{1,40}) \[.*\] \[(ECM|P-1|P\+1)\]")
_USING = re.compile(
    r"Using B1=(?:[0-9]{1,20}-)?(?P<b1>[0-9]{1,20}), B2=(?:[0-9]{1,30}-)?(?P<b2>[0-9]{1,30})(?:, polynomial [^,\s]{1,20})?"
    r"(?:, sigma=(?:(?P<param>[0-3]):)?(?P<sigma>[0-9]{1,20})(?:-(?:[0-3]:)?(?P<last>[0-9]{1,20}) \()?)?"
)
_STEP = re.compile(r"(?:Computing [0-9]{1,9} )?Step ([12]) took ")
_FACTOR = re.compile(r"\*{10} Factor found in step [12]: ([0-9]+)\s*\Z")
_OVER = re.compile(
    r"Run [0-9]+ out of |Found (?:prime|probable prime|composite) factor |Input number is |Resuming |GMP-ECM "
)
_WHOLE_NUMBER_FOUND = "Found input number N"

_MOST_GPU_CURVES = 100_000
"""So many sigmas of GPU runs are spelled out in one output; a line of 80 characters could claim 2^32."""


class Curve(Struct, frozen=True, gc=False):
    """A curve that was run.

    Attributes:
        b1: bound of stage 1.
        b2: bound of stage 2 as printed: what stage 2 really reached when GMP-ECM chose it, below B1 for stage 1 only.
        param: parametrisation 0 to 3; None for P-1, P+1 and curves given by A.
        sigma: in decimal; None like `param`.
        factor: in decimal, when it found one other than the whole number; not necessarily prime.
    """

    b1: int
    b2: int
    param: int | None
    sigma: str | None
    factor: str | None = None


class Output(Struct, frozen=True, gc=False):
    """All that one output says.

    Attributes:
        version: of GMP-ECM, when the text has its first line.
        method: `ECM`, `P-1` or `P+1`, likewise.
        curves: in the order in which they were run.
        other_factors: factors that belong to no curve in the text: 2, which is divided out before the first, and those
            of curves that were announced before the text begins.
        unfinished: the curve that was announced last, when its end has not been reported; several of a GPU.
    """

    version: str | None
    method: str | None
    curves: tuple[Curve, ...]
    other_factors: tuple[str, ...]
    unfinished: tuple[Curve, ...] = ()


def parse_output(text: str, *, excerpt: bool = False) -> Output:
    """Everything that a whole output, or the last part of one, says. Takes time linear in its length.

    Args:
        text: what was printed.
        excerpt: lines may have been left out; a curve that another one follows was run, although no step of it stands
            in the text.
    """
    reader = OutputReader(excerpt=excerpt)
    curves = [curve for line in text.splitlines() for curve in reader.read(line)]
    unfinished = reader.unfinished()
    curves += reader.close()
    return Output(reader.version, reader.method, tuple(curves), tuple(reader.other_factors), unfinished)


def requested_b2(b1: int, printed: int) -> int | None:
    """The B2 that was asked for, from what was printed: None for the default, 0 for stage 1 only.

    GMP-ECM prints a B2 of its own choice as what stage 2 reaches, and one that was given as given. So the default is
    known by its value; who gives that very value asks for the same work. Above 30 machine words its choice is another,
    up to an eighth lower, which stays what was printed.

    Raises:
        BadInput: B1 is out of bounds.
    """
    if printed < b1:
        return 0
    return None if printed == stage2_of(b1, None).b2 else printed


class OutputReader:
    """Follows the output of a run line by line.

    Args:
        excerpt: lines may be left out; a curve that another one follows was run, whatever was reported of it.

    Attributes:
        version, method, other_factors: as of `Output`, as far as has been read.
    """

    def __init__(self, *, excerpt: bool = False) -> None:
        self.version: str | None = None
        self.method: str | None = None
        self.other_factors: list[str] = []
        self._excerpt = excerpt
        self._announced: re.Match[str] | None = None
        self._step = ""
        self._found = False
        self._factor: str | None = None
        self._gpu_curves = 0

    def read(self, line: str) -> tuple[Curve, ...]:
        """Take in the next line; the curves that it shows to be over (one, but for a GPU)."""
        match line[:1]:  # most lines say nothing, which their first letter tells
            case "U":
                if using := _USING.match(line):
                    over = self._end(finished=self._excerpt or None)
                    self._announced = using
                    return over
            case "S" | "C":
                if step := _STEP.match(line):
                    self._step = step[1]
            case "*":
                if found := _FACTOR.match(line):
                    self._find(found[1])
            case "F" | "R" | "I" | "G":
                return self._read_end(line)
        return ()

    def close(self, *, killed: bool = False) -> tuple[Curve, ...]:
        """There is no more to come of the curve at hand; it, when it was finished.

        Of a killed program's last curve it isn't known whether a factor was still to be reported; it counts only with
        one (which may be the whole number).
        """
        return self._end(finished=False if killed and self._factor is None else None)

    def unfinished(self) -> tuple[Curve, ...]:
        """The curve at hand, when its end has not been reported."""
        using = self._announced
        return self._curves(using) if using and not self._is_over(using) else ()

    def _read_end(self, line: str) -> tuple[Curve, ...]:
        if line.startswith(_WHOLE_NUMBER_FOUND):
            self._factor = None
        elif not _OVER.match(line):
            return ()
        elif header := _HEADER.match(line):
            self.version, self.method = header.groups()
        return self._end(finished=self._excerpt or None)

    def _end(self, *, finished: bool | None = None) -> tuple[Curve, ...]:
        """End the curve at hand; whether it was finished follows from what was reported when it is not said."""
        using = self._announced
        over = using is not None and (self._is_over(using) if finished is None else finished)
        curves = self._curves(using) if using and over else ()
        self._announced, self._step, self._found, self._factor = None, "", False, None
        return curves

    def _is_over(self, using: re.Match[str]) -> bool:
        return self._found or self._step == "2" or (self._step == "1" and int(using["b2"]) < int(using["b1"]))

    def _find(self, factor: str) -> None:
        if self._announced:
            self._factor, self._found = factor, True
        else:
            self.other_factors.append(factor)

    def _curves(self, using: re.Match[str]) -> tuple[Curve, ...]:
        printed_b1, printed_b2, printed_param, first, last = using.groups()
        b1, b2 = int(printed_b1), int(printed_b2)
        if first is None:
            return (Curve(b1, b2, None, None, self._factor),)
        param = int(printed_param or 0)
        if last is None:
            return (Curve(b1, b2, param, str(int(first)), self._factor),)
        if self._factor:
            self.other_factors.append(self._factor)
        sigmas = range(int(first), int(last) + 1)
        self._gpu_curves += len(sigmas)
        if self._gpu_curves > _MOST_GPU_CURVES:
            return ()
        return tuple(Curve(b1, b2, param, str(sigma)) for sigma in sigmas)
