"""Numbers as people read them."""

import pytest

from core.wording import chance, count_of, plural, rate, shortened


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
