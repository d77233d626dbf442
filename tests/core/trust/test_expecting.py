"""Expected against found: scaled by what others find, and never an alarm for the honest."""

import math
import random

import pytest

from core.factoring.mathematics.probability.exponentials import ONE
from core.trust.expecting import ALARM, Judged, Sums, evidence, judge, scaled


def finds(many):
    return round(many * ONE)


def test_what_others_find_less_is_expected_less():
    assert scaled(Sums(finds(10)), Sums(finds(80), 30)) == finds(5)
    assert scaled(Sums(finds(10)), Sums(finds(80), 400)) == finds(10), "and never more"
    assert scaled(Sums(finds(10)), Sums()) == finds(10)


@pytest.mark.parametrize(("due", "found"), [(0, 0), (3, 3), (7, 0), (8, 0), (12, 1), (40, 10), (40, 40)])
def test_evidence_is_the_mean_of_three_weighted_likelihood_ratios(due, found):
    shares = ((0, 1 / 3), (0.3, 1 / 6), (0.6, 1 / 2))
    mean = sum(weight * math.exp((1 - share) * due) * share**found for share, weight in shares)
    assert evidence(finds(due), found) == pytest.approx(int(mean), abs=1 + mean / 10**6)


def test_eight_finds_due_and_none_made_stand_out_and_seven_don_t():
    others = Sums(finds(100), 100)
    assert judge([(Sums(finds(8.1)), others)]).stands_out
    assert not judge([(Sums(finds(7)), others)]).stands_out
    assert judge([(Sums(finds(12.4), 11), others)]) == Judged(finds(12.4), finds(12.4), 11, judge([]).evidence - 1)


def test_nothing_is_said_where_too_little_is_expected_of_others():
    assert not judge([(Sums(finds(50)), Sums(finds(19), 19))]).stands_out


def test_honest_contributors_are_not_blamed_however_often_they_are_looked_at():
    chance = random.Random(1)
    alarms = 0
    for _ in range(300):
        due, found = 0.0, 0
        for _ in range(40):
            due += 0.5
            found += chance.random() < 0.5
            alarms += evidence(finds(due), found) >= ALARM
    assert alarms == 0
