"""A list of numbers of which one is handed out, worked on and given back, again and again, in a process of its own.

Usage: choosing.py NUMBERS ROUNDS STRATEGY prints, with no filter, with one that fits a hundredth of the numbers and with one
that fits none, microseconds of CPU time of a decision and of a whole assignment, down to the disk. The coordinator is that which
stands first on PYTHONPATH, so that an earlier one can be measured as well.
"""

import contextlib
import itertools
import random
import statistics
import sys
import tempfile
import time
from typing import Any

from core.deciding import Asking, Unprepared
from core.factoring.commands.assignment import RequestWork
from core.factoring.commands.reports import ReportCurves
from core.factoring.decide import FACTORING
from core.factoring.mathematics.levels.effort import curve_effort
from core.factoring.state.numbers import Number, Wanted
from projections.factoring.numbers import progress
from tests.office import Office

WISHES = ((0, 10**9), (150, 151), (500, 600))
TOGETHER = 8
"""Batches that a coordinator applies together, where its version does."""


def fill(office: Any, many: int) -> None:
    """Put numbers of 60 to 220 digits on the list, on a third of which something was done before."""
    chance, per_curve = random.Random(3), curve_effort(11_000, None, 1)
    table = office.factoring._numbers
    for identity in range(1, many + 1):
        digits = chance.randint(60, 220)
        number = Number(
            *(identity, str(10 ** (digits - 1) + identity), "", digits, "composite", "open", digits * 4_000 // 13, 0),
            *(0, 0, 0, 0, identity),
        )
        if identity % 3 == 0:
            progress.credit(number, chance.randrange(1, 200) * per_curve)
        table.add(number)
    office.factoring.flush()
    office.factoring.connection.commit()


def measure(office: Any, wanted: Wanted, rounds: int) -> tuple[float, float]:
    """Return the medians of the CPU time that a decision and a whole assignment take, in microseconds.

    Each by itself, in turns: what a decision has looked up is there for the assignment that comes right after it. Assignments
    are those of a busy coordinator, which applies several together: each has its share of that.
    """
    decisions, wholes = [], []
    factoring: Any = FACTORING
    decide = factoring.decisions[RequestWork] if hasattr(factoring, "decisions") else factoring.decide
    names = itertools.count(office.log.head().position)

    def asking() -> RequestWork:
        return RequestWork(work=f"w{next(names)}", wanted=wanted, lease_seconds=120, work_seconds=600)

    for turn in range(2 * rounds // TOGETHER):
        answers = []
        began = time.process_time()
        for _ in range(TOGETHER):
            command = asking()
            if turn % 2:
                began = time.process_time()
                with contextlib.suppress(Unprepared):  # the first time that bounds are seen
                    decide(command, Asking(office.now, 1), office.factoring)
                decisions.append(time.process_time() - began)
            answers.append(office.perform(command))
        if not turn % 2:
            wholes.append((time.process_time() - began) / TOGETHER)
        for answer in answers:
            if hasattr(answer, "curves"):
                office.perform(ReportCurves(work=answer.work, value="", bounds=None, curves=answer.curves))
        getattr(office.committer, "apply", lambda: None)()
    return statistics.median(decisions) * 1e6, statistics.median(wholes) * 1e6


def main(many: int, rounds: int, strategy: str) -> None:
    """Measure the three kinds of wishes."""
    with tempfile.TemporaryDirectory() as directory:
        office = Office(directory)
        office.together = TOGETHER
        fill(office, many)
        for span in WISHES:
            print(*(round(one, 1) for one in measure(office, Wanted(*span, strategy=strategy), rounds)))  # type: ignore[arg-type]
        office.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
