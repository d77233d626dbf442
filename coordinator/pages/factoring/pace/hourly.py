"""Pace of everybody together: the curves of each hour, or minute, with the factors that were found."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated

from msgspec import Meta, Struct

from coordinator.http.responses.tables import Table
from coordinator.pages.charts.bars import Bars, Period, bars, said
from core.timestamps import EPOCH, to_iso
from core.wording import plural, whole
from projections.factoring.credit import contributors
from projections.factoring.credit.contributors import HOUR, HOURS, MINUTE, MINUTES, Hour

_MOST_HOURS, _FEWEST_HOURS = 3 * HOURS, HOURS
_FEWEST_MINUTES = 30


class HourRow(Struct, frozen=True):
    """Work done in one hour, UTC."""

    hour: Annotated[str, Meta(title="Hour, UTC")]
    curves: int
    factors: int
    cpu_seconds: float


class FoundRow(Struct, frozen=True):
    """Factors found in one hour, UTC."""

    hour: Annotated[str, Meta(title="Hour, UTC")]
    factors: int


class MinuteRow(Struct, frozen=True):
    """Curves reported in one minute, UTC."""

    minute: Annotated[str, Meta(title="Minute, UTC")]
    curves: int


def paces(
    connection: sqlite3.Connection, hours: Sequence[Hour], now: int, finds: Sequence[tuple[int, int]] = ()
) -> dict[str, Bars]:
    """Draw the curves of each of the last hours; while work is younger than three of them, before it those of each minute.

    Args:
        connection: to the tables.
        hours: in which something was done.
        now: microseconds UTC.
        finds: when factors were found, and their digits; they stand above the curves.

    Returns:
        By the names of their data, first the chart that is to be shown.
    """
    charts = [_by_hour(hours, now // HOUR, finds)]
    if hours and now - hours[0].hour * HOUR < MINUTES * MINUTE:
        charts.insert(0, _by_minute(contributors.last_minutes(connection, now // MINUTE), now // MINUTE, finds))
    return {chart.name: chart for chart in charts}


def _by_minute(curves: Mapping[int, int], now: int, finds: Sequence[tuple[int, int]]) -> Bars:
    first = min([*curves, now - _FEWEST_MINUTES + 1])
    rows = [MinuteRow(to_iso(minute * MINUTE)[:16], curves.get(minute, 0)) for minute in range(first, now + 1)]
    most = max(rows, key=lambda row: row.curves)
    return bars(
        "Curves per minute",
        f"{plural(sum(curves.values()), 'curve')} in {plural(len(rows), 'minute')}; most at {most.minute[11:]} UTC,"
        f" {whole(most.curves)}.",
        [Period(minute * MINUTE, row.curves) for minute, row in enumerate(rows, first)],
        MINUTE,
        Table("minutes", MinuteRow, rows),
        finds,
    )


def _by_hour(hours: Sequence[Hour], now: int, finds: Sequence[tuple[int, int]]) -> Bars:
    drawn = _drawn(hours, now)
    rows = [HourRow(_said(one.hour), one.curves, one.factors, one.cpu_milliseconds / 1000) for one in drawn]
    return bars(
        "Curves per hour",
        _summary(drawn, hours),
        [Period(hour.hour * HOUR, hour.curves) for hour in drawn],
        HOUR,
        Table("pace", HourRow, rows),
        finds,
    )


def found_per_hour(hours: Sequence[Hour], now: int) -> Bars:
    """Draw how many factors were found in each of the last hours, by the hours in which something was done."""
    drawn = _drawn(hours, now)
    count, most = sum(hour.factors for hour in drawn), max(drawn, key=lambda hour: hour.factors)
    lately = f"in the last {plural(len(drawn), 'hour')}"
    return bars(
        "Factors found per hour",
        f"{plural(count, 'factor')} {lately}; most from {said(most.hour * HOUR, hours=True)} UTC on, {whole(most.factors)}."
        if count
        else f"No factor {lately}.",
        [Period(hour.hour * HOUR, hour.factors) for hour in drawn],
        HOUR,
        Table("found", FoundRow, [FoundRow(_said(one.hour), one.factors) for one in drawn]),
    )


def _drawn(hours: Sequence[Hour], now: int) -> list[Hour]:
    """Return the last hours that are drawn, those in which nothing was done among them."""
    first = max(min((hour.hour for hour in hours), default=now), now - _MOST_HOURS + 1)
    done_in = {hour.hour: hour for hour in hours}
    return [done_in.get(hour, Hour(hour, 0, 0, 0, 0)) for hour in range(min(first, now - _FEWEST_HOURS + 1), now + 1)]


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
    whole = any(one.hour < hour for one in hours)
    shown = hour - 1 if whole else hour
    return LastHour(curves.get(shown, 0), whole, curves.get(shown - HOURS))
