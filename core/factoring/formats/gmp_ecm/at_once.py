"""Programs that wrote into one text at once, all on one number: which of their curves came to their end.

A step that is reported doesn't say of which curve it is. But a program counts its curves, and says `Run 8 out of 100:` once its
seventh is over. So where that was said as often as `Run 7 out of 100:`, every curve that was announced as such a seventh is
over; where it was said less often, some are not. Where nothing is missing, from the first line of each program to the last
step of its last curve, all are over.
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
            case Found(step=2):
                pass  # the program goes on, or has come to its end
            case _:
                self._ended = True

    def is_whole(self) -> bool:
        """Tell whether nothing is missing, and every curve is over."""
        return (
            not self._ended
            and self._announced == self._said.total()
            and (self._steps[1], self._steps[2]) == (self._announced, self._with_stage_2)
            and all(said.run in {_FIRST.run, said.of} or self._is_over(said) for said in self._said)
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
            yield Curve(terms, said.sigma, line=line)

    def _expect(self, run: Run) -> None:
        """Take note of a curve that is to come."""
        if not self._stretches[-1].to_come:
            self._stretches.append(_Stretch(set(), []))
        self._stretches[-1].runs.add(run)
        self._stretches[-1].to_come += 1
        self._said[run] += 1

    def _follows(self, said: Run) -> bool:
        """Tell whether a program is here that has run the curve before this one."""
        if said.run == _FIRST.run + 1:
            return self._seconds < self._said[_FIRST]
        return self._said[said] < self._said[Run(said.run - 1, said.of)]

    def _is_over(self, run: Run) -> bool:
        """Tell whether every program that came to this curve has come to the next one."""
        if run == _FIRST:
            return self._seconds == self._said[_FIRST]
        return self._said[Run(run.run + 1, run.of)] == self._said[run]
