"""What counts after many corrections: in whose place a restated event stands."""

from contextlib import closing
from itertools import chain, islice

import pytest

from coordinator.log.corrections import Corrections
from coordinator.log.sqlite import SqliteEventLog
from core.corrections.events import STREAM, Concluded, ReportsWithdrawn, Restated
from core.events.chain import stamp
from core.events.envelope import Envelope, NewEvent
from core.steering.events import Resumed
from tests.timing import cpu_seconds

MANY = 3_200
OF_ONE = 4
"""Events of each correction: what is withdrawn, what is restated, that itself, the end."""


def correction(number):
    """Return the events of a correction that restates the command at a position, its own number."""
    return (
        NewEvent(STREAM, ReportsWithdrawn("factoring", (number,), "")),
        NewEvent(STREAM, Restated("factoring", ((number, 1),))),
        NewEvent("steering", Resumed("everything")),
        NewEvent(STREAM, Concluded("factoring")),
    )


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """A log of nothing but corrections."""
    with closing(SqliteEventLog(tmp_path_factory.mktemp("log") / "log.db")) as log:
        made = chain.from_iterable(correction(number) for number in range(1, MANY + 1))
        while some := list(islice(made, 2_000)):
            log.append(stamp(some, Envelope(1, None, "operator", "c", "c"), log.head(), log.version), log.head())
        yield log


def test_a_restated_event_counts_in_the_place_that_its_own_correction_names(log):
    corrections = Corrections(log)
    restated = {OF_ONE * number - 1: number for number in range(1, MANY + 1)}
    found = {at: place for at in range(OF_ONE * MANY + 3) if (place := corrections.place_of(at)) is not None}
    assert found == restated


def test_an_event_is_told_apart_as_quickly_after_many_corrections_as_after_few(log):
    def look_up(upto):
        corrections = Corrections(log, OF_ONE * upto)
        corrections.place_of(1)
        return cpu_seconds(lambda: [corrections.place_of(at) for at in range(1, 2_000)])

    assert look_up(MANY) < 8 * look_up(50)
