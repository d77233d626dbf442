"""Draws of checks: their chances, and what they cost honest machines and those that cheat."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.trust.budget import FLOOR, USUAL, WHOLE, Rates, Spent, rates
from core.trust.chain import DAY, chain_day, link, secret_of
from core.trust.drawing import CHANCE, FIRST, PROBATION, chance, draw, first_lot, lot
from core.trust.standing import FORGIVEN, Standing, credited, matched, mistaken

SECOND = 1_000_000
SEED = bytes(range(32))
KNOWN = Standing(known=True)


def test_each_secret_is_the_hash_of_the_next_down_to_the_anchor():
    assert secret_of(SEED, 5, 5) == SEED
    assert [link(secret_of(SEED, day, 5)) for day in range(1, 6)] == [secret_of(SEED, day, 5) for day in range(5)]
    assert secret_of(SEED, 4, 5) == hashlib.sha256(SEED).digest()


def test_a_day_of_the_chain_is_one_of_utc_and_what_lies_before_it_counts_as_its_first():
    assert [chain_day(moment, 10) for moment in (0, 10 * DAY, 11 * DAY - 1, 11 * DAY)] == [1, 1, 1, 2]


def test_a_lot_is_the_beginning_of_an_hmac_over_the_hash_of_the_event_and_the_offset():
    expected = hmac.new(SEED, b"h" * 32 + bytes([0, 0, 1, 2]), "sha256").digest()[:4]
    assert lot(SEED, b"h" * 32, 258) == int.from_bytes(expected, "big")


@pytest.mark.parametrize(
    ("cost", "credit", "expected"),
    [
        (1_000, 0, FLOOR),
        (10 * SECOND, 0, WHOLE // 20),
        (200 * SECOND, 0, WHOLE),
        (10**6 * SECOND, 10**6 * SECOND, WHOLE),
        (10 * SECOND, 3_600 * SECOND, FLOOR),
        (100 * SECOND, 3_600 * SECOND, 300 * WHOLE // 4_200),
    ],
)
def test_the_chance_falls_with_the_credit_to_one_in_eighty(cost, credit, expected):
    assert chance(cost, credit) == expected


def test_who_was_found_wrong_is_checked_in_a_tenth():
    assert chance(1, 10**15, watched=True) == WHOLE // 10


@given(st.lists(st.integers(0, WHOLE - 1), min_size=1, max_size=50), st.integers(1, 10**9))
def test_of_a_first_report_the_least_lot_is_drawn_for_certain_and_of_later_ones_what_lies_below_the_chance(lots, cost):
    offsets = range(3, 3 + len(lots))
    drawn, after = draw(Standing(), cost, offsets, lots)
    assert 3 + lots.index(min(lots)) in {one.offset for one in drawn if one.why == FIRST}
    assert after == Standing(credit=cost * len(lots), known=True)
    later, _ = draw(after, cost, offsets, lots)
    assert [one.offset for one in later] == [
        offset
        for before, (offset, own) in enumerate(zip(offsets, lots, strict=True))
        if own < chance(cost, after.credit + before * cost)
    ]


def test_a_report_without_checksums_is_no_first_one_and_earns_nothing():
    assert draw(Standing(), 5, [], []) == ((), Standing())


def test_after_a_mismatch_the_next_curves_are_checked_one_and_all():
    drawn, after = draw(mistaken(KNOWN), 1, range(40), [WHOLE - 1] * 40)
    assert [one.why for one in drawn] == [PROBATION] * 25
    assert after.probation == 0


def test_a_mismatch_takes_all_credit_and_a_hundred_matches_forgive_it():
    standing = mistaken(credited(Standing(), 5, 7))
    assert (standing.credit, standing.mismatches, standing.doubtful, standing.known) == (0, 1, False, True)
    assert mistaken(standing).doubtful
    for report in range(1, FORGIVEN + 1):
        assert standing.watched
        standing = matched(standing, report)
    assert (standing.watched, standing.sound) == (False, FORGIVEN)


HOUR = 3_600 * SECOND
DONE = Spent(work=1_000_000 * HOUR)
BUDGET = 10_000 * HOUR + 600 * SECOND


def used(hundredths):
    return Spent(DONE.work, BUDGET * hundredths // 100)


@pytest.mark.parametrize("spent", [None, Spent(), DONE, used(95), Spent(0, 570 * SECOND)])
def test_a_budget_that_is_not_spent_changes_nothing(spent):
    assert rates(spent) == USUAL


def test_what_newcomers_are_due_falls_first_and_then_what_all_are():
    half, none = rates(Spent(DONE.work, BUDGET * 965 // 1_000)), rates(used(98))
    assert (half.newcomers, half.floor) == (pytest.approx(WHOLE / 2, rel=1e-6), FLOOR)
    assert none == Rates(newcomers=0, floor=FLOOR)
    assert rates(used(99)) == Rates(newcomers=0, floor=pytest.approx((FLOOR + WHOLE / 400) / 2, rel=1e-6))
    assert rates(used(100)) == rates(used(500)) == Rates(newcomers=0, floor=WHOLE // 400)


@given(st.integers(0, 10**16), st.integers(0, 10**15), st.integers(0, 10**15))
def test_who_spends_more_is_never_allowed_more(work, checks, more):
    before, after = rates(Spent(work, checks)), rates(Spent(work, checks + more))
    assert (after.newcomers, after.floor) <= (before.newcomers, before.floor)
    assert WHOLE // 400 <= after.floor <= FLOOR


def test_a_first_report_is_checked_as_far_as_the_budget_allows():
    halved = Rates(newcomers=WHOLE // 2)
    assert [one.why for one in draw(Standing(), 1, [0], [WHOLE - 1], halved, WHOLE // 2 - 1)[0]] == [FIRST]
    drawn, after = draw(Standing(), 1, [0], [WHOLE - 1], halved, WHOLE // 2)
    assert (drawn, after.known) == ((), True)
    assert first_lot(SEED, b"h" * 32) == lot(SEED, b"h" * 32, 2**32 - 1)
    assert [one.why for one in draw(mistaken(KNOWN), 1, [0], [WHOLE - 1], rates(used(500)))[0]] == [PROBATION]
    assert chance(100 * SECOND, 0, rates=halved) == WHOLE // 4
    assert [one.why for one in draw(KNOWN, 1, [0], [WHOLE // 400 - 1], rates(used(500)))[0]] == [CHANCE]


def test_who_begins_to_fabricate_gains_less_than_it_loses():
    """What is left unchecked of x times the credit, (1 + x)^-3 (1 + x), is below what was there, for every x."""
    cost, credit = 10 * SECOND, 10 * 3_600 * SECOND
    unchecked, kept = 1.0, []
    for curve in range(1, 40_000):
        unchecked *= 1 - chance(cost, credit + curve * cost) / WHOLE
        kept.append(unchecked * (credit + curve * cost) / credit)
    assert max(kept) < 1
