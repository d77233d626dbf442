"""When leases end: whatever the wall clock says, and however long the coordinator was frozen."""

import pytest
import structlog

from coordinator.time.timekeeping import Timekeeper
from core.events.envelope import Event, StoredEvent
from core.leases.decide import Lease
from core.leases.events import LeaseEnded, LeaseGranted, LeaseRenewed
from core.timestamps import SECOND

START = 1_790_000_000
LENGTH = 120


class Clocks:
    """A wall clock that is set, and one that is not; a keeper looks at both every second."""

    def __init__(self):
        self.wall, self.steady = START * SECOND, 1_000.0
        self.keeper = Timekeeper(self.wall, lambda: self.wall, lambda: self.steady)

    def go(self, seconds):
        """Let time pass."""
        for _ in range(seconds):
            self.freeze(1)
            self.keeper.look()

    def freeze(self, seconds):
        """Let time pass without anybody looking."""
        self.wall += seconds * SECOND
        self.steady += seconds

    def set(self, seconds):
        """Set the wall clock ahead, or back."""
        self.wall += seconds * SECOND

    def grant(self, lease="a", seconds=LENGTH):
        """Grant a lease."""
        fact = LeaseGranted(lease, "factoring", "composite-1", 1, seconds, self.wall + seconds * SECOND)
        self.tell(fact)

    def tell(self, fact):
        """Tell of an event."""
        stored = StoredEvent(2, "s", 1, fact.type, self.wall, None, "clock", "c", None, "r", b"{}", b"")
        self.keeper.follow([Event(stored, fact)])

    @property
    def due(self):
        """The leases whose time has run out."""
        return self.keeper.due("factoring")


@pytest.fixture
def clocks():
    return Clocks()


@pytest.mark.parametrize("step", [0, -3_600, 3_600])
def test_a_lease_ends_after_its_time_whatever_the_wall_clock_is_set_to(clocks, step):
    clocks.grant()
    clocks.go(10)
    clocks.set(step)
    clocks.go(LENGTH - 11)
    assert clocks.due == []
    clocks.go(1)
    assert clocks.due == ["a"]
    clocks.tell(LeaseEnded("a", "factoring", "expired", ""))
    assert clocks.due == []


@pytest.mark.parametrize("step", [0, -3_600, 3_600])
def test_a_sign_of_life_counts_whatever_the_wall_clock_is_set_to(clocks, step):
    clocks.grant()
    clocks.set(step)
    for _ in range(4):
        clocks.go(50)
        clocks.keeper.renewed("factoring", "a")
    clocks.go(LENGTH - 1)
    assert clocks.due == []
    clocks.go(2)
    assert clocks.due == ["a"]


def test_a_renewal_for_longer_is_not_shortened_by_the_next_sign_of_life(clocks):
    clocks.grant()
    clocks.tell(LeaseRenewed("a", "factoring", clocks.wall + 1_000 * SECOND))
    clocks.go(10)
    clocks.keeper.renewed("factoring", "a")
    clocks.go(980)
    assert clocks.due == []
    clocks.go(11)
    assert clocks.due == ["a"]


def test_the_time_of_a_freeze_does_not_count_and_what_waits_is_heard_first(clocks):
    clocks.grant("nearly over")
    clocks.go(100)
    clocks.grant("new")
    clocks.go(19)
    clocks.freeze(180)
    clocks.keeper.look()
    assert clocks.due == []
    clocks.go(9)
    assert clocks.due == []
    clocks.keeper.renewed("factoring", "nearly over")
    clocks.go(LENGTH - 30)
    assert clocks.due == []
    clocks.go(5)
    assert clocks.due == ["new"]


def test_a_lease_that_is_granted_before_a_freeze_is_seen_does_not_last_for_that_time(clocks):
    clocks.freeze(180)
    clocks.grant()
    clocks.go(1)
    clocks.go(LENGTH + 5)
    assert clocks.due == ["a"]


def test_leases_of_an_earlier_life_have_their_whole_time_once_more(clocks):
    def earlier(lease, left):
        return Lease(lease, "composite-1", 1, LENGTH, clocks.wall + left * SECOND, None, 2)

    leases = [earlier("over", -500), earlier("short", 10), earlier("long", 500)]
    clocks.keeper.adopt("factoring", leases)
    clocks.go(LENGTH - 1)
    assert clocks.due == []
    clocks.go(2)
    assert clocks.due == ["over", "short"]
    clocks.go(400)
    assert clocks.due == ["over", "short", "long"]
    clocks.keeper.forget("factoring", "over")
    clocks.keeper.adopt("factoring", leases[1:])
    assert clocks.due == ["short", "long"]


def test_who_takes_over_adopts_leases_of_which_others_have_heard_and_was_not_frozen_meanwhile(clocks):
    clocks.keeper.adopted["factoring"] = 1
    clocks.grant()
    clocks.freeze(LENGTH)
    clocks.keeper.begin_anew()
    assert clocks.keeper.adopted == {}
    with structlog.testing.capture_logs() as logged:
        clocks.go(LENGTH)
    assert logged == []
    assert clocks.due == []
    clocks.keeper.adopt("factoring", [Lease("b", "composite-1", 1, LENGTH, clocks.wall, None, 2)])
    clocks.go(LENGTH)
    assert clocks.due == ["b"]


def test_a_lease_that_was_granted_ahead_of_time_does_not_last_for_that_time(clocks):
    clocks.set(3_600)
    ahead = Timekeeper(clocks.wall, lambda: clocks.wall, lambda: clocks.steady)
    granted = Lease("a", "composite-1", 1, LENGTH, clocks.wall + LENGTH * SECOND, None, 2)
    clocks.set(-3_600)
    ahead.adopt("factoring", [granted])
    clocks.keeper = ahead
    clocks.go(LENGTH + 1)
    assert clocks.due == ["a"]
    assert "3479 seconds ahead of this machine's clock" in ahead.complaint


def test_what_is_wrong_with_the_clock_is_said_as_long_as_it_is(clocks):
    clocks.go(3)
    assert clocks.keeper.complaint is None
    clocks.set(3_600)
    clocks.go(1)
    assert "was set ahead by 3600 seconds" in clocks.keeper.complaint
    clocks.grant()
    clocks.set(-3_600)
    clocks.go(1)
    assert "The newest event was recorded at" in clocks.keeper.complaint
    clocks.set(-60)
    clocks.go(3_700)
    assert "was set back by 60 seconds" in clocks.keeper.complaint
    clocks.set(60)
    clocks.go(1)
    assert clocks.keeper.complaint is None


def test_a_log_that_is_ahead_of_the_clock_is_logged_once_and_a_second_is_nothing(clocks):
    clocks.grant()
    clocks.set(-1)
    with structlog.testing.capture_logs() as logged:
        clocks.keeper.look()
        assert (clocks.keeper.complaint, logged) == (None, [])
        clocks.set(-60)
        clocks.go(3)
    assert [line["event"] for line in logged] == ["clock_was_set", "log_is_ahead_of_the_clock"]
