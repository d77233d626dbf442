"""Words of HTML that templates write."""

from msgspec import Struct

from coordinator.pages.charts.ladders import ladder
from coordinator.pages.charts.lines import Column
from coordinator.pages.rendering.filters import at, cells, command


def test_a_command_breaks_between_its_words_only_and_is_text():
    assert command("work --from <b>") == (
        '<span class="word">work</span> <span class="word">--from</span> <span class="word">&lt;b&gt;</span>'
    )


def test_a_time_of_the_past_has_its_year_and_on_hover_its_second():
    assert at(1_000_000_000_000_000) == (
        '<time class="then" datetime="2001-09-09T01:46:40.000000Z" title="2001-09-09 01:46:40 UTC">9 Sep 2001, 01:46</time>'
    )


def test_a_ladder_says_in_words_when_its_target_lies_beyond_what_ecm_pays_for():
    assert ladder(20, 40, sieve=30).words == "Searched to t20.0 of t40.0, beyond t30.0, from where a sieve is faster"
    assert ladder(20, 30, sieve=30).words == "Searched to t20.0 of t30.0"


class Stretch(Struct):
    """A row of a chart's table."""

    points: int
    loss: float | None
    chance: float


def test_a_table_of_a_chart_writes_as_many_digits_as_tell_its_numbers_apart_and_all_on_hover():
    columns = [Column(heading, count=True, chance=heading == "Chance") for heading in ("Points", "Loss", "Chance")]
    rows = [Stretch(1_234, 0.1 + 0.2, 0.123), Stretch(2, 0.30001, 0.5), Stretch(3, None, 0.5)]
    assert [[str(cell) for cell in row] for row in cells(rows, columns)] == [
        ["1\u202f234", '<span title="0.30000000000000004">0.3</span>', "12\u00a0%"],
        ["2", "0.30001", "50\u00a0%"],
        ["3", "", "50\u00a0%"],
    ]
    close = [Stretch(1, 1.00000001, 0), Stretch(1, 1.00000002, 0)]
    assert [row[1] for row in cells(close, columns)] == ["1.00000001", "1.00000002"]
    far = [Stretch(1, 1.2345678901e300, 0), Stretch(1, -1.7e308, 0)]
    assert [str(row[1]) for row in cells(far, columns)] == [
        '<span title="1.2345678901e+300">1.23457e+300</span>',
        "-1.7e+308",
    ]
    assert list(cells([], columns)) == []


class Told(Struct):
    """A row with a time, and with what only begins like one."""

    at: str


def test_a_table_of_a_chart_writes_times_so_that_they_break_between_day_and_hour():
    rows = [Told("2026-01-01T00:05:10.000000Z"), Told("2026-01-01T00:05:10.250000Z"), Told("2026-01-01T")]
    written = [row[0] for row in cells(rows, [Column("Up to", count=False, chance=False)])]
    assert written == ["2026-01-01 00:05:10", "2026-01-01 00:05:10.25", "2026-01-01T"]
