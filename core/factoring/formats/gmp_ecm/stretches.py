"""The sentences of a whole text, in which stretches of curves alike are read by one expression.

Most texts are hardly anything else: one curve after the other with the same bounds, both of its stages over, and nothing
found. Three of them settle what is known of those that follow, of which only the sigma is another each time.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from core.factoring.formats.gmp_ecm.sentences import Sentence, sentence_of

_SOME = "[0-9]{1,12}"
_REST = rf"[1-9][0-9]{{0,19}}\nStep 1 took {_SOME}ms\nStep 2 took {_SOME}ms\n"
_FIRST = rf"Using (?P<kind>B1=[0-9]{{1,20}}, B2=[0-9]{{1,30}}, polynomial [^,\s]{{1,20}}, sigma=[0-3]:){_REST}"
_NEXT = rf"Using (?P=kind){_REST}"
_STRETCH = re.compile(
    rf"^{_FIRST}(?:Run {_SOME} out of (?P<runs>{_SOME}):\n)?{_NEXT}(?(runs)Run (?P<run>{_SOME}) out of (?P=runs):\n){_NEXT}"
    rf"(?P<others>(?:(?(runs)Run {_SOME} out of (?P=runs):\n){_NEXT})++)",
    re.MULTILINE,
)
_OTHER = re.compile(r"(?:Run ([0-9]+) .+\n)?Using .+:([0-9]+)\n.+\n.+\n")


class Alike(Struct, frozen=True, gc=False):
    """Curves that are like the one before them, both of its stages over.

    Attributes:
        sigmas: of each, in decimal.
        lines: on which each is announced.
        counted: whether each is counted as the next of its run.
    """

    sigmas: tuple[str, ...]
    lines: range
    counted: bool


def sentences_in(text: str) -> Iterator[tuple[int, str, Sentence | Alike]]:
    """Yield every sentence that tells of curves, with the line that it stands on, from 1, and its margin.

    Of curves alike that is the line on which the first of them is announced.
    """
    line = start = 0
    for stretch in _STRETCH.finditer(text):
        others = stretch["others"]
        runs, sigmas = zip(*_OTHER.findall(others), strict=True)
        counted = stretch["run"] is not None
        if counted and [int(stretch["run"]), *map(int, runs[:-1])] != [int(run) - 1 for run in runs]:
            continue
        before = text[start : stretch.start("others")].splitlines()
        yield from _each(before, line)
        line += len(before)
        lines = range(line + 1 + counted, line + 1 + others.count("\n"), 3 + counted)
        yield lines.start, "", Alike(sigmas, lines, counted)
        line, start = lines.stop - 1, stretch.end()
    yield from _each(text[start:].splitlines(), line)


def _each(lines: Sequence[str], before: int) -> Iterator[tuple[int, str, Sentence]]:
    """Yield the sentences of lines that so many others stand before."""
    for line, text in enumerate(lines, before + 1):
        said = sentence_of(text)
        if said is not None:
            yield line, *said
