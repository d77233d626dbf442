"""Scales of charts: everything stands between the ends, ticks stand in order, whatever the values."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from coordinator.http.responses.tables import Table
from coordinator.pages.charts.lines import ABOVE, HEIGHT, WIDTH, Axis, Series, draw
from coordinator.pages.charts.scales import Linear, Logarithmic, Moments
from core.timestamps import SECOND, from_iso


class Nothing(Struct):
    pass


FINITE = st.floats(allow_nan=False, allow_infinity=False)
POSITIVE = st.floats(min_value=5e-324, allow_nan=False, allow_infinity=False)
BEGIN, END = from_iso("0001-01-01"), from_iso("9999-12-31")
TIMES = st.integers(BEGIN, END)


def check(scale, low, high):
    assert -1e-6 <= scale.share(low) <= scale.share(high) <= 1 + 1e-6
    values = [value for value, _ in scale.ticks()]
    assert 0 <= len(values) <= 20
    assert all(before < after for before, after in pairwise(values))
    assert all(-1e-6 <= scale.share(value) <= 1 + 1e-6 for value in values if value)


@given(FINITE, FINITE)
def test_linear_takes_any_two_numbers(one, other):
    check(Linear(min(one, other), max(one, other)), min(one, other), max(one, other))


@given(POSITIVE, POSITIVE)
def test_logarithmic_takes_any_two_positive_numbers(one, other):
    low, high = min(one, other), max(one, other)
    scale = Logarithmic(low, high)
    check(scale, low, high)
    if high / 10 >= low >= 1e-307:  # a decade apart, and none of them beyond an end of what floats hold in full
        assert scale.share(high) - scale.share(low) > 1 / 650


@given(TIMES, TIMES)
def test_moments_takes_any_stretch_of_time(one, other):
    check(Moments(min(one, other), max(one, other)), min(one, other), max(one, other))


@pytest.mark.parametrize(
    ("scale", "labels"),
    [
        (Linear(0, 1), ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (Linear(-3, 12), ["-5", "0", "5", "10", "15"]),
        (Linear(7, 7), ["6", "6.5", "7", "7.5", "8"]),
        (Logarithmic(1e-6, 1), ["10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰"]),
        (Logarithmic(0.2, 3), ["0.1", "0.2", "0.5", "1", "2", "5", "10"]),
    ],
)
def test_ticks_are_round(scale, labels):
    assert [label for _, label in scale.ticks()] == labels


def test_times_are_told_by_the_clock_and_new_days_by_their_date():
    begin = from_iso("2026-11-22T20:00:00Z")
    labels = [label for _, label in Moments(begin, begin + 8 * 3600 * SECOND).ticks()]
    assert labels == ["20:00", "22:00", "23 Nov", "02:00", "04:00"]


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=30), st.booleans())
def test_lines_stay_within_the_drawing(points, steps):
    points.sort()
    x = Axis("x", Linear(points[0][0], points[-1][0]))
    y = Axis("y", Linear(min(value for _, value in points), max(value for _, value in points)))
    band = [(value, value) for _, value in points]
    chart = draw("S", "", x, y, [Series("one", points, band, steps)], Table("s", Nothing, []))
    (line,) = chart.lines
    for place in f"{line.points} {line.band}".split():
        across, down = map(float, place.split(","))
        assert 0 <= across <= WIDTH
        assert 0 <= down <= 100
    for across, down in line.dots:
        assert 0 <= across <= WIDTH
        assert ABOVE <= down <= ABOVE + HEIGHT
    few = len(points) < 3 and not steps
    assert bool(line.points) == (not line.dots)
    assert line.dots if few else len(line.dots) <= 1


@pytest.mark.parametrize("steps", [False, True])
@pytest.mark.parametrize("points", [[(1, 2.0)], [(1, 2.0)] * 4])
def test_points_at_one_place_are_a_dot_where_a_line_would_not_be_seen(points, steps):
    (line,) = draw(
        "t",
        "s",
        Axis("x", Moments(1, 1)),
        Axis("y", Linear(0, 2)),
        [Series("s", points, steps=steps)],
        Table("s", Nothing, []),
    ).lines
    assert (line.points, len(line.dots)) == ("", 1)
