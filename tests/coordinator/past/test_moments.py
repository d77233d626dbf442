"""What somebody means by a position, or by a time."""

import re
from contextlib import closing

import pytest

from coordinator.log.sqlite import SqliteEventLog
from coordinator.past.moments import moment_of
from core.refusals import BadInput
from core.timestamps import to_iso
from core.wording import shortened
from tests.ledgers import data_directory

EVENTS = 7
SECOND = 1_000_000


@pytest.fixture
def connection(tmp_path):
    directory = data_directory(tmp_path / "data", EVENTS - 1)
    with closing(SqliteEventLog(directory / "log.db", read_only=True)) as log:
        yield log.connection


def times(connection):
    return [time for (time,) in connection.execute("SELECT recorded_at FROM events ORDER BY position")]


@pytest.mark.parametrize("position", [1, EVENTS])
def test_a_position_means_its_event_for_ever(connection, position):
    moment = moment_of(connection, str(position), 0)
    assert (moment.position, moment.recorded_at, moment.settled) == (position, times(connection)[position - 1], True)


@pytest.mark.parametrize("text", ["0", str(EVENTS + 1), "9" * 5_000], ids=["before", "behind", "far behind"])
def test_a_position_that_the_log_does_not_hold_is_refused(connection, text):
    with pytest.raises(
        BadInput, match=rf"^There is no event {re.escape(shortened(text))}; the log holds events 1 to {EVENTS}\.$"
    ):
        moment_of(connection, text, 0)


def test_a_time_means_the_newest_event_then_and_is_settled_once_something_later_is_there(connection):
    first, *_, last = times(connection)
    now = last + SECOND
    assert moment_of(connection, to_iso(now), now).position == EVENTS
    assert not moment_of(connection, to_iso(last), now).settled
    earlier = moment_of(connection, to_iso(first), now)
    assert earlier.position == max(at for at, time in enumerate(times(connection), 1) if time == first)
    assert earlier.settled == (earlier.position < EVENTS)


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        (-1, r"^At .* nothing had been recorded; the first event was recorded at "),
        (3_601, r"^as_of .* in the future; "),
    ],
)
def test_a_time_at_which_there_was_nothing_or_is_nothing_yet_is_refused(connection, seconds, sentence):
    first, *_, last = times(connection)
    time = first + seconds * SECOND if seconds < 0 else last + seconds * SECOND
    with pytest.raises(BadInput, match=sentence):
        moment_of(connection, to_iso(time), last + 3_600 * SECOND)
