"""Texts into which several programs wrote at once, all on one number: nothing that may not be over counts."""

import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.formats.credit.shown import shown_in
from core.factoring.formats.gmp_ecm.mending.torn import mended
from tests.core.factoring.formats.gmp_ecm.counted import A, shown
from tests.profiles import trying
from tests.real.gmp_ecms import PROGRAMS, both_builds, run

GO = re.compile(
    r"Using (?=B1)|B1=\d+, |B2=\d+|, polynomial [^,\s]+|, sigma=.:\d+|\n|(?:[\d.]+(?:e\+\d+)?|Inf)\t(?!40\t)"
    r"|(?!Step)[A-Z][A-Za-z ]+ took \d+ms|GMP-ECM .*\n(?:.*\n)*?Input.*\n|[^\n]+\n"
)
"""GMP-ECM's own portions of what it writes, as strace shows them: what is within one stays together."""


OF_SMALL_FACTORS = A * 100_003 * 1_000_033


@pytest.fixture(scope="module")
def outputs():
    """Of programs that were called in different ways on one number."""
    ecm = next(filter(None, PROGRAMS.values()))
    calls = [("-c", 6, 500), ("-c", 6, 500), ("-c", 3, 500), (500,), ("-c", 5, 500, 0), ("-v", "-c", 9, 700)]
    return [run(ecm, "-param", 1, *call, numbers=A) for call in calls]


@pytest.fixture(scope="module")
def finding():
    """Outputs of programs most of which find a factor, in stage 1 too."""
    ecm = next(filter(None, PROGRAMS.values()))
    calls = [("-c", 4, 200, 4000), ("-c", 3, 200, 4000), ("-one", "-c", 9, 200, 4000), (200, 4000), ("-c", 3, 300, 0)]
    return [run(ecm, "-param", 1, *call, numbers=OF_SMALL_FACTORS) for call in calls]


def at_once(random, outputs):
    """What a file holds when some programs wrote to it at once, and what each wrote of it, up to some moment."""
    left = [GO.findall(output) for output in outputs]
    written = [""] * len(outputs)
    text = ""
    stops = random.choice([None, random.randrange(sum(map(len, left)))])
    while any(left) and stops != 0:
        stops = stops and stops - 1
        who = random.choice([who for who, goes in enumerate(left) if goes])
        for _ in range(random.choice([1, 1, 1, 9])):
            if left[who]:
                go = left[who].pop(0)
                text += go
                written[who] += go
    return text, written


def ran(text, number=A):
    return {(one.bounds, one.sigma) for one in shown_in(text, str(number), 1000).curves}


@trying(200)
@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 5), min_size=1, max_size=4, unique=True))
def test_of_programs_on_one_number_no_curve_counts_that_may_not_be_over_and_all_do_in_the_end(outputs, random, chosen):
    chosen = [outputs[which] for which in chosen]
    text, written = at_once(random, chosen)
    over = set.union(*(ran(own) for own in written))
    assert ran(text) <= over, text
    alike = len({re.search("B1=.*polynomial", own)[0] for own in chosen}) == 1
    if written == chosen and (alike or text == mended(text)):
        assert ran(text) == over, text


@trying(200)
@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 4), min_size=2, max_size=4, unique=True))
def test_of_programs_that_find_something_no_curve_counts_further_than_it_was_run(finding, random, chosen):
    chosen = [finding[which] for which in chosen]
    text, written = at_once(random, chosen)
    reached = {sigma: bounds.reach for own in written for bounds, sigma in ran(own, OF_SMALL_FACTORS)}
    for bounds, sigma in ran(text, OF_SMALL_FACTORS):
        assert bounds.reach <= reached.get(sigma, ()), text


def begun(sigma):
    number = OF_SMALL_FACTORS
    return (
        f"GMP-ECM 7.0.5 [c] [ECM]\nInput number is {number} ({len(str(number))} digits)\n"
        f"Using B1=300, B2=9846, polynomial x^1, sigma=1:{sigma}\n"
    )


STEP_1, STEP_2, IN_STEP_1 = "Step 1 took 1ms\n", "Step 2 took 1ms\n", "********** Factor found in step 1: 1000033\n"
SECOND = "Run 2 out of 2:\nUsing B1=300, B2=9846, polynomial x^1, sigma=1:{}\n"


def test_behind_a_find_in_stage_1_curves_go_on_to_count():
    """As stage 1 counts each that may have ended with it, and none of which that can't be."""
    text = begun(1) + begun(2) + STEP_1 + STEP_1 + STEP_2 + SECOND.format(3) + IN_STEP_1 + STEP_1 + SECOND.format(4)
    text += STEP_1 + STEP_2 + STEP_2
    counted = {ran.sigma: ran.bounds.b2 for ran in shown_in(text, str(OF_SMALL_FACTORS), 1000).curves}
    assert counted == {"1": 0, "2": 0, "3": 0, "4": -1}
    assert shown_in(text, str(OF_SMALL_FACTORS), 1000).factors == ("1000033",)


@pytest.mark.parametrize(
    "text",
    [
        begun(1) + begun(2) + STEP_1 + STEP_1 + STEP_2,
        begun(1) + STEP_1 + begun(2) + STEP_1 + IN_STEP_1 + STEP_2,
        begun(1) + begun(2).replace("Using", f"{STEP_1}Using") + STEP_1 + STEP_2,
        begun(1) + STEP_1 + SECOND.format(3) + STEP_1 + begun(2) + STEP_2,
    ],
    ids=["a step again", "stage 2 behind a find", "a step before its curve", "stage 2 without stage 1"],
)
def test_no_curve_of_one_number_counts_where_the_step_that_ends_it_may_be_another_s(text):
    seen = shown_in(text, str(OF_SMALL_FACTORS), 1000)
    assert "2" not in {ran.sigma for ran in seen.curves if ran.bounds.b2 != 0}
    assert seen.left_out
    before = begun(8) + STEP_1 + STEP_2 + begun(9) + STEP_1 + STEP_2
    assert {"8", "9"} <= {ran.sigma for ran in shown_in(before + text, str(OF_SMALL_FACTORS), 1000).curves}


@both_builds
def test_programs_that_wrote_into_one_file_at_once_count_each_curve_once(ecm, tmp_path):
    log = tmp_path / "log"
    with log.open("wb") as file:
        began = [
            subprocess.Popen(
                [ecm, "-param", "1", "-c", "20", "-save", tmp_path / str(which), "2000"],
                stdin=subprocess.PIPE,
                stdout=file,
                text=True,
            )
            for which in range(3)
        ]
        for program in began:
            program.stdin.write(f"{A}\n")
            program.stdin.close()
        assert [program.wait() for program in began] == [0, 0, 0]
    saved = "".join((tmp_path / str(which)).read_text() for which in range(3))
    seen = shown(log.read_text())
    assert sorted(one.sigma for one in seen.curves) == sorted(re.findall(r"SIGMA=(\d+);", saved))
    assert (len(seen.curves), seen.unseen, seen.left_out) == (60, 0, ())


def test_what_one_of_them_found_is_not_lost(outputs):
    one, other = outputs[:2]
    found = "********** Factor found in step 2: 10007\n"
    (head, *rest), (other_head, *other_rest) = (re.split(r"(?=Step)", text) for text in (one, other))
    text = head + other_head + "".join(rest[:2]) + found + "".join(other_rest[:2]) + found.replace("7\n", "9\n")
    text += "".join(rest[2:] + other_rest[2:])
    seen = shown_in(text, str(A * 10007 * 10009), 1000, [str(A)])
    assert {*seen.factors, *(one.factor for one in seen.curves if one.factor)} == {"10007", "10009"}


def test_a_torn_line_is_put_together_by_what_it_says():
    whole = "Using B1=500, B2=20000, polynomial x^1, sigma=1:7\n"
    assert (
        mended("Using Step 1 took 3ms\nB1=500, B2=20000, polynomial x^1, sigma=1:7\n") == f"Step 1 took 3ms\n{whole}\n"
    )
    assert (
        mended(f"Using B1=500, {whole}B2=20000, polynomial x^1, sigma=1:8\n") == f"{whole}\n{whole.replace('7', '8')}\n"
    )
    beside_a_table = "Inf\tUsing Inf\tB1=500, 12.5\tB2=20000, polynomial x^1, sigma=1:7\n"
    assert mended(beside_a_table) == f"Inf\tInf\t12.5\t{whole}\n"
    for cell in ("1071\t", "3.3e+09\t", "18.50y\t", "8.3e+10\n"):
        digits_of_two = f"Using Using B1=500, B2=20000, polynomial x^1, sigma=1:7{cell}Inf\tInf\n"
        assert ", sigma=1:7\n" not in mended(digits_of_two)
        seen = shown(begun(5) + digits_of_two + STEP_1 + STEP_2, OF_SMALL_FACTORS)
        assert {ran.sigma for ran in seen.curves} <= {"5"}
    told_apart_by_nothing = "Using B1=500, Using B1=600, B2=20000, polynomial x^1, sigma=1:7\n"
    assert mended(told_apart_by_nothing) == "B2=20000, polynomial x^1, sigma=1:7\n"


def test_of_programs_that_have_only_just_begun_none_has_run_a_curve():
    header, first = begun(7).split("Using")
    assert ran(f"{header}{header}Using{first}Using{first.replace(':7', ':8')}", OF_SMALL_FACTORS) == set()
    torn = f"{header}Using B1=300, B2=9846, polynomial x^1{header}, sigma=1:7Using B1=300, B2=9846, polynomial x^1, sigma=1:8"
    assert ran(torn, OF_SMALL_FACTORS) == set()
