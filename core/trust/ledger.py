"""The ledger of checks: what was computed that can be checked, and what checks of it were drawn, day by day."""

from core.timestamps import SECOND
from core.trust.budget import DAYS, Spent
from core.trust.drawing import CHANCE, FIRST
from core.trust.events import CheckDrawn, ReportsWeighed

_DAY = 86_400 * SECOND
_BUDGETED = frozenset({CHANCE, FIRST})
"""Why curves are checked of who has not been found wrong."""


class Ledger:
    """The days that count, each since 1970; it goes by the events' own time.

    Args:
        days: what is known already.
    """

    def __init__(self, days: dict[int, Spent] | None = None) -> None:
        self.days = dict(days or {})

    def compute(self, fact: ReportsWeighed, moment: int) -> int:
        """Add what was reported; return the day to which it is added."""
        return self._add(moment, sum(report.cost * report.checkable for report in fact.reports), 0)

    def check(self, fact: CheckDrawn, moment: int) -> int:
        """Add a check that was drawn; return the day to which it is added."""
        return self._add(moment, 0, fact.cost if fact.why in _BUDGETED else 0)

    def _add(self, moment: int, work: int, checks: int) -> int:
        day = moment // _DAY
        before = self.days.get(day, Spent())
        self.days[day] = Spent(before.work + work, before.checks + checks)
        return day

    def spent(self) -> Spent:
        """Return the sums of the newest day and those before it that count."""
        newest = max(self.days, default=0)
        counted = [spent for day, spent in self.days.items() if newest - DAYS < day]
        return Spent(sum(one.work for one in counted), sum(one.checks for one in counted))
