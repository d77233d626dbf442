"""Outputs of programs that were started together by `mpirun`, which puts tags into what they write, also within lines."""

import random

import pytest

from core.factoring.formats.gmp_ecm.mending.tagged import untagged
from tests.core.factoring.formats.gmp_ecm.counted import A, shown
from tests.core.factoring.formats.gmp_ecm.test_at_once import GO
from tests.real.gmp_ecms import both_builds, run

TIME = "Mon Nov 30 22:48:16 2026"


def started_together(texts, tag):
    """What `mpirun` (Open MPI 4.1.4) makes of them: a tag before each portion, and behind each line's end in it."""
    left = [GO.findall(text) for text in texts]
    by_chance = random.Random(7)
    written = ""
    while any(left):
        which = by_chance.choice([which for which, portions in enumerate(left) if portions])
        for line in left[which].pop(0).splitlines(keepends=True):
            written += f"{tag.format(which)}{line}"
    return written


@both_builds
@pytest.mark.parametrize(
    "tag",
    ["[1,{}]<stdout>:", TIME + "[1,{}]<stdout>:", TIME + "<stdout>:", "[prterun-node-7-4711@1,{}]<stdout>: "],
    ids=["--tag-output", "both", "--timestamp-output", "Open MPI 5"],
)
@pytest.mark.parametrize("options", [(), ("-v",)], ids=str)
def test_every_curve_of_programs_counts_that_are_told_apart_by_tags_within_lines(ecm, tag, options):
    texts = [run(ecm, *options, "-param", 1, "-c", 10, 2000, numbers=A) for _ in range(3)]
    own = {ran.sigma for text in texts for ran in shown(text).curves}
    log = started_together(texts, tag)
    counted = [ran.sigma for ran in shown(log).curves]
    assert len(own) == 30
    if options and "{}" not in tag:  # of digits that two wrote one behind the other it isn't told which are whose
        assert len(counted) == len(own.intersection(counted))
    else:
        assert sorted(counted) == sorted(own)


def test_a_line_stands_where_its_last_portion_did():
    log = "[1,0]<stdout>:Using [1,1]<stdout>:Step 1 took 4ms\n[1,0]<stdout>:B1=50, [1,0]<stdout>:B2=0\nno tag\n"
    assert untagged(log) == "[1,1]<stdout>:Step 1 took 4ms\n[1,0]<stdout>:Using B1=50, B2=0\nno tag\n"
