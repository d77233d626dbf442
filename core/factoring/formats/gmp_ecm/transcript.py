"""From a text of GMP-ECM's sentences to the curves that were run.

A curve counts once its last stage, or its factor, has been reported. Whatever came before the text begins, or was cut off
at its end, is not guessed at; nor is whose curve it is, once what says so may have been lost: a curve follows the line that
names its number, the one that counts it (`Run 2 out of 5:`), or the one that resumes it. A text that was put together from
several shows by that where the next one begins. Lines with another margin are another program's. Programs that write at once
report a step of a curve that had it: up to there, and until the next number is named, no curve is of a number that is sure.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from msgspec.structs import replace

from core.factoring.formats.gmp_ecm.at_once import AtOnce
from core.factoring.formats.gmp_ecm.counted import Counted
from core.factoring.formats.gmp_ecm.foreign import has_no_line_of_gmp_ecm
from core.factoring.formats.gmp_ecm.mending.folded import unfolded
from core.factoring.formats.gmp_ecm.mending.margins import names_in
from core.factoring.formats.gmp_ecm.mending.torn import mended
from core.factoring.formats.gmp_ecm.output import Curve, Output, Stray, Terms, terms_of
from core.factoring.formats.gmp_ecm.plain import plain_output
from core.factoring.formats.gmp_ecm.sentences import (
    Announced,
    Found,
    Header,
    InputNumber,
    Interrupted,
    Method,
    Resuming,
    Run,
    Sentence,
    StepOver,
    Torn,
    WholeFound,
    sentence_of,
)

_MOST_GPU_CURVES = 100_000
"""So many sigmas of GPU runs are spelled out in one output; a line of 80 characters could claim 2^32."""
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
    text = mended(unfolded(text))
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
        if _sure(together) > _sure(curves):
            found = [Stray(curve.factor, curve.terms.number) for curve in curves if curve.factor]
            unseen = 0 if self._at_once.is_whole() and not cut else None
            return replace(output, curves=together, strays=(*reader.strays, *found), unseen=unseen)
        unseen = None if cut else reader.unseen
        return replace(output, curves=curves, strays=tuple(reader.strays), unfinished=unfinished, unseen=unseen)


def _sure(curves: Sequence[Curve]) -> int:
    """Count the curves of which the text tells whose they are."""
    return sum(curve.terms.number is not None for curve in curves)


class OutputReader:
    """Follows the output of a run, sentence by sentence.

    Args:
        excerpt: lines may be left out; a curve that another one of its run follows was run, whatever was reported of it.

    Attributes:
        version, method, strays, unseen, numbers: as of `Output`, as far as has been read.
    """

    def __init__(self, *, excerpt: bool = False) -> None:
        self.version: str | None = None
        self.method: Method | None = None
        self.strays: list[Stray] = []
        self.numbers: dict[str, None] = {}
        self._excerpt = excerpt
        self._number: str | None = None
        self._resuming: Resuming | None = None
        self._introduced = True
        self._counted = Counted(whole=False)
        self._begun = False
        self._line = 0
        self._at_hand: tuple[Announced, Curve] | None = None
        self._terms: Terms | None = None
        self._stage = 0
        self._interrupted_at: int | None = None
        self._found: list[Found] = []
        self._found_whole = False
        self._gpu_curves = 0
        self._mixed, self._mixed_until = False, 0

    @property
    def unseen(self) -> int | None:
        """How many curves that were run the text lacks; None when it doesn't tell."""
        return self._counted.unseen

    def read(self, line: str) -> tuple[Curve, ...]:
        """Take in the next line; the curves that it shows to be over (one, but for a GPU)."""
        said = sentence_of(line)
        return self.take(said[1]) if said else ()

    def take(self, sentence: Sentence, line: int = 0) -> tuple[Curve, ...]:
        """Take in the next sentence, which stands on this line; the curves that it shows to be over."""
        self._line = line
        if not self._begun:
            self._begun, self._counted = True, Counted(whole=isinstance(sentence, Header))
        match sentence:
            case StepOver(step=step):
                if step <= self._stage and self._at_hand and self._at_hand[0].last is None:
                    self._mixed, self._mixed_until = True, line
                self._stage = step
            case Interrupted(prime=prime):
                self._interrupted_at = prime
            case Found():
                self._find(sentence)
            case WholeFound():
                self._found_whole = True
            case _:
                another_follows = self._excerpt and isinstance(sentence, Announced | Run)
                over = self._end(finished=True if another_follows else None)
                self._turn_to(sentence)
                return over
        return ()

    def close(self, *, killed: bool = False) -> tuple[Curve, ...]:
        """There is no more to come of the curve at hand; it, when it was finished.

        Of a killed program's last curve it isn't known whether a factor was still to be reported; it counts only with
        one (which may be the whole number).
        """
        return self._end(finished=False if killed and not self._found else None)

    @property
    def at_once(self) -> bool:
        """Whether several programs seem to have written at once."""
        return self._mixed_until > 0

    def as_far_as_sure(self, curves: Sequence[Curve]) -> tuple[Curve, ...]:
        """Return curves without their number where that may be another's."""
        if not self.at_once or len(self.numbers) == 1:
            return tuple(curves)
        return tuple(
            replace(curve, terms=replace(curve.terms, number=None)) if curve.line <= self._mixed_until else curve
            for curve in curves
        )

    def unfinished(self) -> tuple[Curve, ...]:
        """The curve at hand, when its end has not been reported."""
        return () if self._at_hand is None or self._is_over(self._at_hand[0]) else self._curves(*self._at_hand)

    def _turn_to(self, sentence: Header | Resuming | InputNumber | Announced | Run | Torn) -> None:
        """Take in what is said of the curves that follow."""
        match sentence:
            case Announced():
                if not self._introduced:
                    self._lose()
                self._announce(sentence)
            case Header(version=version, method=method):
                self.version, self.method, self._number, self._resuming = version, method, None, None
                self._counted.begin()
                self._introduced = False
            case Resuming():
                self._resuming, self._number, self._introduced = sentence, None, True
            case InputNumber(text=text):
                if self._number is not None:  # the one that was resumed ended without a curve
                    self._resuming = None
                self._number, self._introduced, self._mixed = text, True, False
                self.numbers[text] = None
                self._counted.turn()
            case Run() if self._counted.follows(sentence):
                self._introduced = True
            case _:
                self._lose()

    def _lose(self) -> None:
        """Something is missing here: what was said before may have been said of other curves."""
        self.version, self.method, self._number, self._resuming = None, None, None, None
        self._introduced = False
        self._counted.lose()

    def _announce(self, announced: Announced) -> None:
        resuming = self._resuming
        if self._mixed:
            self._mixed_until = self._line
        terms = terms_of(
            announced,
            number=self._number,
            method=_method_of(announced, resuming, self.method),
            version=self.version,
            saved_by=resuming.saved_by if resuming else None,
        )
        if terms != self._terms:
            self._terms = terms
        begun = Curve(self._terms, announced.sigma, line=self._line)
        self._at_hand, self._introduced, self._resuming = (announced, begun), False, None
        self._counted.announce()

    def _end(self, *, finished: bool | None = None) -> tuple[Curve, ...]:
        """End the curve at hand; whether it was finished follows from what was reported when it is not said."""
        curves: tuple[Curve, ...] = ()
        if self._at_hand is not None and (self._is_over(self._at_hand[0]) if finished is None else finished):
            curves = self._curves(*self._at_hand)
        self._at_hand, self._stage, self._interrupted_at = None, 0, None
        self._found, self._found_whole = [], False
        return curves

    def _is_over(self, announced: Announced) -> bool:
        """Tell whether all stages of a curve were reported; a GPU leaves stage 2 out when one finds something before."""
        stage_1_is_all = announced.b2 < announced.b1 or announced.last is not None or self._interrupted_at is not None
        return bool(self._found) or self._stage == 2 or (self._stage == 1 and stage_1_is_all)

    def _find(self, found: Found) -> None:
        if self._at_hand:
            self._found.append(found)
        else:
            self.strays.append(Stray(found.factor, self._number))
            self._counted.announce()

    def _curves(self, announced: Announced, begun: Curve) -> tuple[Curve, ...]:
        if announced.last is not None:
            return tuple(self._on_gpu(announced, begun))
        if self._interrupted_at is not None:
            begun = replace(begun, terms=replace(begun.terms, interrupted_at=self._interrupted_at))
        if not self._found:
            return (replace(begun, stages=1) if self._stage == 1 else begun,)
        found = self._found[-1]
        factor = None if self._found_whole else found.factor
        self.strays += [Stray(other.factor, begun.terms.number) for other in self._found[:-1]]
        return (replace(begun, factor=factor, stages=found.step),)

    def _on_gpu(self, announced: Announced, begun: Curve) -> Iterator[Curve]:
        """Spell out the curves of a GPU."""
        assert announced.sigma is not None
        assert announced.last is not None
        sigmas = range(int(announced.sigma), int(announced.last) + 1)
        self._gpu_curves += len(sigmas)
        if self._gpu_curves > _MOST_GPU_CURVES:
            self._counted.lose()
            return
        finders = {found.sigma: found for found in self._found if found.sigma is not None}
        named = {found.factor for found in finders.values()}
        nameless = dict.fromkeys(found.factor for found in self._found if found.factor not in named)
        self.strays += [Stray(factor, begun.terms.number) for factor in nameless]
        for sigma in map(str, sigmas):
            found = finders.get(sigma)
            if found is None:
                yield replace(begun, sigma=sigma, stages=self._stage)
            else:
                yield replace(begun, sigma=sigma, factor=found.factor, stages=found.step)


def _method_of(announced: Announced, resuming: Resuming | None, method: Method | None) -> Method | None:
    """Tell what a curve is; one that has a sigma is of ECM."""
    if announced.sigma is not None:
        return "ECM" if resuming is None else resuming.method
    if resuming is not None:
        return resuming.method
    return method if method != "ECM" or not announced.is_other else None
