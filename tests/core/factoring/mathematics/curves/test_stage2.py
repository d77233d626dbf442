import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.mathematics.curves.limits import LARGEST_B1, LARGEST_B2, LEAST_B1
from core.factoring.mathematics.curves.stage2 import Polynomial, Stage2, stage2_of
from core.refusals import BadInput


def test_the_default_stage_2_of_11e6_is_that_of_gmp_ecm():
    assert stage2_of(11_000_000, None) == Stage2(
        b2=35133391030, d=324870, d2=11, df=32768, k=3, i0=23, polynomial=Polynomial(12)
    )


def test_minus_one_asks_for_the_default_too():
    assert stage2_of(50_000, -1) == stage2_of(50_000, None)


def test_an_explicit_b2_enters_as_asked_for_and_not_as_reached():
    assert stage2_of(11_000_000, 1_100_000_000).b2 == 1_100_000_000


def test_the_reached_default_asked_for_explicitly_is_the_same_stage_2():
    default = stage2_of(250_000, None)
    assert stage2_of(250_000, default.b2) == default


@pytest.mark.parametrize("b2", [0, 1, 99_999])
def test_a_b2_below_b1_means_stage_1_only(b2):
    assert stage2_of(100_000, b2) == Stage2(b2=0)


def test_polynomials_are_spelt_as_gmp_ecm_prints_them():
    assert [str(stage2_of(b1, None).polynomial) for b1 in (2000, 50_000, 250_000, 1_000_000, 110_000_000)] == [
        "x^1",
        "x^2",
        "Dickson(3)",
        "Dickson(6)",
        "Dickson(30)",
    ]


@pytest.mark.parametrize(
    ("b1", "b2", "sentence"),
    [
        (99, None, "B1 = 99 is out of bounds: a whole number from 100 to 10000000000000 is accepted."),
        (10**13 + 1, 0, "B1 = 10000000000001 is out of bounds: a whole number from 100 to 10000000000000 is accepted."),
        (
            1000,
            -2,
            "B2 = -2 is out of bounds: a whole number from 0 (stage 1 only) to 1000000000000000000 is accepted, ",
        ),
        (1000, 10**18 + 1, "B2 = 1000000000000000001 is out of bounds"),
    ],
)
def test_bounds_beyond_belief_are_refused(b1, b2, sentence):
    with pytest.raises(BadInput) as refusal:
        stage2_of(b1, b2)
    assert refusal.value.sentence.startswith(sentence)


@given(st.integers(LEAST_B1, LARGEST_B1), st.integers(0, LARGEST_B2))
def test_stage_2_covers_what_was_asked_for(b1, b2):
    stage2 = stage2_of(b1, b2)
    if b2 < b1:
        assert stage2 == Stage2(b2=0)
    else:
        assert stage2.b2 == b2
        assert stage2.k >= 1
        first_covered = (stage2.i0 - 1) * stage2.d + (stage2.d - 1) * stage2.d2
        assert first_covered < b1 <= first_covered + stage2.d


@given(st.integers(LEAST_B1, LARGEST_B1))
def test_the_default_b2_is_at_least_the_textbook_power_of_b1(b1):
    assert stage2_of(b1, None).b2 >= int((11 * b1 / 6) ** 1.43)
