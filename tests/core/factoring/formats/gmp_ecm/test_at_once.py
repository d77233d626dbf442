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

GO = re.compile(r"Using |B1=\d+, |B2=\d+|, polynomial [^,\s]+|, sigma=.:\d+|\n|GMP-ECM .*\n.*\n|[^\n]+\n")
"""GMP-ECM's own portions of what it writes, as strace shows them: what is within one stays together."""


@pytest.fixture(scope="module")
def outputs():
    """Of programs that were called in different ways on one number."""
    ecm = next(filter(None, PROGRAMS.values()))
    calls = [("-c", 6, 500), ("-c", 6, 500), ("-c", 3, 500), (500,), ("-c", 5, 500, 0), ("-c", 9, 700)]
    return [run(ecm, "-param", 1, *call, numbers=A) for call in calls]


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


def ran(text):
    return {(one.bounds, one.sigma) for one in shown_in(text, str(A), 1000).curves}


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
    told_apart_by_nothing = "Using B1=500, Using B1=600, B2=20000, polynomial x^1, sigma=1:7\n"
    assert mended(told_apart_by_nothing) == "B2=20000, polynomial x^1, sigma=1:7\n"
