"""Trying random seeds goes on from its results; the suite has none of its own."""

import itertools
import subprocess
import sys

from hypothesis import settings

from tests.seeds import figures_in, pending


def results(*codes, commit="now"):
    return [{"seed": seed, "code": code, "commit": commit} for seed, code in enumerate(codes)]


def first(count, seeds):
    return list(itertools.islice(seeds, count))


def test_it_begins_with_seed_0_and_go_on_after_the_last():
    assert first(3, pending([], "now")) == [0, 1, 2]
    assert first(2, pending(results(0, 0, 0), "now")) == [3, 4]


def test_a_seed_that_failed_is_tried_again_first_until_it_passes():
    known = results(0, 1, 0, 2)
    assert first(4, pending(known, "later")) == [1, 3, 4, 5]
    assert first(2, pending([*known, {"seed": 1, "code": 0, "commit": "later"}], "later")) == [3, 4]


def test_of_the_seeds_that_are_named_those_are_left_out_that_have_passed_for_this_commit():
    known = [*results(0, 0, 0, commit="before"), *results(0, 1)]
    assert list(pending(known, "now", "0-3")) == [1, 2, 3]
    assert list(pending(known, "now", "7")) == [7]


def test_whatever_tests_tell_of_themselves_is_kept(tmp_path):
    tested, report = tmp_path / "test_told.py", tmp_path / "report.xml"
    tested.write_text(
        "def test_one(record_property):\n"
        "    record_property('inputs', 7)\n"
        "    record_property('takeovers', 'kill 1: 0.20, 0.25')\n"
        "def test_another():\n"
        "    pass\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", "/dev/null", str(tested)]
    subprocess.run([*command, f"--junit-xml={report}", "-o", "junit_family=xunit1"], check=True, capture_output=True)
    assert figures_in(report) == {"test_one": {"inputs": "7", "takeovers": "kill 1: 0.20, 0.25"}}
    assert figures_in(tmp_path / "none.xml") == {}


def test_the_suite_tries_the_same_examples_in_every_run():
    assert settings.get_profile("suite").derandomize
    assert not settings.get_profile("random").derandomize
