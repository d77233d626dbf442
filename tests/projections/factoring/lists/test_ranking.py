"""A page by rank is the same whether a sample says where it is or all numbers are sorted up to it."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.factoring.lists import ranking
from projections.factoring.lists.ranking import ranked
from projections.runtime import paging
from tests.profiles import trying

LISTED = "FROM numbers INDEXED BY in_brief WHERE status = ?"


@pytest.fixture(autouse=True, scope="module")
def early():
    """Have a sample asked for pages that are not as far in the middle."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ranking, "_FIRST", 1_000)
        yield


def table(ranks):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY, status TEXT, t_milli INTEGER)")
    connection.execute("CREATE INDEX in_brief ON numbers (number, status, t_milli)")
    connection.executemany("INSERT INTO numbers (status, t_milli) VALUES (?, ?)", ranks)
    return closing(connection)


def page(connection, rank, total, offset):
    return ranked(connection, (LISTED, ("open",)), rank, total, 50, offset)


@trying(30)
@given(
    st.lists(st.tuples(st.sampled_from(["open", "open", "split"]), st.integers(0, 4) | st.integers(0, 9_999))),
    st.integers(1, 40),
    st.sampled_from(["t_milli", "-(t_milli)"]),
)
def test_every_page_is_what_sorting_all_gives(ranks, times, rank):
    ranks = (ranks * times)[:2_500]
    with table(ranks) as connection:
        kept = [(value, number) for number, (status, value) in enumerate(ranks, 1) if status == "open"]
        kept.sort(key=lambda row: (row[0] if rank == "t_milli" else -row[0], row[1]))
        for offset in {0, 1_000, 1_150, len(kept) // 2, max(len(kept) - 50, 0), len(kept) - 7, len(kept) + 50}:
            if offset >= 0:
                assert page(connection, rank, len(kept), offset) == [one for _, one in kept[offset : offset + 50]]


def test_where_the_sample_leads_astray_all_are_sorted(monkeypatch):
    monkeypatch.setattr(ranking, "_SAMPLE", 4)  # of numbers 1, 701, 1401, 2101, 2801, which differ from all others
    monkeypatch.setattr(ranking, "_ASTRAY", 0)
    with table([("open", 9_999 if i % 700 == 0 else i) for i in range(2_802)]) as connection:
        assert page(connection, "t_milli", 2_802, 1_500) == list(range(1_503 + 1, 1_553 + 1))


def test_what_is_sorted_is_what_is_between(monkeypatch):
    sorted_ones = []

    def rows_of_page(connection, select, bound, order, total, limit, offset):
        sorted_ones.append(total)
        return paging.rows_of_page(connection, select, bound, order, total, limit, offset)

    monkeypatch.setattr(ranking, "rows_of_page", rows_of_page)
    with table([("open", i // 100) for i in range(5_000)]) as connection:
        for offset in (1_000, 2_525, 3_990):
            assert page(connection, "t_milli", 5_000, offset) == list(range(offset + 1, offset + 51))
        assert max(sorted_ones) < 1_500
    with table([("open", max(i - 3_900, 0)) for i in range(5_000)]) as connection:
        assert page(connection, "-(t_milli)", 5_000, 4_950) == list(range(3_852, 3_902))
        assert sorted_ones[-1] == 3_901
    with table([("open", min(max(i - 1_500, 0), 400)) for i in range(5_000)]) as connection:
        for offset, many in ((1_450, 1_501), (1_501, 399), (1_849, 399), (1_900, 3_100), (1_475, 5_000)):
            assert page(connection, "t_milli", 5_000, offset) == list(range(offset + 1, offset + 51))
            assert sorted_ones[-1] <= many
