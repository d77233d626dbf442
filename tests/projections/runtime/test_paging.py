"""A page read from the end of a list has the rows that stand there when it is read from the beginning."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.runtime.paging import rows_of_page
from tests.profiles import trying

ORDERS = ("number", "number DESC", "a DESC, number", "a ASC, b DESC, number DESC", "b - a, number")


@trying(40)
@given(
    pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12),
    order=st.sampled_from(ORDERS),
    limit=st.integers(1, 5),
    offset=st.integers(0, 15),
)
def test_a_page_is_the_same_from_whichever_end_it_is_read(pairs, order, limit, offset):
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, a INTEGER, b INTEGER)")
        connection.executemany("INSERT INTO rows (a, b) VALUES (?, ?)", pairs)
        whole = connection.execute(f"SELECT * FROM rows WHERE a > ? ORDER BY {order}", (0,)).fetchall()
        page = rows_of_page(
            connection, "SELECT * FROM rows WHERE a > ?", (0,), order, len(whole), limit=limit, offset=offset
        )
    assert page == whole[offset : offset + limit]


@pytest.mark.parametrize("offset", [0, 100, 99_990])
def test_the_last_page_passes_over_no_more_rows_than_the_first(offset):
    passed_over = []

    def rows(number):
        passed_over.append(number)
        return 1

    with closing(sqlite3.connect(":memory:")) as connection:
        connection.create_function("seen", 1, rows)
        connection.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY)")
        connection.execute(
            "WITH RECURSIVE upto (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM upto WHERE n < 100000)"
            " INSERT INTO rows SELECT n FROM upto"
        )
        found = rows_of_page(
            connection, "SELECT number FROM rows WHERE seen(number)", (), "number", 100_000, 10, offset
        )
    assert found == [(number,) for number in range(offset + 1, offset + 11)]
    assert len(passed_over) <= 111
