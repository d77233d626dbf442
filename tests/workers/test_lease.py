import threading
import time
from types import SimpleNamespace

from core.timestamps import SECOND, to_iso
from workers import lease as leases
from workers.lease import LEAST_SECONDS, KeptLease, LeaseStatus
from workers.wire.coordinator import Away, TurnedDown

LONG_ENOUGH = 30


def expiry(seconds):
    return to_iso(int((time.time() + seconds) * SECOND))


class Holder:
    """Renews as it is told, and knows when that has happened often enough."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0
        self.wanted = []
        self.all_asked = threading.Event()
        self.lost = threading.Event()

    def renew(self, seconds):
        self.asked += 1
        self.wanted.append(seconds)
        answer = self.answers.pop(0)
        if not self.answers:
            self.all_asked.set()
            self.answers.append(answer)
        if isinstance(answer, Exception):
            raise answer
        status, _, pause = answer.partition(": ")
        return LeaseStatus(status, expiry(0.2), pause or None)


def test_a_lease_is_renewed_while_the_work_goes_on():
    holder = Holder("updated", "updated", "updated")
    with KeptLease(holder.renew, expiry(0.2), holder.lost.set) as lease:
        assert holder.all_asked.wait(LONG_ENOUGH)
    assert lease.lost is None
    assert not holder.lost.is_set()


def test_renewing_begins_once_whoever_asked_for_it_first():
    holder = Holder("updated")
    lease = KeptLease(holder.renew, expiry(0.2), holder.lost.set)
    lease.begin()
    with lease:
        assert holder.all_asked.wait(LONG_ENOUGH)


def test_a_lease_that_has_ended_is_lost_once():
    holder = Holder("updated", "expired")
    with KeptLease(holder.renew, expiry(0.2), holder.lost.set) as lease:
        assert holder.lost.wait(LONG_ENOUGH)
    assert (lease.lost, holder.asked) == ("expired", 2)


def test_what_is_paused_goes_on_for_a_while_and_is_not_lost():
    holder = Holder("updated", "updated: a storm", "updated: a storm", "updated: a storm")
    with KeptLease(holder.renew, expiry(0.2), holder.lost.set, patience=0.5) as lease:
        assert holder.lost.wait(LONG_ENOUGH)
    assert (lease.lost, lease.paused) == (None, "a storm")


def test_what_is_resumed_in_time_goes_on(monkeypatch):
    """For longer than a paused one may, by a clock on which each renewal takes twenty seconds."""
    holder = Holder("updated: a storm", "updated", "updated", "updated")
    clock = SimpleNamespace(monotonic=lambda: 20.0 * holder.asked, time=time.time)
    monkeypatch.setattr(leases, "time", clock)
    with KeptLease(holder.renew, expiry(0.2), holder.lost.set, patience=30) as lease:
        assert holder.all_asked.wait(LONG_ENOUGH)
    assert (lease.lost, lease.paused, holder.lost.is_set()) == (None, None, False)


def test_a_lease_that_nobody_knows_is_lost():
    holder = Holder(TurnedDown("There is no such assignment.", 404))
    with KeptLease(holder.renew, expiry(0.2), holder.lost.set) as lease:
        assert holder.lost.wait(LONG_ENOUGH)
    assert lease.lost == "There is no such assignment."


def test_a_coordinator_that_is_away_takes_nothing_from_anybody():
    holder = Holder(Away("no answer"), Away("no answer"), "updated")
    with KeptLease(holder.renew, expiry(2), holder.lost.set) as lease:
        assert holder.all_asked.wait(LONG_ENOUGH)
    assert lease.lost is None


def test_a_short_piece_of_work_needs_no_renewal():
    holder = Holder("updated")
    with KeptLease(holder.renew, expiry(120), holder.lost.set):
        pass
    assert holder.asked == 0


def test_work_that_has_gone_on_for_long_is_asked_for_as_long_again(monkeypatch):
    holder = Holder("updated", "updated")
    lease = KeptLease(holder.renew, expiry(0.2), holder.lost.set)
    begun = time.monotonic()
    monkeypatch.setattr("workers.lease.time.monotonic", lambda: begun + 600)
    with lease:
        assert holder.all_asked.wait(LONG_ENOUGH)
    assert holder.wanted[0] == 600


def test_a_coordinator_whose_clock_is_ahead_hears_of_the_work_in_time():
    holder = Holder("updated")
    lease = KeptLease(holder.renew, expiry(LEAST_SECONDS + 3_600), holder.lost.set)
    assert lease.pause() == LEAST_SECONDS / 4
