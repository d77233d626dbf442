"""When a worker ends by itself, how long it says that it lives, and whether it may begin."""

from datetime import datetime, timedelta
from math import inf

import pytest
from click import BadParameter
from structlog.testing import capture_logs

from workers.ending import Ending, Moment, Span, ending, seconds_in


class Clock:
    """A clock that stands still until it is moved on."""

    now = 1000.0

    def __call__(self):
        return self.now


def test_a_worker_says_how_long_it_lives_and_ends_then():
    clock = Clock()
    end = Ending(60, clock=clock)
    assert (end.said(), end.reason) == ({"lives_seconds": 60}, "")
    clock.now += 59.5
    assert (end.said(), end.reason) == ({"lives_seconds": 1}, "")
    clock.now += 1
    assert end.reason == "its time is over"


def test_a_worker_without_an_end_says_nothing_of_it():
    assert (Ending().said(), Ending().reason) == ({}, "")
    assert Ending(seconds_in("99999999999h")).said() == {}
    assert Ending(seconds_in("366d"), clock=Clock()).said() == {"lives_seconds": 366 * 86_400}


def test_a_file_that_appears_ends_it(tmp_path):
    end = Ending(file=tmp_path / "notice")
    assert end.reason == ""
    (tmp_path / "notice").touch()
    assert end.reason == f"{tmp_path / 'notice'} is there"


def test_work_is_begun_only_while_a_command_succeeds(tmp_path):
    clock, runs = Clock(), tmp_path / "runs"
    end = Ending(command=f"echo >> {runs}; test -e {tmp_path / 'idle'}", clock=clock)
    assert [end.may_begin(), end.may_begin()] == [False, False]
    (tmp_path / "idle").touch()
    clock.now += 5
    assert end.may_begin()
    assert len(runs.read_text()) == 2


def test_a_command_that_is_not_there_is_told_by_its_exit_code():
    with capture_logs() as logs:
        assert not Ending(command="no-such-command-anywhere").may_begin()
    assert [(entry["event"], entry["exit_code"]) for entry in logs] == [("work_held_back", 127)]


@pytest.mark.parametrize(("text", "seconds"), [("3h", 10_800), ("90m", 5_400), ("1h30m", 5_400), ("1.5d", 129_600)])
def test_spans_are_read(text, seconds):
    assert Span().convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "3", "h", "3x", "1h 30m", "-1h"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(BadParameter, match="is not a span of time; one such as 3h"):
        Span().convert(text, None, None)


def test_times_are_of_this_machine_and_without_a_date_the_next():
    now = datetime.now().astimezone()
    soon = Moment().convert(f"{now:%H:%M}", None, None)
    assert now - timedelta(minutes=1) < soon - timedelta(days=1) <= now
    assert Moment().convert("2026-12-01T06:30+00:00", None, None).timestamp() == 1_796_106_600
    for text in ("6", "25:00", "tomorrow", "2026-12-01T06:30.5"):
        with pytest.raises(BadParameter, match="is not a time; one such as 06:30"):
            Moment().convert(text, None, None)


def test_of_several_ends_the_first_counts():
    tomorrow = datetime.now().astimezone() + timedelta(days=1)
    assert ending(60.0, tomorrow, None, "").said()["lives_seconds"] <= 60
    assert 86_000 < ending(inf, tomorrow, None, "").said()["lives_seconds"] <= 86_400
