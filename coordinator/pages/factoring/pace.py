"""How fast everybody is together: the curves of each hour, and what was done today and by this hour of yesterday."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from msgspec import Meta, Struct

from coordinator.http.tables import Table
from coordinator.pages.charts.lines import Axis, Chart, Series, draw
from coordinator.pages.charts.scales import Linear, Moments
from core.timestamps import EPOCH
from projections.factoring.contributors import HOUR, HOURS, Hour

_DRAWN_HOURS = 7 * HOURS


class HourRow(Struct, frozen=True):
    """Work done in one hour, UTC."""

    hour: Annotated[str, Meta(title="Hour, UTC")]
    curves: int
    factors: int
    cpu_seconds: float


class Done(Struct, frozen=True):
    """Work done in a stretch of time."""

    curves: int
    factors: int
    cpu_milliseconds: int


def done(hours: Sequence[Hour], first: int, last: int) -> Done:
    """Return what was done from one hour to another, both included."""
    within = [hour for hour in hours if first <= hour.hour <= last]
    return Done(
        sum(hour.curves for hour in within),
        sum(hour.factors for hour in within),
        sum(hour.cpu_milliseconds for hour in within),
    )


def pace(hours: Sequence[Hour], now: int) -> Chart | None:
    """Draw the curves of each hour of the last week, from the first that there is, up to this one; None before any."""
    drawn = {hour.hour: hour for hour in hours if hour.hour > now - _DRAWN_HOURS}
    if not drawn:
        return None
    all_hours = [drawn.get(hour, Hour(hour, 0, 0, 0, 0)) for hour in range(min(drawn), now + 1)]
    most = max(all_hours, key=lambda hour: hour.curves)
    rows = [HourRow(_said(one.hour), one.curves, one.factors, one.cpu_milliseconds / 1000) for one in all_hours]
    return draw(
        "Curves an hour",
        f"{sum(hour.curves for hour in all_hours):,} curves in {len(all_hours):,} {_hours(len(all_hours))}; most from"
        f" {_said(most.hour)} UTC on, {most.curves:,}. The hour that is not over yet stands last.",
        Axis("recorded, UTC", Moments(all_hours[0].hour * HOUR, (now + 1) * HOUR)),
        Axis("curves an hour", Linear(0, max(most.curves, 1))),
        [Series("curves", _steps(all_hours), steps=True)],
        Table("pace", HourRow, rows),
    )


def _steps(hours: Sequence[Hour]) -> list[tuple[float, float]]:
    ended = (hours[-1].hour + 1) * HOUR, hours[-1].curves
    return [*((hour.hour * HOUR, hour.curves) for hour in hours), ended]


def _hours(count: int) -> str:
    return "hour" if count == 1 else "hours"


def _said(hour: int) -> str:
    return (EPOCH + timedelta(hours=hour)).strftime("%Y-%m-%d %H:00")
