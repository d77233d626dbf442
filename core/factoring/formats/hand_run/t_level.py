"""The notation of the tool `t-level`: `curves@B1[,B2][,p=param]`, and `done/stage1@B1` of curves whose stage 2 is behind their stage 1."""

import re
from collections.abc import Iterable, Iterator

from core.factoring.formats.hand_run.stated import Stated, counted
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.notation.worklist import parse, whole_number
from core.refusals import BadInput

NAME = "t-level"
_DONE_OF = re.compile(r"(?P<done>[0-9]{1,9})/(?P<stage_1>[0-9]{1,9})@(?P<b1>[0-9.eE+]{1,20})")
_LIST = re.compile(r"[0-9]+@[0-9]")


def of_list(lines: Iterable[tuple[int, str]]) -> Iterator[Stated]:
    """Yield what each line lists; of one that can't be read, why."""
    for line, said in lines:
        try:
            yield from [*_of_line(line, said)]
        except BadInput as refusal:
            yield Stated(line, NAME, why=refusal.sentence)


def _of_line(line: int, said: str) -> Iterator[Stated]:
    stated = Stated(line, NAME)
    if of := _DONE_OF.fullmatch(said):
        done, stage_1 = int(of["done"]), int(of["stage_1"])
        b1 = whole_number(of["b1"], "B1")
        if done:
            yield counted(stated, b1, DEFAULT_B2, done)
        if stage_1 > done:
            yield counted(stated, b1, STAGE_1_ONLY, stage_1 - done)
    elif _LIST.match(said):
        for piece in parse(said):
            yield counted(stated, piece.b1, piece.b2, piece.curves, param=piece.param)
