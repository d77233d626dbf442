"""A history on a first coordinator, held against a second that never got what was withdrawn."""

import io
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing, contextmanager
from pathlib import Path
from unittest.mock import patch

from msgspec import Struct

from coordinator.auditing.exporting import export
from coordinator.auditing.importing import import_log
from coordinator.log.snapshot import snapshot
from coordinator.past.materialising import materialise
from coordinator.projecting import folding
from coordinator.writer.batch import Outcome
from core.refusals import Refusal
from tests.office import Killed, Office, tables_of
from tests.twins.contents import contents, differences
from tests.twins.correcting import correct
from tests.twins.steps import Resend
from tests.twins.telling import Telling, index_of, moment_of

ALL = ""
"""In the place of a factor: all that was reported."""


class Withdrawal(Struct):
    """What was withdrawn: the steps, each with the factor that was meant, or all; and whether that was taken back."""

    named: list[tuple[int, str]]
    positions: list[int]
    taken_back: bool = False


class Story:
    """What was told to the first coordinator, step by step."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.first = Telling(self.directory / "first")
        self.withdrawals = {}
        self.steps = 0
        self.sights = {}

    def tell(self, *steps, killed_at=""):
        """Tell steps in one batch; return the index of the first."""
        first = self.steps
        self.first.tell(dict(enumerate(steps, first)), killed_at=killed_at)
        self.steps += len(steps)
        return first

    def withdraw(self, *named, killed_at=""):
        """Withdraw what steps reported, or one factor of it."""
        positions = sorted({p for index, factor in named for p in self._positions(index, factor)})
        self._correct(positions, killed_at, undo=False)
        self.withdrawals[self.steps] = Withdrawal(list(named), positions)
        self.steps += 1

    def take_back(self, index):
        """Take a withdrawal back."""
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
            correct(office, positions, undo=undo)
        except Killed:
            office.crash()
            if office.log.head() == before:
                correct(office, positions, undo=undo)
        finally:
            office.dies_at = ""

    def _positions(self, index, factor):
        if factor == ALL:
            return self.first.history[index].reported
        return [position for step, value, position in self.factors() if (step, value) == (index, factor)]

    def resend(self, index):
        """Send a report again: what counts is answered as the first time, what was withdrawn is told so."""
        head = self.first.office.log.head()
        again = self.tell(Resend(sent=index))
        result = self.first.history[again].result
        if self.gone.get(index) == frozenset():
            assert isinstance(result, Refusal), result
        else:
            assert isinstance(result, Outcome), result
            assert result.repeated
            assert result.answer == self.first.answers[index]
        assert self.first.office.log.head() == head

    def factors(self):
        """Return the factors that somebody found: by which step, the factor, the position of its event."""
        rows = self.first.rows("SELECT a.recorded_at, value, f.position FROM factors f JOIN attempts a USING (attempt)")
        return [(index_of(moment), value, position) for moment, value, position in rows]

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
        assert not found, "\n".join(found)

    def look(self):
        """Remember what stands in the tables of factoring now."""
        self.sights[self.first.office.log.head().position] = _seen(self.first.office.tables())

    def restart(self, *, rebuild=False, at_once=10_000):
        """Stop the first coordinator and start it again, with all tables rebuilt so many events at once."""
        before = self._everything(self.first.office)
        with patch.object(folding, "_AT_ONCE", at_once):
            self.first.office.reopen(rebuild=rebuild)
        assert self._everything(self.first.office) == before

    def is_the_same_in_every_way(self):
        """Hold the live tables against those folded anew, in the past, and from an exported log."""
        self.look()
        self.restart(rebuild=True, at_once=3)
        for position, seen in self.sights.items():
            assert _seen(_tables(self._past(position))) == seen, f"as of {position}"
        directory = self.directory / f"imported after {self.steps}"
        directory.mkdir()
        with snapshot(self.first.office.log.path) as taken:
            import_log(io.BytesIO(b"".join(export(taken))), directory)
        imported = Office(directory)
        try:
            assert self._everything(imported) == self._everything(self.first.office)
        finally:
            imported.close()

    def _past(self, position):
        path = self.directory / f"{position}.db"
        materialise(self.first.office.directory, position, {"factoring": path})
        return path

    def _everything(self, office):
        return {context: office.tables(context) for context in office.committer.files}

    def close(self):
        """Leave nothing open."""
        self.first.office.close()


def _seen(tables):
    return {name: rows for name, rows in tables.items() if name != "answers"}


def _tables(path):
    with closing(sqlite3.connect(path)) as connection:
        return tables_of(connection)
