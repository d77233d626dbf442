"""Draws of checks: their chances, and what they cost honest machines and those that cheat."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.trust.chain import DAY, chain_day, link, secret_of
from core.trust.drawing import FIRST, FLOOR, PROBATION, WHOLE, chance, draw, lot
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


def test_who_begins_to_fabricate_gains_less_than_it_loses():
    """What is left unchecked of x times the credit, (1 + x)^-3 (1 + x), is below what was there, for every x."""
    cost, credit = 10 * SECOND, 10 * 3_600 * SECOND
    unchecked, kept = 1.0, []
    for curve in range(1, 40_000):
        unchecked *= 1 - chance(cost, credit + curve * cost) / WHOLE
        kept.append(unchecked * (credit + curve * cost) / credit)
    assert max(kept) < 1
