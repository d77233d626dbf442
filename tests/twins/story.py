"""A history on a first coordinator, held against a second that never got what was withdrawn."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from coordinator.writer.batch import Outcome
from core.factoring.events import AttemptMade, CurvesRun
from core.factoring.prior_events import PriorWorkDeclared
from tests.twins.contents import contents, differences
from tests.twins.correcting import withdrawal
from tests.twins.telling import Telling, index_of

REPORTS = (CurvesRun.type, AttemptMade.type, PriorWorkDeclared.type)
ALL = ""
"""In the place of a factor: all that was reported."""


class Withdrawal(Struct):
    """What was withdrawn: the steps, each with the factor that was meant, or all; and whether that was taken back."""

    named: list[tuple[int, str]]
    taken_back: bool = False


class Story:
    """What was told to the first coordinator, step by step."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.first = Telling(self.directory / "first")
        self.withdrawals = {}
        self.steps = 0

    def tell(self, *steps, killed_at=""):
        """Tell steps in one batch; return the index of the first."""
        first = self.steps
        self.first.tell(dict(enumerate(steps, first)), killed_at=killed_at)
        self.steps += len(steps)
        return first

    def withdraw(self, *named, killed_at=""):
        """Withdraw what steps reported, or one factor of it."""
        positions = sorted({p for index, factor in named for p in self._positions(index, factor)})
        order = self.first.correction(self.steps, withdrawal(self.first.office, positions))
        (result,) = self.first.perform([order], killed_at)
        assert isinstance(result, Outcome), result
        self.withdrawals[self.steps] = Withdrawal(list(named))
        self.steps += 1
        self._heed()

    def _heed(self):
        """Have the tables built anew where the correction left that to somebody."""
        if self.first.office.committer.files["factoring"].degraded:
            self.first.office.reopen()

    def _positions(self, index, factor):
        if factor == ALL:
            return self.first.recorded(index, *REPORTS)
        return [position for step, value, position in self.factors() if (step, value) == (index, factor)]

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

    def close(self):
        """Leave nothing open."""
        self.first.office.close()
