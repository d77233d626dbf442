"""The sentences of a whole text, in which stretches of curves alike are read by one expression.

Most texts are hardly anything else: one curve after the other with the same bounds, both of its stages over, and nothing
found. To read each of their lines by itself takes three times as long.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from core.factoring.formats.gmp_ecm.sentences import Announced, Run, Sentence, StepOver, sentence_of

_KIND = r"B1=[0-9]{1,20}, B2=[0-9]{1,30}, polynomial [^,\s]{1,20}, sigma=[0-3]:"
_REST = r"[1-9][0-9]{0,19}\nStep 1 took [0-9]{1,12}ms\nStep 2 took [0-9]{1,12}ms\n"
_STRETCH = re.compile(
    rf"^Using (?P<kind>{_KIND}){_REST}(?:(?:Run [0-9]{{1,12}} out of [0-9]{{1,12}}:\n)?Using (?P=kind){_REST})++",
    re.MULTILINE,
)
_CURVE = re.compile(r"(?:Run ([0-9]+) out of ([0-9]+):\n)?Using .+:([0-9]+)\n.+\n.+\n")
_STEP_1, _STEP_2 = StepOver(1), StepOver(2)


def sentences_in(text: str) -> Iterator[tuple[int, str, Sentence]]:
    """Yield every sentence that tells of curves, with the line that it stands on, from 1, and its margin."""
    line = start = 0
    for stretch in _STRETCH.finditer(text):
        before = text[start : stretch.start()].splitlines()
        yield from _each(before, line)
        line += len(before)
        yield from _alike(stretch[0], line)
        line, start = line + stretch[0].count("\n"), stretch.end()
    yield from _each(text[start:].splitlines(), line)


def _each(lines: Sequence[str], before: int) -> Iterator[tuple[int, str, Sentence]]:
    """Yield the sentences of lines that so many others stand before."""
    for line, text in enumerate(lines, before + 1):
        said = sentence_of(text)
        if said is not None:
            yield line, *said


def _alike(stretch: str, before: int) -> Iterator[tuple[int, str, Sentence]]:
    """Yield the sentences of a stretch that so many lines stand before."""
    said = sentence_of(stretch.partition("\n")[0])
    assert said is not None, "a stretch begins with a curve"
    _, first = said
    assert isinstance(first, Announced), "as above"
    line = before
    for run, runs, sigma in _CURVE.findall(stretch):
        if run:
            line += 1
            yield line, "", Run(int(run), int(runs))
        yield line + 1, "", replace(first, sigma=sigma)
        yield line + 2, "", _STEP_1
        line += 3
        yield line, "", _STEP_2
