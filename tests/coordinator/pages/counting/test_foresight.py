"""What is left of equal pieces takes as long as those before, give or take."""

import pytest

from coordinator.pages.counting.foresight import Left, time_left


@pytest.mark.parametrize(("done", "total"), [(0, 10), (1, 10), (10, 10)])
def test_nothing_is_foretold_from_less_than_two_pieces_or_when_all_are_done(done, total):
    assert time_left(done, total, 1_000) is None


def test_half_way_as_much_is_left_again():
    assert time_left(4, 8, 1_000) == Left(likely=1_000, least=667, most=2_000)


def test_the_more_is_done_the_surer_it_is():
    spreads = [left.most / left.least for left in (time_left(done, 1_000, 1_000) for done in (2, 10, 100, 900))]
    assert spreads == sorted(spreads, reverse=True)
