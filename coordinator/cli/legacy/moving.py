"""The order in which rows are taken over, so that they keep their ids.

First all numbers, whole; then the attempts with the factors that they found; then factors of which no attempt tells;
last whatever gets ids of its own: attempts that were several runs, t-levels from before, and small factors.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from coordinator.cli.legacy.dumps import Problem, Read
from coordinator.intake.moving_in import Item, Taken
from coordinator.processes.progress import Progress, Report
from core.bigint import abbreviate
from core.factoring.commands.imports import DivideOut, ImportAttempt, ImportCurves, ImportFactor
from core.factoring.commands.numbers import DescribeNumber, Prior, SubmitComposite
from core.factoring.formats.middleware.dumps import ATTEMPTS, COMPOSITES, FACTORS
from core.factoring.formats.middleware.moving_in import OldAttempt, OldComposite

GROUP = 100

T = TypeVar("T")
Take = Callable[[Sequence[Item]], Awaitable[list[Taken]]]
Run = ImportCurves | ImportAttempt


class Tally(Struct):
    """The result for a table's rows.

    Attributes:
        rows: how many it has.
        taken: how many are new here.
        known: how many were here before.
        kept_ids: how many of the new ones have the id that they had.
        problems: what was not taken, and why, by line.
    """

    rows: int = 0
    taken: int = 0
    known: int = 0
    kept_ids: int = 0
    problems: list[Problem] = []

    @property
    def refused(self) -> int:
        """How many were not taken."""
        return self.rows - self.taken - self.known


class Move:
    """Takes dumps over, row by row.

    Args:
        dumps: what was read.
        take: has rows taken.
        report: told how far it has come, table by table.
    """

    def __init__(self, dumps: Read, take: Take, report: Report) -> None:
        self._dumps = dumps
        self._take = take
        self._report = report
        self._numbers: dict[int, Taken] = {}
        self._brought: dict[int, Taken] = {}
        self.tallies = {
            table.name: Tally(rows=dumps.rows[table.name], problems=dumps.problems[table.name])
            for table in (COMPOSITES, ATTEMPTS, FACTORS)
            if table.name in dumps.rows
        }

    async def run(self) -> None:
        """Take everything; what was taken before changes nothing."""
        await self._composites()
        later = await self._attempts()
        await self._factors()
        await self._rest(later)
        for tally in self.tallies.values():
            tally.problems.sort(key=lambda problem: problem.line)

    async def _composites(self) -> None:
        tally = self.tallies[COMPOSITES.name]
        numbers = list(self._dumps.composites.values())
        unread: list[OldComposite] = []
        for old, taken in await self._each(COMPOSITES.name, numbers, lambda old: Item(old.wanted, at=old.at)):
            if taken.status == "refused" and old.left.isdigit() and old.left != old.number:
                unread.append(old)
            else:
                self._count_number(tally, old, taken)
        for old, taken in await self._each(
            "numbers that were left", unread, lambda old: Item(replace(old.wanted, text=old.left), at=old.at)
        ):
            self._count_number(tally, old, taken)
            if taken.status != "refused":
                shown = abbreviate(old.number)
                sentence = f"The number {shown} can't be read; what was left of it was taken in its place."
                tally.problems.append(Problem(old.line, sentence))

    def _count_number(self, tally: Tally, old: OldComposite, taken: Taken) -> None:
        _count(tally, old.line, old.row, taken)
        if taken.status != "refused":
            self._numbers[old.row] = taken

    async def _attempts(self) -> list[tuple[OldAttempt, Run]]:
        """Take attempts; return the further runs of those that were several."""
        if self._dumps.attempts is None:
            return []
        tally = self.tallies[ATTEMPTS.name]
        known = {one.row for one in self._dumps.attempts}
        first: list[tuple[OldAttempt, Run]] = []
        later: list[tuple[OldAttempt, Run]] = []
        for old in self._dumps.attempts:
            number = self._number(old.composite)
            if isinstance(number, str):
                tally.problems.append(Problem(old.line, number))
                continue
            runs = [_on(number.value, wanted, known) for wanted in old.wanted]
            first.append((old, runs[0]))
            later += [(old, replace(run, row=0)) for run in runs[1:]]
        for (old, _), taken in await self._each(ATTEMPTS.name, first, _item_of):
            _count(tally, old.line, old.row, taken)
            if taken.status == "taken":
                self._brought[old.row] = taken
        return later

    async def _factors(self) -> None:
        """Take every factor, also of attempts: those that came with them are known by now."""
        if self._dumps.factors is None:
            return
        tally = self.tallies[FACTORS.name]
        wanted = []
        for old in self._dumps.factors:
            number = self._number(old.composite)
            if isinstance(number, str):
                tally.problems.append(Problem(old.line, number))
            else:
                wanted.append((old, ImportFactor(row=old.row, value=number.value, factor=old.factor)))
        for (old, _), taken in await self._each(FACTORS.name, wanted, lambda pair: Item(pair[1], at=pair[0].at)):
            by = self._brought.get(old.attempt) if taken.status == "known" else None
            ids = by.factors if by else taken.factors
            outcome = replace(taken, status="taken") if by else taken
            _count(tally, old.line, old.row, replace(outcome, id=old.row if old.row in ids else 0))

    async def _rest(self, later: Sequence[tuple[OldAttempt, Run]]) -> None:
        for (old, _), taken in await self._each("further runs", later, _item_of):
            self.tallies[ATTEMPTS.name].problems += [Problem(old.line, sentence) for sentence in taken.refused]
        await self._note(self._priors())
        composites = [
            (old, self._numbers[row])
            for row, old in self._dumps.composites.items()
            if row in self._numbers and self._numbers[row].primality == "composite"
        ]
        await self._note((old, Item(DivideOut(number=taken.id))) for old, taken in composites)
        await self._note(
            (old, Item(DescribeNumber(number=taken.id, left=old.left, factored=old.factored)))
            for old, taken in composites
            if old.factored or old.left.isdigit()
        )

    def _priors(self) -> Iterable[tuple[OldComposite, Item]]:
        for row, old in self._dumps.composites.items():
            level = old.prior_milli if self._dumps.attempts is not None else max(old.level_milli, old.prior_milli)
            number = self._numbers.get(row)
            if level > 0 and number is not None and number.primality == "composite":
                declared = SubmitComposite(text=number.value, ceiling_digits=0, prior=Prior(level))
                yield old, Item(declared, at=old.at)

    async def _note(self, wanted: Iterable[tuple[OldComposite, Item]]) -> None:
        """Have done what belongs to numbers that are taken; whatever is refused of it is noted at their lines."""
        for (old, _), taken in await self._each("what was known of numbers", list(wanted), lambda pair: pair[1]):
            self.tallies[COMPOSITES.name].problems += [Problem(old.line, sentence) for sentence in taken.refused]

    def _number(self, composite: int) -> Taken | str:
        """Return the number that a composite became, or why there is none."""
        taken = self._numbers.get(composite)
        if taken is not None:
            return taken
        if composite in self._dumps.composites:
            return f"Its composite_id {composite} stands in {COMPOSITES.name}, and was not taken."
        return f"Its composite_id {composite} does not stand in {COMPOSITES.name}."

    async def _each(self, stage: str, olds: Sequence[T], item: Callable[[T], Item]) -> list[tuple[T, Taken]]:
        results: list[tuple[T, Taken]] = []
        for start in range(0, len(olds), GROUP):
            group = olds[start : start + GROUP]
            results += zip(group, await self._take([item(old) for old in group]), strict=True)
            self._report(Progress(stage, len(results), len(olds)))
        return results


def _on(value: str, wanted: Run, known: Collection[int]) -> Run:
    """Say on what number an attempt was made; one whose successor is not among those known counts for itself."""
    report = replace(wanted.report, value=value)
    if isinstance(wanted, ImportCurves) and wanted.superseded_by not in known:
        return replace(wanted, report=report, superseded_by=0)
    return replace(wanted, report=report)


def _item_of(pair: tuple[OldAttempt, Run]) -> Item:
    old, wanted = pair
    return Item(wanted, client=old.client or None, at=old.at)


def _count(tally: Tally, line: int, row: int, taken: Taken) -> None:
    tally.taken += taken.status == "taken"
    tally.known += taken.status == "known"
    tally.kept_ids += taken.status == "taken" and taken.id == row
    tally.problems += [Problem(line, sentence) for sentence in taken.refused]
