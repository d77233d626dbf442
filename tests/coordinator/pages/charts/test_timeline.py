"""Timelines: labels beside bars stand only where no other bar of their lane is."""

from coordinator.pages.charts.timeline import Report, timeline


def labels(*reports):
    drawn = timeline(0, 1000, [Report(at, b1, 9, 0) for at, b1 in reports], [])
    return [bar.label for bar in drawn.bars]


def test_a_bar_is_labelled_beside_it_where_its_lane_is_free():
    assert labels((50, 2000), (300, 11_000)) == ["9\N{NO-BREAK SPACE}curves"] * 2


def test_a_bar_that_another_follows_is_not_labelled_over_it():
    assert labels((50, 2000), (90, 2000), (500, 2000)) == ["", "", "9\N{NO-BREAK SPACE}curves"]


def test_of_bars_that_begin_at_one_place_the_last_is_labelled():
    reports = ((50, 2000), (50, 2000), (50, 2000), (50, 11_000))
    assert labels(*reports) == ["", "", "9\N{NO-BREAK SPACE}curves", "9\N{NO-BREAK SPACE}curves"]
