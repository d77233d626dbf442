from contextlib import closing

import pytest

from coordinator.log.prefix import log_prefix
from coordinator.log.sqlite import NotALog, SqliteEventLog
from core.refusals import BadInput
from core.timestamps import to_iso
from tests.ledgers import START, following, key_created, keys_in


@pytest.fixture
def log(tmp_path):
    """A log whose events were recorded a microsecond apart."""
    with closing(SqliteEventLog(tmp_path / "log.db")) as log:
        keys_in(log, 4)
        yield log


@pytest.fixture
def taken(log):
    with log_prefix(log.path) as taken:
        yield taken


def test_a_snapshot_ends_where_the_log_ended_when_it_was_taken(log, taken):
    log.append(following(log, key_created(9)), log.head())
    assert taken.head.position == 5
    assert taken.position_at(START + 100) == 5
    assert taken.position_of("2100-01-01") == 5


def test_a_log_has_the_id_that_its_first_event_gave_it(taken):
    assert taken.id == "5f7e8a52-0f0b-4c1e-9d59-0a2f8f6f3f10"


@pytest.mark.parametrize(("moment", "position"), [(-1, 0), (0, 1), (2, 3), (4, 5), (99, 5)])
def test_a_moment_is_the_position_of_the_newest_event_by_then(taken, moment, position):
    assert taken.position_at(START + moment) == position


def test_an_event_recorded_at_the_same_time_as_another_belongs_to_that_moment(log):
    log.append(following(log, key_created(5), key_created(6)), log.head())
    with log_prefix(log.path) as taken:
        assert taken.position_at(START + 5) == 7


@pytest.mark.parametrize(("until", "position"), [("1", 1), ("5", 5), (to_iso(START + 2), 3), ("2100-01-01", 5)])
def test_a_position_or_a_time_is_understood(taken, until, position):
    assert taken.position_of(until) == position


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("0", "There is no event 0; the log holds events 1 to 5."),
        ("6", "There is no event 6; the log holds events 1 to 5."),
        ("9" * 19, f"There is no event {'9' * 19}"),
        ("9" * 5_000, f"There is no event {'9' * 60}…;"),
        ("-1", "until '-1' is not an ISO 8601 time"),
        ("yesterday", "until 'yesterday' is not an ISO 8601 time"),
        ("", "'' is not an ISO 8601 time"),
        ("٣", "is not an ISO 8601 time"),
        ("2001-01-01", "At 2001-01-01 nothing had been recorded yet; the first event was recorded at 2026-09-21T14"),
    ],
)
def test_what_is_neither_is_refused_with_what_would_be_accepted(taken, until, words):
    with pytest.raises(BadInput) as refusal:
        taken.position_of(until)
    assert words in refusal.value.sentence


def test_an_empty_log_has_no_moments(tmp_path):
    SqliteEventLog(tmp_path / "empty.db").close()
    with log_prefix(tmp_path / "empty.db") as taken:
        assert (taken.id, taken.position_at(START)) == ("", 0)
        with pytest.raises(BadInput, match="never"):
            taken.position_of("2030-01-01")


def test_a_snapshot_of_nothing_is_refused(tmp_path):
    with pytest.raises(NotALog, match="There is no event log"), log_prefix(tmp_path / "log.db"):
        pass
