"""From a text of GMP-ECM's sentences to the curves that were run.

A text that was put together from several shows by that where the next one begins. Lines with another margin are another
program's. Of what stands behind one margin there are two readings: one curve after the other, and curves at once.
"""

import re
from collections.abc import Sequence
from itertools import chain

from msgspec.structs import replace

from core.factoring.formats.gmp_ecm.at_once import AtOnce
from core.factoring.formats.gmp_ecm.foreign import has_no_line_of_gmp_ecm
from core.factoring.formats.gmp_ecm.mending.folded import unfolded
from core.factoring.formats.gmp_ecm.mending.margins import names_in
from core.factoring.formats.gmp_ecm.mending.tagged import untagged
from core.factoring.formats.gmp_ecm.mending.torn import mended
from core.factoring.formats.gmp_ecm.one_by_one import OutputReader
from core.factoring.formats.gmp_ecm.output import Curve, Output, Stray
from core.factoring.formats.gmp_ecm.plain import plain_output
from core.factoring.formats.gmp_ecm.sentences import Sentence, sentence_of, without_escapes

_MOST_WRITERS = 1_000
_LAST_LINE = re.compile(
    r"(?:took [0-9]+ms|has [0-9]+ digits|digits: [0-9]+|input number N|[0-9]MB|out of [0-9]+:)\s*\Z"
)
"""How the output of a program ends that came to its end; without a line's end behind it, any other was cut off."""
_A_STEP = re.compile(r"Step [12] (?:on CPU )?took ")


def parse_output(text: str) -> Output:
    """Everything that a whole output, a part of one, or several put together say. Takes time linear in its length.

    Where no stage is reported at all, lines were left out: there a curve was run when another one of its run follows it.
    """
    return plain_output(text) or read_by_lines(text)


def read_by_lines(text: str) -> Output:
    """The same, by one line after the other, whatever the text is."""
    text = mended(unfolded(untagged(without_escapes(text))))
    excerpt = _A_STEP.search(text) is None
    lines = text.splitlines()
    writers: dict[str, _Writer] = {}
    said = [(line, *read) for line, read in enumerate(map(sentence_of, lines), 1) if read is not None]
    names = names_in([margin for _, margin, _ in said])
    for name, (line, _, sentence) in zip(names, said, strict=True):
        if name not in writers:
            if len(writers) == _MOST_WRITERS:
                continue
            writers[name] = _Writer(excerpt=excerpt)
        writers[name].take(sentence, line)
    if not writers:
        return Output(foreign=has_no_line_of_gmp_ecm(text))
    cut = bool(text) and not text.endswith(("\n", "\r")) and not _LAST_LINE.search(lines[-1])
    written = [writer.written(cut=cut) for writer in writers.values()]
    return replace(
        written[-1],
        curves=tuple(chain.from_iterable(one.curves for one in written)),
        strays=tuple(chain.from_iterable(one.strays for one in written)),
        unfinished=tuple(chain.from_iterable(one.unfinished for one in written)),
        unseen=written[0].unseen if len(written) == 1 else None,
        numbers=tuple(dict.fromkeys(chain.from_iterable(one.numbers for one in written))),
        mixed=any(one.mixed for one in written),
    )


class _Writer:
    """All that stands behind one margin of a text.

    Args:
        excerpt: as of `OutputReader`.
    """

    def __init__(self, *, excerpt: bool) -> None:
        self._reader = OutputReader(excerpt=excerpt)
        self._at_once = AtOnce()
        self._curves: list[Curve] = []

    def take(self, sentence: Sentence, line: int) -> None:
        """Take in the next sentence, which stands on this line."""
        self._curves += self._reader.take(sentence, line)
        self._at_once.take(sentence, line)

    def written(self, *, cut: bool) -> Output:
        """Return what it wrote, which was cut off at the end or not; there is no more to come."""
        reader = self._reader
        output = Output(
            version=reader.version, method=reader.method, numbers=tuple(reader.numbers), mixed=reader.at_once
        )
        unfinished = () if cut else reader.unfinished()
        curves = reader.as_far_as_sure([*self._curves, *reader.close()])
        together = self._at_once.curves()
        if reader.at_once or len(_sure(together)) > len(_sure(curves)):
            told = _both(curves, together) if reader.at_once else together
            named = {curve.factor for curve in told}
            found = [Stray(one.factor, one.terms.number) for one in curves if one.factor and one.factor not in named]
            unseen = 0 if self._at_once.is_whole() and not cut else None
            return replace(output, curves=told, strays=(*reader.strays, *found), unseen=unseen)
        unseen = None if cut else reader.unseen
        return replace(output, curves=curves, strays=tuple(reader.strays), unfinished=unfinished, unseen=unseen)


def _both(one_by_one: Sequence[Curve], together: Sequence[Curve]) -> tuple[Curve, ...]:
    """Return the curves of which one of two readings is sure, and of the others no more than are over by either of them."""
    sure = {(curve.line, curve.sigma): curve for curve in (*_sure(together), *_sure(one_by_one))}
    others = [curve for curve in one_by_one if (curve.line, curve.sigma) not in sure]
    over = max(len(one_by_one), len(together))
    return (*sure.values(), *others[: max(over - len(sure), 0)])


def _sure(curves: Sequence[Curve]) -> list[Curve]:
    """Return the curves of which a reading tells whose they are."""
    return [curve for curve in curves if curve.terms.number is not None]
