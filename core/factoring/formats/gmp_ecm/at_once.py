"""Programs that wrote into one text at once, all on one number: which of their curves came to their end.

A step that is reported doesn't say of which curve it is. But a program counts its curves, and says `Run 8 out of 100:` once its
seventh is over. So where that was said as often as `Run 7 out of 100:`, every curve that was announced as such a seventh is
over; where it was said less often, some are not. Where nothing is missing, from the first line of each program to the last
step of its last curve, all are over.

Of a factor it isn't said either which curve found it. A find in stage 1 leaves stage 2 of its curve out: as stage 1 counts each
that may not have been over just then. It may be the last thing that its program did.
"""

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from core.factoring.formats.gmp_ecm.output import Curve, terms_of
from core.factoring.formats.gmp_ecm.sentences import Announced, Found, Header, InputNumber, Run, Sentence, StepOver

_FIRST = Run(1, 0)
"""The first curve of a program, which doesn't say yet how many it is to run."""


class _Stretch(Struct, gc=False):
    """Curves that were announced while others were to come, with their lines: each is one of these, and it is not said which."""

    runs: set[Run]
    announced: list[tuple[int, Announced]]
    to_come: int = 0


class AtOnce:
    """Adds up what programs say of their curves, until something is said that programs on one number don't say."""

    def __init__(self) -> None:
        self._ended = False
        self._version = ""
        self._number = ""
        self._stretches = [_Stretch(set(), [])]
        self._since_a_find: list[_Stretch] = []
        self._maybe_stage_1: set[int] = set()
        self._finds: Counter[int] = Counter()
        self._said: Counter[Run] = Counter()
        self._seconds = 0
        self._announced = 0
        self._with_stage_2 = 0
        self._steps: Counter[int] = Counter()

    def take(self, sentence: Sentence, line: int) -> None:
        """Take in the next sentence, which stands on this line."""
        if self._ended:
            return
        match sentence:
            case Header(method="ECM", version=version):
                self._version = version
            case InputNumber(text=text) if self._version and text and text == (self._number or text):
                self._number = text
                self._expect(_FIRST)
            case Run() if self._follows(sentence):
                self._seconds += sentence.run == _FIRST.run + 1
                self._expect(sentence)
            case Announced(sigma=str(), last=None) if self._stretches[-1].to_come:
                self._stretches[-1].announced.append((line, sentence))
                self._stretches[-1].to_come -= 1
                self._announced += 1
                self._with_stage_2 += sentence.b2 >= sentence.b1
            case StepOver(step=step) if self._steps[step] < self._announced:
                self._steps[step] += 1
            case Found(step=step, sigma=None):
                self._finds[step] += 1
                if step == 1:
                    self._leave_stage_2_out()
            case _:
                self._ended = True

    def is_whole(self) -> bool:
        """Tell whether nothing is missing, and every curve is over."""
        return (
            not self._ended
            and self._announced == self._said.total()
            and self._steps[1] == self._announced
            and self._steps[2] == self._stages_2_to_come()
            and sum(map(self._left_at, self._said)) <= self._finds.total()
        )

    def curves(self) -> tuple[Curve, ...]:
        """Return the curves that are over; those of which it isn't sure which they are come without their number."""
        whole = self.is_whole()
        sure: list[Curve] = []
        others: list[Curve] = []
        for stretch in self._stretches:
            over = whole or all(map(self._is_over, stretch.runs))
            (sure if over else others).extend(self._curves(stretch, self._number if over else None))
        ended = self._steps[2] if self._with_stage_2 else self._steps[1]
        return (*sure, *others[: max(ended - len(sure), 0)])

    def _curves(self, stretch: _Stretch, number: str | None) -> Iterator[Curve]:
        for line, said in stretch.announced:
            terms = terms_of(said, number=number, method="ECM", version=self._version)
            yield Curve(terms, said.sigma, stages=1 if line in self._maybe_stage_1 else 2, line=line)

    def _expect(self, run: Run) -> None:
        """Take note of a curve that is to come."""
        if not self._stretches[-1].to_come:
            self._stretches.append(_Stretch(set(), []))
            self._since_a_find.append(self._stretches[-1])
        self._stretches[-1].runs.add(run)
        self._stretches[-1].to_come += 1
        self._said[run] += 1

    def _follows(self, said: Run) -> bool:
        """Tell whether a program is here that has run the curve before this one."""
        if said.run == _FIRST.run + 1:
            return self._seconds < self._said[_FIRST]
        return self._said[said] < self._said[Run(said.run - 1, said.of)]

    def _leave_stage_2_out(self) -> None:
        """Take note of the curves that may be the one which found something in stage 1 just now."""
        for stretch in self._since_a_find:
            if not all(map(self._is_over, stretch.runs)):
                self._maybe_stage_1.update(line for line, _ in stretch.announced)
        self._since_a_find = [stretch for stretch in self._since_a_find[-1:] if stretch.to_come]

    def _stages_2_to_come(self) -> int | None:
        """Return how often a stage 2 is over when all curves are; None when a find may be of a program without stage 2."""
        if not self._finds[1] or not self._with_stage_2:
            return self._with_stage_2
        return self._with_stage_2 - self._finds[1] if self._with_stage_2 == self._announced else None

    def _left_at(self, run: Run) -> int:
        """Return how many programs came to this curve, and not to the next one that they were to run."""
        return 0 if run.run in {_FIRST.run, run.of} else self._said[run] - self._said[Run(run.run + 1, run.of)]

    def _is_over(self, run: Run) -> bool:
        """Tell whether every program that came to this curve has come to the next one."""
        if run == _FIRST:
            return self._seconds == self._said[_FIRST]
        return self._said[Run(run.run + 1, run.of)] == self._said[run]
