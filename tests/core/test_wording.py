"""Numbers as people read them."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wording import (
    among,
    chance,
    core_time,
    count_of,
    duration,
    file_size,
    measured,
    percent,
    plural,
    rate,
    share,
    shortened,
)


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (1e-190, "<0.0001 %"),
        (9.9e-7, "<0.0001 %"),
        (1e-6, "0.00010 %"),
        (0.00026, "0.026 %"),
        (0.12, "12 %"),
        (0.995, ">99 %"),
        (0, "0 %"),
    ],
)
def test_a_chance_has_two_digits_and_one_below_one_in_a_million_none(probability, words):
    assert chance(probability) == words.replace(" ", "\N{NO-BREAK SPACE}")


def test_a_rate_that_is_next_to_nothing_is_not_spelt_out():
    assert rate(4.2e-7) == "<0.000001"
    assert rate(4.2e-5) == "0.000042"


def test_one_is_no_plural():
    assert plural(1, "curve") == "1\N{NO-BREAK SPACE}curve"
    assert [count_of(count, "curve") for count in (0, 1, 1_227)] == ["0 curves", "1 curve", "1227 curves"]
    assert plural(1_227, "person", "people") == "1\N{NARROW NO-BREAK SPACE}227\N{NO-BREAK SPACE}people"


def test_a_text_that_a_sentence_does_not_bear_is_shortened_and_shows_it():
    assert shortened("a" * 60) == "a" * 60
    assert shortened("a" * 61) == "a" * 60 + "…"


SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (0, "0 s"),
        (0.3, "<1 ms"),
        (0.7, "1 ms"),
        (999.4, "999 ms"),
        (999.7, "1.0 s"),
        (59.94 * SECOND, "59.9 s"),
        (59.96 * SECOND, "1.0 min"),
        (9.94 * MINUTE, "9.9 min"),
        (9.96 * MINUTE, "10 min"),
        (59.4 * MINUTE, "59 min"),
        (59.6 * MINUTE, "1.0 h"),
        (23.94 * HOUR, "23.9 h"),
        (23.97 * HOUR, "1.0 days"),
        (999.9 * DAY, "999.9 days"),
        (999.97 * DAY, "1 000 days"),
        (9_999.4 * DAY, "9 999 days"),
        (9_999.6 * DAY, "27 years"),
    ],
)
def test_a_length_of_time_is_never_rounded_to_a_whole_of_the_next_unit(milliseconds, words):
    thin, hard = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
    assert duration(milliseconds).replace(thin, " ").replace(hard, " ") == words


def test_what_is_rounded_up_to_another_digit_is_told_with_no_more_of_them():
    assert [rate(value) for value in (9.94, 9.97, 0.0996, 99.6, 996)] == ["9.9", "10", "0.10", "100", "1\u202f000"]
    assert chance(0.0997) == "10\N{NO-BREAK SPACE}%"
    assert core_time(9.97 * HOUR) == "10\N{NO-BREAK SPACE}core-hours"
    assert core_time(9_999.4 * DAY) == "9\u202f999\N{NO-BREAK SPACE}core-days"
    assert core_time(36_525 * DAY) == "100\N{NO-BREAK SPACE}core-years"
    assert [file_size(octets) for octets in (999, 999_700, 1_500)] == ["999\xa0B", "1\xa0MB", "1.5\xa0kB"]


@given(st.integers(0, 100))
def test_a_share_of_whole_hundredths_is_written_as_that_many(hundredths):
    for write in (percent, share):
        assert write(hundredths / 100, 1) == write(hundredths, 100) == f"{hundredths}\N{NO-BREAK SPACE}%"


def test_what_is_done_is_not_rounded_up_and_what_is_divided_to_the_nearest():
    shown = [(0.004, "<1", "<1"), (0.497, "49", "50"), (0.503, "50", "50"), (0.9999, "99", ">99")]
    for part, done, has in shown:
        assert (percent(part, 1), share(part, 1)) == (f"{done}\N{NO-BREAK SPACE}%", f"{has}\N{NO-BREAK SPACE}%")


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (0.123456789, 0.000123, "0.12346 ± 0.00012"),
        (-1234567.8912, 0.02, "-1234567.891 ± 0.02"),
        (1234567.89, 996, "1.2346e+06 ± 1e+03"),
        (5, 0, "5 ± 0"),
        (0.1, 0, "0.1 ± 0"),
        (0, 0.5, "0 ± 0.5"),
        (0.0123, 4.5, "0.01 ± 4.5"),
        (1e-160, 3e-200, "1e-160 ± 3e-200"),
    ],
)
def test_what_was_measured_is_told_as_far_as_its_error_lets_it_stand(value, error, words):
    assert measured(value, error) == words


def test_values_that_would_look_the_same_are_told_in_more_digits():
    values = (-1234567.412, -1234568.038)
    assert [among(value, values[0] - values[1]) for value in values] == ["-1234567.41", "-1234568.04"]
    assert [among(value, 0.626) for value in (0.5, 1.1264999)] == ["0.5", "1.1265"]
    assert [among(value, inf) for value in (-1.7e308, 0)] == ["-1.7e+308", "0"]
