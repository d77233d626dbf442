"""Texts in blocks are the texts in order."""

import random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from projections.federation import sorted_texts
from projections.federation.sorted_texts import SortedTexts

texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=3)


def listed(kept):
    return msgspec.json.decode(kept.json())


@given(st.lists(st.tuples(st.sets(texts), st.randoms(use_true_random=False)), max_size=8), st.integers(1, 5))
def test_whatever_comes_and_goes_the_rest_is_in_order(rounds, full):
    there, kept = set(), SortedTexts(full)
    for given_texts, chance in rounds:
        come = given_texts - there
        gone = {text for text in sorted(there) if chance.random() < 0.6}
        kept.change(come, gone)
        there = (there | come) - gone
        assert listed(kept) == sorted(there)


def test_tens_of_thousands_stay_in_blocks_of_bounded_size():
    chance = random.Random(7)
    there, kept = set(), SortedTexts()
    for _ in range(6):
        come = {chance.randbytes(8).hex() for _ in range(5_000)} - there
        gone = set(chance.sample(sorted(there), len(there) // 3))
        kept.change(come, gone)
        there = (there | come) - gone
        assert listed(kept) == sorted(there)
        assert max(len(msgspec.json.decode(block)) for block in kept._blocks) <= sorted_texts.FULL
    kept.change((), there)
    assert kept.json() == b"[]"
    kept.change(["a"], ())
    assert listed(kept) == ["a"]
