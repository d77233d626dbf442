"""Pace of everybody together: the curves of each hour, with the factors that were found."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from msgspec import Meta, Struct

from coordinator.http.tables import Table
from coordinator.pages.charts.bars import Bars, Period, bars, said
from core.timestamps import EPOCH
from core.wording import plural, whole
from projections.factoring.contributors import HOUR, HOURS, Hour

_MOST_HOURS, _FEWEST_HOURS = 3 * HOURS, HOURS


class HourRow(Struct, frozen=True):
    """Work done in one hour, UTC."""

    hour: Annotated[str, Meta(title="Hour, UTC")]
    curves: int
    factors: int
    cpu_seconds: float


def pace(hours: Sequence[Hour], now: int, finds: Sequence[tuple[int, int]] = ()) -> Bars:
    """Draw the curves of each of the last hours, with the factors found (when, and their digits) above them."""
    first = max(min((hour.hour for hour in hours), default=now), now - _MOST_HOURS + 1)
    done_in = {hour.hour: hour for hour in hours}
    drawn = [done_in.get(hour, Hour(hour, 0, 0, 0, 0)) for hour in range(min(first, now - _FEWEST_HOURS + 1), now + 1)]
    rows = [HourRow(_said(one.hour), one.curves, one.factors, one.cpu_milliseconds / 1000) for one in drawn]
    return bars(
        "Curves per hour",
        _summary(drawn, hours),
        [Period(hour.hour * HOUR, hour.curves) for hour in drawn],
        HOUR,
        Table("pace", HourRow, rows),
        finds,
    )


def _summary(drawn: Sequence[Hour], ever: Sequence[Hour]) -> str:
    curves = sum(hour.curves for hour in drawn)
    if not curves:
        last = max((hour.hour for hour in ever if hour.curves), default=None)
        came = f"; the last came on {_said(last)[:10]}" if last is not None else " yet"
        return f"No curves in the last {len(drawn) // HOURS} days{came}." if came != " yet" else "No curves yet."
    most = max(drawn, key=lambda hour: hour.curves)
    return (
        f"{plural(curves, 'curve')} in {plural(len(drawn), 'hour')}; most from {said(most.hour * HOUR, hours=True)} UTC"
        f" on, {whole(most.curves)}."
    )


def _said(hour: int) -> str:
    return (EPOCH + timedelta(hours=hour)).strftime("%Y-%m-%d %H:00")


class LastHour(Struct, frozen=True):
    """Curves of the last whole hour, of this one while there is none, and of the same hour yesterday (None: no such)."""

    curves: int
    whole: bool
    before: int | None

    @property
    def change(self) -> int:
        """How much more curves that is than yesterday, per cent."""
        return round(100 * (self.curves / self.before - 1)) if self.before else 0


def last_hour(hours: Sequence[Hour], hour: int) -> LastHour:
    """Return the curves of the last hour, by the hours in which something was done."""
    curves = {one.hour: one.curves for one in hours}
    whole = hour - 1 in curves
    shown = hour - 1 if whole else hour
    return LastHour(curves.get(shown, 0), whole, curves.get(shown - HOURS))
