"""From sentences to the curves that were run, one after the other.

A curve counts once its last stage, or its factor, has been reported. Whatever came before the text begins, or was cut off
at its end, is not guessed at; nor is whose curve it is, once what says so may have been lost: a curve follows the line that
names its number, the one that counts it (`Run 2 out of 5:`), or the one that resumes it.

Programs that write at once report steps that can't be of the curve at hand: up to there, and until the next number
is named, no curve is of a number that is sure; on one number it isn't sure which of them came to their end.
"""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from core.factoring.formats.gmp_ecm.counted import Counted
from core.factoring.formats.gmp_ecm.meanwhile import Meanwhile
from core.factoring.formats.gmp_ecm.output import Curve, Stray, Terms, terms_of
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
        self._introduced, self._awaited = True, False
        self._meanwhile = Meanwhile()
        self._counted = Counted(whole=False)
        self._begun = False
        self._line = 0
        self._at_hand: tuple[Announced, Curve] | None = None
        self._terms: Terms | None = None
        self._stage = 0
        self._has_steps: frozenset[int] = frozenset()
        self._interrupted_at: int | None = None
        self._found: list[Found] = []
        self._found_whole = False
        self._gpu_curves = 0

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
                if self._is_of_another(step):
                    self._be_mixed()
                self._stage = step
                self._has_steps |= {step}
            case Interrupted(prime=prime):
                self._interrupted_at = prime
            case Found():
                self._find(sentence)
            case WholeFound():
                self._found_whole = True
            case _:
                is_next = isinstance(sentence, Run) or (isinstance(sentence, Announced) and not self._meanwhile.begun)
                another_follows = self._excerpt and is_next
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
        return self._meanwhile.seen

    def as_far_as_sure(self, curves: Sequence[Curve]) -> tuple[Curve, ...]:
        """Return curves without their number where that may be another's, or they may not be over."""
        return self._meanwhile.as_far_as_sure(curves, on_one_number=len(self.numbers) == 1)

    def unfinished(self) -> tuple[Curve, ...]:
        """The curve at hand, when its end has not been reported."""
        return () if self._at_hand is None or self._is_over(self._at_hand[0]) else self._curves(*self._at_hand)

    def _turn_to(self, sentence: Header | Resuming | InputNumber | Announced | Run | Torn) -> None:
        """Take in what is said of the curves that follow."""
        self._awaited = isinstance(sentence, InputNumber | Run)
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
                self._number, self._introduced = text, True
                self.numbers[text] = None
                self._meanwhile.begin_on(text, resumed=self._resuming is not None)
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
        self._meanwhile.announce(self._line)
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
        elif self._at_hand is not None:
            self._meanwhile.leave(self._at_hand[1])
        self._at_hand, self._stage, self._interrupted_at = None, 0, None
        self._found, self._found_whole = [], False
        return curves

    def _is_over(self, announced: Announced) -> bool:
        """Tell whether all stages of a curve were reported; a GPU leaves stage 2 out when one finds something before."""
        stage_1_is_all = announced.b2 < announced.b1 or announced.last is not None or self._interrupted_at is not None
        return bool(self._found) or self._stage == 2 or (self._stage == 1 and stage_1_is_all)

    def _is_of_another(self, step: int) -> bool:
        """Tell whether a step that is over can't be of the curve at hand: that one had it, or lacks the one before, or is over."""
        skipped = self._stage < step - 1 and step - 1 in self._has_steps
        return step <= self._stage or skipped or self._awaited or any(found.step < step for found in self._found)

    def _be_mixed(self) -> None:
        """Take note that what was just said is of another curve than the one at hand."""
        if self._at_hand is not None and self._at_hand[0].last is not None:
            return
        self._meanwhile.write_at(self._line, since=self._at_hand[1].line if self._at_hand else self._line)

    def _find(self, found: Found) -> None:
        if self._at_hand:
            if self._found or found.step < self._stage:
                self._be_mixed()
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
