"""The events of a stream that do not count: found among very many without reading those that do."""

from contextlib import closing, contextmanager

import pytest

from coordinator.explaining.events import withdrawn_from
from coordinator.log.sqlite import SqliteEventLog
from core.corrections.events import STREAM, Concluded, ReportsReinstated, ReportsWithdrawn, Restated
from core.corrections.places import AS_RECORDED
from core.events.chain import stamp
from core.events.envelope import Envelope, NewEvent
from core.leases.events import LeaseEnded
from tests.statements import statements_of

REPORTS = 600
TWO = 5
"""A command that led to two events of the stream, at this position and the next."""


def ended(lease):
    return NewEvent("composite-1", LeaseEnded(f"lease {lease}", "factoring", "completed", ""))


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    """A log of very many events of one stream, of which a correction withdraws the first and two more, and restates one."""
    with closing(SqliteEventLog(tmp_path_factory.mktemp("log") / "log.db")) as log:

        def record(command, *events):
            log.append(
                stamp(events, Envelope(1, None, "operator", command, command), log.head(), log.version), log.head()
            )

        for number in range(1, TWO):
            record(f"command {number}", ended(number))
        record("both", ended(TWO), ended(TWO + 1))
        for number in range(TWO + 2, REPORTS + 1):
            record(f"command {number}", ended(number))
        record(
            "correction",
            NewEvent(STREAM, ReportsWithdrawn("factoring", (1, TWO, 9), "a broken machine")),
            NewEvent(STREAM, Restated("factoring", ((1, 0), (TWO, 1), (9, 0)))),
            ended(TWO),
            NewEvent(STREAM, Concluded("factoring")),
        )
        yield log.connection


def test_of_each_command_that_a_correction_restates_what_counts_no_more_is_told_with_the_reason(connection):
    found = withdrawn_from(connection, ["composite-1"], 10)
    assert [(one.position, one.reason) for one in found] == [
        (position, "a broken machine") for position in (1, TWO + 1, 9)
    ]
    assert withdrawn_from(connection, ["composite-1"], 2) == found[:2]
    assert withdrawn_from(connection, ["composite-2"], 10) == []


def test_events_of_which_no_correction_says_anything_are_not_read(connection):
    asked = statements_of(connection, lambda: withdrawn_from(connection, ["composite-1"], 10))
    assert len(asked) < 30
    (positions,) = (statement for statement in asked if statement.startswith("SELECT position FROM events"))
    (step,) = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {positions}") if "events" in row[3]]
    assert "COVERING INDEX events_by_stream" in step


@contextmanager
def corrected(directory, *counts):
    """Open a log of very many events, all of which are restated by a correction for each count."""
    everything = range(1, REPORTS + 1)
    with closing(SqliteEventLog(directory / "log.db")) as log:
        for number in everything:
            envelope = Envelope(1, None, "operator", f"command {number}", f"command {number}")
            log.append(stamp([ended(number)], envelope, log.head(), log.version), log.head())
        for count in counts:
            kind = ReportsReinstated if count == AS_RECORDED else ReportsWithdrawn
            events = (
                NewEvent(STREAM, kind("factoring", tuple(everything), "a broken machine")),
                NewEvent(STREAM, Restated("factoring", tuple((place, count) for place in everything))),
                NewEvent(STREAM, Concluded("factoring")),
            )
            envelope = Envelope(1, None, "operator", f"correction {count}", f"correction {count}")
            log.append(stamp(events, envelope, log.head(), log.version), log.head())
        yield log.connection


@pytest.mark.parametrize(("counts", "found"), [((0,), list(range(1, 11))), ((0, AS_RECORDED), [])])
def test_of_very_many_that_are_withdrawn_and_taken_back_in_no_more_are_read_than_asked_for(tmp_path, counts, found):
    with corrected(tmp_path, *counts) as connection:
        asked = []
        connection.set_trace_callback(asked.append)
        withdrawn = withdrawn_from(connection, ["composite-1"], 10)
        connection.set_trace_callback(None)
    assert [one.position for one in withdrawn] == found
    assert len(asked) < 40
