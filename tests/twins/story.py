"""A history on a first coordinator, held against a second that never got what was withdrawn."""

import io
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any
from unittest.mock import patch

from msgspec import Struct

from coordinator.auditing.exporting import export
from coordinator.auditing.importing import import_log
from coordinator.explaining.withdrawable import event_of_factor
from coordinator.log.prefix import log_prefix
from coordinator.past.materialising import materialise
from coordinator.past.snapshots import KEPT
from coordinator.projecting import folding
from coordinator.writer.outcome import Outcome
from core.factoring.answers.residues import ResidueWorkAnswer
from core.factoring.answers.shapes import WorkAnswer
from core.refusals import Refusal
from tests.office import Killed, Office, tables_of
from tests.twins.contents import contents, differences
from tests.twins.steps.beside import Resend
from tests.twins.steps.residues import ClaimFile
from tests.twins.steps.work import Report
from tests.twins.telling import NotThere, Telling, index_of, moment_of

ALL = ""
"""In the place of a factor: all that was reported."""


class Withdrawal(Struct):
    """What was withdrawn: the steps, each with the factor that was meant, or all; and whether that was taken back."""

    named: list[tuple[int, str]]
    positions: list[int]
    taken_back: bool = False


class Deed(Struct, frozen=True):
    """Something that was done: the name of a method of a story, its arguments, and the number of the step it began with."""

    name: str
    index: int
    arguments: tuple[Any, ...]
    named: dict[str, Any]


def _deed(method):
    """Have what is done by a method remembered."""

    @wraps(method)
    def done(self, *arguments, **named):
        outermost, self.doing = not self.doing, True
        if outermost:
            self.deeds.append(Deed(method.__name__, self.steps, arguments, named))
        try:
            return method(self, *arguments, **named)
        finally:
            self.doing = not outermost

    return done


class Story:
    """What was told to the first coordinator, step by step."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.first = Telling(self.directory / "first")
        self.withdrawals = {}
        self.steps = 0
        self.deeds = []
        self.doing = False
        self.sights = {}

    @_deed
    def tell(self, *steps, killed_at=""):
        """Tell steps in one batch; return the index of the first."""
        first = self.steps
        self.first.tell(dict(enumerate(steps, first)), killed_at=killed_at)
        self.steps += len(steps)
        for index, step in enumerate(steps, first):
            handed_out = isinstance(step, Report) and isinstance(self.first.answers.get(step.work), WorkAnswer)
            assert not handed_out or index in self.first.answers, self.first.history[index].result
        return first

    @_deed
    def withdraw(self, *named, killed_at=""):
        """Withdraw what steps reported, or one factor of it."""
        positions = sorted({p for index, factor in named for p in self._positions(index, factor)})
        if not positions:
            raise NotThere(named)
        self._correct(positions, killed_at, undo=False)
        self.withdrawals[self.steps] = Withdrawal(list(named), positions)
        self.steps += 1

    @_deed
    def take_back(self, index):
        """Take a withdrawal back."""
        if index not in self.withdrawals:
            raise NotThere(index)
        self._correct(self.withdrawals[index].positions, "", undo=True)
        self.withdrawals[index].taken_back = True
        self.steps += 1

    def standing(self):
        """Return the withdrawals that can be taken back: nothing that they name is named by another one."""
        made = {index: one for index, one in self.withdrawals.items() if not one.taken_back}
        named = Counter(position for one in made.values() for position in one.positions)
        return [index for index, one in made.items() if all(named[position] == 1 for position in one.positions)]

    def _correct(self, positions, killed_at, *, undo):
        """Make a correction; one in which the office dies has never happened, or is complete when it starts again."""
        office = self.first.office
        office.now = moment_of(self.steps)
        before, office.dies_at = office.log.head(), killed_at
        try:
            office.correct(*positions, undo=undo)
        except Killed:
            office.crash()
            if office.log.head() == before:
                office.correct(*positions, undo=undo)
        finally:
            office.dies_at = ""

    def _positions(self, index, factor):
        if factor == ALL:
            return self.first.history[index].reported if index in self.first.history else ()
        return [position for step, value, position in self.factors() if (step, value) == (index, factor)]

    @_deed
    def resend(self, index):
        """Send a report again: what counts is answered as the first time, what was withdrawn is told so."""
        self.first.sent(index)
        head = self.first.office.log.head()
        again = self.tell(Resend(sent=index))
        result = self.first.history[again].result
        if self.gone.get(index) == frozenset():
            assert isinstance(result, Refusal), result
        else:
            assert isinstance(result, Outcome), result
            assert result.repeated
            # What an answer said of numbers may have changed since.
            assert result.answer.attempt == self.first.answers[index].attempt
            assert self.withdrawals or result.answer == self.first.answers[index]
        assert self.first.office.log.head() == head

    def factors(self):
        """Return the factors that somebody found: by which step, the factor, the position of its event."""
        rows = self.first.rows("SELECT a.recorded_at, value, f.position FROM factors f JOIN attempts a USING (attempt)")
        connection = self.first.office.log.connection
        return [
            (index_of(moment), value, event_of_factor(connection, position, value)) for moment, value, position in rows
        ]

    @property
    def gone(self):
        """The factors that are withdrawn of each step, none for all that it reported."""
        gone = {}
        for made in self.withdrawals.values():
            for index, factor in made.named if not made.taken_back else ():
                factors = gone.get(index, frozenset({factor}))
                gone[index] = factors | {factor}
        return {index: frozenset() if ALL in factors else factors for index, factors in gone.items()}

    @contextmanager
    def second(self):
        """Give a second coordinator, which is told what the first was told, without what is withdrawn."""
        gone = self.gone
        with tempfile.TemporaryDirectory() as directory:
            second = Telling(Path(directory), self.first.splits())
            for index, told in self.first.history.items():
                step = told.meant and told.meant.without(gone, gone.get(index))
                if step is not None:
                    second.tell({index: step})
            try:
                yield second
            finally:
                second.office.close()

    def compare(self):
        """Hold the tables against those of the second coordinator."""
        assert not self.first.office.committer.files["factoring"].degraded
        with self.second() as second:
            found = differences(contents(self.first), contents(second))
            if self._claimed_otherwise(second):
                found = [difference for difference in found if " factoring.residues " not in difference]
        assert not found, "\n".join(found)

    def _claimed_otherwise(self, second):
        """Tell whether a file was handed out to whom the second coordinator gave none: only a claim can be completed."""
        return any(
            isinstance(told.step, ClaimFile) and _handed_out(told) != _handed_out(self.first.history[index])
            for index, told in second.history.items()
        )

    @_deed
    def look(self):
        """Remember what stands in the tables now."""
        office = self.first.office
        self.sights[office.log.head().position] = {context: _seen(office.tables(context)) for context in KEPT}

    @_deed
    def restart(self, *, rebuild=False, at_once=10_000):
        """Stop the first coordinator and start it again, with all tables rebuilt so many events at once."""
        before = _everything(self.first.office)
        with patch.object(folding, "_AT_ONCE", at_once):
            self.first.office.reopen(rebuild=rebuild)
        _require_same(_everything(self.first.office), before, "folded anew")

    def is_the_same_in_every_way(self):
        """Hold the live tables against those folded anew, in the past, and from an exported log."""
        self.doing = True  # what is done here is no part of the story
        self.look()
        self.restart(rebuild=True, at_once=3)
        for position, seen in self.sights.items():
            past = self._past(position)
            for context in KEPT:
                _require_same(_seen(_tables(past[context])), seen[context], f"{context} as of {position}")
        directory = self.directory / f"imported at {self.steps}"
        directory.mkdir()
        with log_prefix(self.first.office.log.path) as taken:
            import_log(io.BytesIO(b"".join(export(taken))), directory)
        imported = Office(directory)
        try:
            _require_same(_everything(imported), _everything(self.first.office), "imported")
        finally:
            imported.close()
            self.doing = False

    def _past(self, position):
        """Return where the tables of each context stand, as they were at a position."""
        paths = {context: self.directory / f"{context} at {position}.db" for context in KEPT}
        for path in paths.values():
            path.unlink(missing_ok=True)
        materialise(self.first.office.directory, position, paths)
        return paths

    def close(self):
        """Leave nothing open."""
        self.first.office.close()


def _handed_out(told):
    return isinstance(told.result, Outcome) and isinstance(told.result.answer, ResidueWorkAnswer)


def _everything(office):
    return {
        f"{context}.{name}": rows for context in office.committer.files for name, rows in office.tables(context).items()
    }


def _require_same(found, due, how):
    wrong = [
        f"{how}: {mark} {name} {row}"
        for name in found.keys() | due.keys()
        for mark, here, there in (("+", found, due), ("-", due, found))
        for row in here.get(name, [])
        if row not in there.get(name, [])
    ]
    assert found == due, "\n".join(wrong)


def _seen(tables):
    return {name: rows for name, rows in tables.items() if name != "answers"}


def _tables(path):
    with closing(sqlite3.connect(path)) as connection:
        return tables_of(connection)
