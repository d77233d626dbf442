"""The digits that a number has, and the two in a row, as bits: a search believes them without a look at the number."""

import sqlite3
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from projections.factoring.numbers.pairs import TOLD_BY_PAIRS, pairs_of, with_all_pairs_of

DIGITS = st.text("0123456789", max_size=40)


def fits(written, text):
    """Return whether a row of these bits fulfils the condition."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE numbers (pairs_low INTEGER, pairs_high INTEGER)")
        connection.execute("INSERT INTO numbers VALUES (?, ?)", pairs_of(written))
        return bool(connection.execute(f"SELECT count(*) FROM numbers WHERE {with_all_pairs_of(text)}").fetchone()[0])


@given(DIGITS, st.text("0123456789", max_size=TOLD_BY_PAIRS))
def test_they_tell_exactly_of_a_digit_or_two(value, text):
    assert fits(value, text) == (text in value)


@given(DIGITS, DIGITS, DIGITS)
def test_no_number_that_has_a_longer_text_is_left_out(before, text, after):
    assert fits(f"{before}{text}{after} (10^61-1)/9", text)


def test_a_pair_across_value_and_expression_is_none():
    assert not fits("15 2^4-1", "52")
    assert not fits("15 2^4-1", "24")
