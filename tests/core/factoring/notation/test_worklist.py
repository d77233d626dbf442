import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from core.factoring.mathematics.levels.effort import curve_effort
from core.factoring.notation.worklist import Work, effort_of, parse
from core.refusals import BadInput

WORK = st.builds(
    Work,
    curves=st.integers(1, 10**9),
    b1=st.integers(100, 10**13),
    b2=st.none() | st.integers(0, 10**18),
    param=st.integers(0, 3),
)


def spelt(work):
    b2 = "" if work.b2 is None else f",{work.b2}"
    return f"{work.curves}@{work.b1}{b2},p={work.param}"


@pytest.mark.parametrize(
    ("text", "work"),
    [
        ("5208@11e6", [Work(5208, 11_000_000)]),
        ("513@25e4;100@85e7,0,p=3", [Work(513, 250_000), Work(100, 850_000_000, 0, 3)]),
        ("10@1000000,1e8", [Work(10, 1_000_000, 100_000_000)]),
        ("10@1e6,-1,p=2", [Work(10, 1_000_000, None, 2)]),
        ("1e3@1.5E6 , p = 0 ;", [Work(1000, 1_500_000, None, 0)]),
    ],
)
def test_work_is_read_as_it_is_written(text, work):
    assert parse(text) == tuple(work)


@given(st.lists(WORK, min_size=1, max_size=5))
def test_any_work_survives_being_written_down(work):
    assert parse("; ".join(map(spelt, work))) == tuple(work)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" ; ", "The list of work is empty: curves@B1[,B2][,p=param], as in 5208@11e6 or 100@85e7,0,p=3 is accepted"),
        ("11e6", "'11e6' is not a piece of work: curves@B1"),
        ("a\0\nb", "'a\\x00\\nb' is not a piece of work"),
        ("5@1e6,7e8,9", "'5@1e6,7e8,9' is not a piece of work"),
        ("5@1e6,p=", "'5@1e6,p=' is not a piece of work"),
        ("1.5@1e6", "curves = '1.5' in '1.5@1e6' is not a whole number: 1000000 or 25e4 is accepted."),
        ("5@1e999", "b1 = '1e999' in '5@1e999' is not a whole number"),
        ("5@1_000", "b1 = '1_000' in '5@1_000' is not a whole number"),
        ("5@1/2", "b1 = '1/2' in '5@1/2' is not a whole number"),
        ("5@\u0661000", "b1 = '\u0661000' in '5@\u0661000' is not a whole number"),
        ("0@1e6", "curves = 0 is out of bounds: a whole number from 1 to 1000000000 is accepted."),
        ("-3@1e6", "curves = -3 is out of bounds"),
        ("5@50", "B1 = 50 is out of bounds"),
        ("5@1e6,1e19", "B2 = 10000000000000000000 is out of bounds"),
        ("5@1e6,p=4", "param = 4 is unknown: 0, 1, 2 or 3 is accepted."),
    ],
)
def test_anything_else_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(BadInput) as refusal:
        parse(text)
    assert refusal.value.sentence.startswith(sentence)


@given(st.text(alphabet="0123456789@,;=pe. -x", max_size=20))
def test_whatever_is_read_can_be_written_down_and_read_again(text):
    try:
        work = parse(text)
    except BadInput:
        event("refused")
    else:
        assert parse(";".join(map(spelt, work))) == work


def test_the_effort_of_a_list_is_that_of_its_curves():
    work = parse("10@2000;5@50e3,0,p=3")
    assert effort_of(work) == 10 * curve_effort(2000, None, 1) + 5 * curve_effort(50_000, 0, 3)
