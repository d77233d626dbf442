"""Stock of work: how many numbers are not factored, by the hour, or by five minutes while the log is young."""

import sqlite3
from collections.abc import Mapping
from itertools import accumulate
from typing import Annotated

from msgspec import Meta, Struct

from coordinator.http.responses.tables import Table
from coordinator.pages.charts.bars import Bars, Period, bars
from core.timestamps import to_iso
from core.wording import plural, whole
from projections.factoring.credit.contributors import HOUR
from projections.factoring.wholes import submitted
from projections.factoring.wholes.submitted import STEP

_HOURS = 72
_STEPS = 36
"""Of a young log: it begins no earlier than so many steps ago."""


class StockRow(Struct, frozen=True):
    """Composites that were submitted and not factored at the end of an hour, UTC."""

    hour: Annotated[str, Meta(title="Hour, UTC")]
    numbers: int


class RecentRow(Struct, frozen=True):
    """The same at the end of five minutes."""

    minute: Annotated[str, Meta(title="Minute, UTC")]
    numbers: int


def stocks(connection: sqlite3.Connection, now: int) -> dict[str, Bars]:
    """Draw how many numbers were not factored; by the names of the data, first the chart that is to be shown."""
    hour, step = now // HOUR, now // STEP
    before, changes = submitted.unfactored(connection, hour - _HOURS + 1, HOUR // STEP)
    charts = [
        _drawn(
            "stock",
            "Numbers not factored, each hour",
            StockRow,
            HOUR,
            range(hour - _HOURS + 1, hour + 1),
            before,
            changes,
        )
    ]
    if not before and changes and now - min(changes) * HOUR < STEP * _STEPS:
        steps = range(step - _STEPS + 1, step + 1)
        recent = submitted.unfactored(connection, steps[0], 1)
        charts.insert(0, _drawn("recent", "Numbers not factored, every five minutes", RecentRow, STEP, steps, *recent))
    return {chart.name: chart for chart in charts}


def _drawn(
    name: str,
    title: str,
    kind: type[StockRow] | type[RecentRow],
    length: int,
    periods: range,
    before: int,
    changes: Mapping[int, int],
) -> Bars:
    counts = list(accumulate((changes.get(one, 0) for one in periods), initial=before))[1:]
    told = list(zip(periods, counts, strict=True))
    return bars(
        title,
        f"{whole(counts[-1])} now; {plural(len(counts) * length // HOUR, 'hour')} ago {whole(counts[0])}."
        if any(counts)
        else "None.",
        [Period(one * length, count) for one, count in told],
        length,
        Table(name, kind, [kind(to_iso(one * length)[:16], count) for one, count in told]),
        running=False,
    )
