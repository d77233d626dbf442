"""Taking very many reports back in: whether each was withdrawn is seen without going through all that were."""

from contextlib import closing

from coordinator.explaining.withdrawable import named
from coordinator.log.sqlite import SqliteEventLog
from core.corrections.events import STREAM, Concluded, ReportsWithdrawn
from core.events.chain import stamp
from core.events.envelope import Envelope, NewEvent
from core.leases.events import LeaseEnded
from tests.timing import cpu_seconds

NAMED = 1_000
_EACH = 8_000


def seconds_to_check(directory, withdrawn):
    """Return the CPU seconds that it takes to check 1,000 of so many withdrawn events."""
    directory.mkdir()
    positions = range(1, withdrawn + 1)
    events = [NewEvent("composite-1", LeaseEnded(f"lease {at}", "factoring", "completed", "")) for at in positions]
    correction = [
        NewEvent(STREAM, ReportsWithdrawn("factoring", tuple(positions[start : start + _EACH]), "a broken machine"))
        for start in range(0, withdrawn, _EACH)
    ]
    with closing(SqliteEventLog(directory / "log.db")) as log:
        for command, its in (("work", events), ("correction", [*correction, NewEvent(STREAM, Concluded("factoring"))])):
            log.append(stamp(its, Envelope(1, None, "operator", command, command), log.head(), log.version), log.head())
        asked = positions[:NAMED]
        assert [event.position for event in named(log.connection, asked, reinstate=True)] == list(asked)
        return cpu_seconds(lambda: named(log.connection, asked, reinstate=True))


def test_each_is_checked_as_quickly_among_many_that_were_withdrawn_as_among_few(tmp_path):
    assert seconds_to_check(tmp_path / "many", 32 * NAMED) < 8 * seconds_to_check(tmp_path / "few", NAMED)
