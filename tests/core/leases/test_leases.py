"""Leases to the second: when one is renewed, until when, and when it has run out."""

import pytest

from core.leases import decide as leases
from core.leases.decide import Lease
from core.leases.ending import ends_in_time
from core.leases.events import LeaseEnded, LeaseRenewed
from core.timestamps import SECOND

NOW = 1_790_000_000_000_000


def a_lease(left, outcome=None):
    """A lease of two minutes, of which so many seconds are left."""
    return Lease("w", "job-j", 3, 120, NOW + left * SECOND, outcome, granted=5)


@pytest.mark.parametrize(
    ("left", "asked", "then"),
    [
        (61, 0, None),
        (60, 0, 120),
        (-5, 0, 120),
        (61, 122, 122),
        (61, 121, None),
        (10, 20, 20),
        (11, 20, None),
    ],
)
def test_a_lease_is_renewed_from_half_of_what_is_asked_for_on(left, asked, then):
    events = leases.renew(a_lease(left), "counting", NOW, asked)
    assert [(event.fact, event.cause) for event in events] == (
        [(LeaseRenewed("w", "counting", NOW + then * SECOND), 5)] if then else []
    )


def test_a_lease_has_run_out_at_its_end_and_not_before():
    assert leases.expire(a_lease(1), "counting", NOW) == []
    assert leases.expire(None, "counting", NOW) == []
    (event,) = leases.expire(a_lease(0), "counting", NOW)
    assert (event.fact, event.cause) == (LeaseEnded("w", "counting", "expired", ""), 5)


def test_nothing_happens_to_a_lease_that_has_ended():
    ended = a_lease(-1, outcome="released")
    assert [
        leases.renew(ended, "counting", NOW),
        leases.expire(ended, "counting", NOW),
        leases.end(ended, "counting", "completed"),
    ] == [[], [], []]


@pytest.mark.parametrize(("seconds", "lives", "ends"), [(30, 60, True), (30.5, 60, False), (10**9, 0, True)])
def test_what_takes_half_a_life_ends_in_time(seconds, lives, ends):
    assert ends_in_time(seconds, lives) is ends
