"""The sentences of GMP-ECM: what each line of its output says, in all releases from 6 on.

    GMP-ECM 7.0.5 [configured with GMP 6.2.1, --enable-asm-redc] [ECM]              a program begins
    Resuming ECM residue saved by a@b with GMP-ECM 6.4.4 on Sat Nov 28 13:58:29 …    the next curve goes on with a saved one
    Input number is (10^33+7)/107491 (28 digits)                                     whose curves follow
    Using B1=11000, B2=1873422, polynomial x^1, sigma=1:2438257926                   a curve begins
    Step 1 took 12ms                                                                 a stage is over
    Interrupted at prime 169067                                                      and was told to stop before (before that line)
    ********** Factor found in step 2: 77144051                                      and found something
    Run 2 out of 5:                                                                  another curve of the same kind follows

A curve that goes on with a saved one shows B1 as `from-to`, as does one that was told to begin there; a stage 2 that was
told where to begin shows B2 so. In place of `sigma=`, P-1 and P+1 have `x0=` or, resumed, nothing; curves given by a
coefficient have `A=` or `Weierstrass(…)`. GMP-ECM 6 knew one parametrisation only, 0, and printed a bare sigma. A build for
GPUs announces all its curves at once, `sigma=3:7-3:70 (64 curves)` to release 7.0.4, `sigma=3:7-70 (64 curves)` since, reports
them together, `Computing 64 Step 1 took …`, and names the curve that found something: `GPU: factor 11 found in Step 1 with
curve 5 (-sigma 3:12)`.

People keep such lines with something before them: the time, the name of a machine, colours. Whatever stands before a
sentence is its margin; nothing may stand behind it, for a line that was cut off must not be taken for a whole one.
"""

import re
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

Method = Literal["ECM", "P-1", "P+1"]


class Header(Struct, frozen=True, gc=False):
    """A program begins. One that resumes calls its method ECM, whatever it resumes."""

    version: str
    method: Method


class Resuming(Struct, frozen=True, gc=False):
    """A saved curve is taken up; `saved_by` is the program that saved it, empty when that is not known."""

    method: Method
    saved_by: str


class InputNumber(Struct, frozen=True, gc=False):
    """The number whose curves follow, as it was typed; empty when its line was cut off."""

    text: str


class Announced(Struct, frozen=True, gc=False):
    """A curve begins.

    Attributes:
        b1: the bound of stage 1.
        b1_from: where stage 1 begins; 0 when it begins where every stage 1 does.
        b2: the bound of stage 2; below B1 there is none.
        b2_from: where stage 2 was told to begin; 0 when it wasn't.
        polynomial: of stage 2, `x^1` or `Dickson(6)`; empty when it is not printed.
        param: parametrisation; None without a sigma.
        sigma: in decimal, of the first curve of a GPU; None of P-1, P+1 and curves given otherwise.
        last: sigma of the last curve of a GPU; None of a single curve.
        is_other: whether P-1 or P+1 begins, by its `x0=`.
    """

    b1: int
    b1_from: int
    b2: int
    b2_from: int
    polynomial: str
    param: int | None
    sigma: str | None
    last: str | None
    is_other: bool


class StepOver(Struct, frozen=True, gc=False):
    """Stage 1 or 2 is over."""

    step: int


class Interrupted(Struct, frozen=True, gc=False):
    """Stage 1 was told to stop, and was at this prime; 0 where the program doesn't know."""

    prime: int


class Found(Struct, frozen=True, gc=False):
    """A stage found a factor; of a curve on a GPU `sigma` says which one did."""

    step: int
    factor: str
    sigma: str | None = None


class WholeFound(Struct, frozen=True, gc=False):
    """The number itself was found."""


class Run(Struct, frozen=True, gc=False):
    """The curve that follows is this one of so many."""

    run: int
    of: int


class Torn(Struct, frozen=True, gc=False):
    """A line that begins as a curve, a factor or a number does, and does not end so; or the mark of an editor's scissors."""


Sentence = Header | Resuming | InputNumber | Announced | StepOver | Interrupted | Found | WholeFound | Run | Torn

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]{0,80}[ -/]{0,8}[@-~]|[]P^_][^\x07\x1b\n]{0,400}(?:\x07|\x1b\\)|[ -/]{0,8}[0-~])")
"""What terminals are told in between: colours, titles, sets of characters (ECMA-48, XTerm)."""
_WIDEST_MARGIN = 200
_SCISSORS = "... (truncated"
_BEGINNING = re.compile(
    r"GMP-ECM (?=[^\s\[]{1,40} \[)|Resuming (?=ECM|P-1|P\+1)|Input number is |Using B1=|GPU: factor |\*{10} Factor found in "
    r"|(?:Computing [0-9]{1,9} )?Step (?=[12] (?:on CPU )?took )|Found input number N|Interrupted at prime |Run (?=[0-9]{1,12} out of )"
)
_HEADER = re.compile(r"([^\s\[]{1,40}) \[.{0,1000}\] \[(ECM|P-1|P\+1)\]\s*\Z")
_RESUMING = re.compile(r"(ECM|P-1|P\+1) residue")
_SAVED_BY = re.compile(r" saved (?:by .{0,200} )?with (GMP-ECM [^\s]{1,40}|Prime95)")
_NUMBER = re.compile(r"(.+) \([0-9]{1,9} digits?\)\s*\Z")
_ANNOUNCED = re.compile(
    r"(?:(?P<b1_from>[0-9]{1,20})-)?(?P<b1>[0-9]{1,20}), B2=(?:(?P<b2_from>[0-9]{1,30})-)?(?P<b2>[0-9]{1,30})"
    r"(?:, polynomial (?P<polynomial>[^,\s]{1,20}))?"
    r"(?:, sigma=(?:(?P<param>[0-3]):)?(?P<sigma>-?[0-9]{1,1000})(?:-(?:[0-3]:)?(?P<last>[0-9]{1,20}) \([0-9]{1,10} curves\))?"
    r"|, (?P<other>x0)=-?[0-9]+|, A=-?[0-9]+|, Weierstrass\(.*\))?\s*\Z"
)
_FOUND = re.compile(r"step ([12]): ([0-9]+)\s*\Z")
_FOUND_ON_GPU = re.compile(
    r"([0-9]+) found in Step ([12]) with curve [0-9]{1,10}(?: \(-sigma [0-3]:([0-9]{1,20})\))?\s*\Z"
)
_PRIME = re.compile(r"([0-9]{1,20})\s*\Z")
_RUN = re.compile(r"([0-9]{1,12}) out of ([0-9]{1,12}):?\s*\Z")


def without_escapes(text: str) -> str:
    """Return a text as a terminal shows it, without what the terminal is told."""
    return _ESCAPES.sub("", text) if "\x1b" in text else text


def sentence_of(line: str) -> tuple[str, Sentence] | None:
    """Return what a line says, and its margin; None when it is no sentence that tells of curves."""
    line = without_escapes(line)
    if _SCISSORS in line:
        return "", Torn()
    begun = _BEGINNING.search(line, 0, _WIDEST_MARGIN + 80)
    if begun is None:
        return None
    return line[: begun.start()], _said(begun[0], line[begun.end() :])


def _said(beginning: str, rest: str) -> Sentence:
    return _READ_BY[beginning[:3]](rest)


def _header(rest: str) -> Sentence:
    header = _HEADER.match(rest)
    return Header(header[1], _METHODS[header[2]]) if header else Torn()


def _input_number(rest: str) -> Sentence:
    number = _NUMBER.match(rest)
    return InputNumber(number[1].strip() if number else "")


_STEPS_OVER = {"1": StepOver(1), "2": StepOver(2)}


def _step_over(rest: str) -> Sentence:
    return _STEPS_OVER[rest[0]]


def _found(rest: str) -> Sentence:
    found = _FOUND.match(rest)
    return Found(int(found[1]), found[2]) if found else Torn()


def _found_on_gpu(rest: str) -> Sentence:
    found = _FOUND_ON_GPU.match(rest)
    return Found(int(found[2]), found[1], found[3]) if found else Torn()


def _interrupted(rest: str) -> Sentence:
    prime = _PRIME.match(rest)
    return Interrupted(int(prime[1])) if prime else Torn()


def _whole_found(_rest: str) -> Sentence:
    return WholeFound()


def _run(rest: str) -> Sentence:
    run = _RUN.match(rest)
    return Run(int(run[1]), int(run[2])) if run else Torn()


def _announced(rest: str) -> Sentence:
    said = _ANNOUNCED.match(rest)
    if said is None:
        return Torn()
    sigma = said["sigma"]
    return Announced(
        b1=int(said["b1"]),
        b1_from=int(said["b1_from"] or 0),
        b2=int(said["b2"]),
        b2_from=int(said["b2_from"] or 0),
        polynomial=said["polynomial"] or "",
        param=None if sigma is None else int(said["param"] or 0),
        sigma=None if sigma is None else str(int(sigma)),
        last=said["last"],
        is_other=said["other"] is not None,
    )


def _resuming(rest: str) -> Sentence:
    kind = _RESUMING.match(rest)
    if kind is None:
        return Torn()
    saved = _SAVED_BY.search(rest)
    return Resuming(_METHODS[kind[1]], saved[1] if saved else "")


_METHODS: dict[str, Method] = {"ECM": "ECM", "P-1": "P-1", "P+1": "P+1"}
_READ_BY: dict[str, Callable[[str], Sentence]] = {
    "GMP": _header,
    "Res": _resuming,
    "Inp": _input_number,
    "Usi": _announced,
    "Ste": _step_over,
    "Com": _step_over,
    "***": _found,
    "GPU": _found_on_gpu,
    "Fou": _whole_found,
    "Int": _interrupted,
    "Run": _run,
}
"""By the first letters of their beginnings."""
