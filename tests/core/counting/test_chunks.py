"""How ranges are cut, and which counts could be true."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.counting.chunks import check_counts, check_job, ends_of
from core.refusals import BadInput


@given(n=st.integers(10_000, 10**31), chunks=st.integers(1, 128))
def test_chunks_are_contiguous_and_cover_the_range(n, chunks):
    ends = [ends_of(n, chunks, chunk) for chunk in range(1, chunks + 1)]
    assert ends[0][0] == 1
    assert ends[-1][1] == n
    assert all(a == before + 1 for (_, before), (a, _) in itertools.pairwise(ends))
    assert all(b - a + 1 == n // chunks for a, b in ends[:-1])


def test_the_last_chunk_takes_what_is_left_over():
    assert [ends_of(100, 4, chunk) for chunk in range(1, 5)] == [(1, 25), (26, 50), (51, 75), (76, 100)]
    assert ends_of(10_003, 4, 4) == (7_501, 10_003)


@pytest.mark.parametrize(
    ("n", "chunks", "rule"),
    [
        (9_999, 16, "n is 9999; a whole number from 10000 to 1000000000000000000 is accepted."),
        (-1, 16, "n is -1; "),
        (10**20, 16, "n is 100000000000000000000; "),
        (10**4_000, 16, "n is a number of many digits; "),
        (10_000, 0, "chunks is 0; a whole number from 1 to 128 is accepted."),
        (10_000, 129, "chunks is 129; "),
    ],
)
def test_a_job_out_of_bounds_is_refused_by_the_name_of_the_rule(n, chunks, rule):
    with pytest.raises(BadInput) as refusal:
        check_job(n, chunks, 10**18)
    assert refusal.value.sentence.startswith(rule)


@pytest.mark.parametrize(
    ("a", "b", "before", "last"), [(1, 25, 1, 9), (26, 50, -1, 15), (26, 50, 26, 30), (26, 50, 9, 8), (26, 50, 9, 35)]
)
def test_counts_that_can_not_be_are_refused(a, b, before, last):
    with pytest.raises(BadInput):
        check_counts(a, b, before, last)


def test_counts_that_can_be_pass():
    assert check_counts(26, 50, 9, 15) is None
