"""Buckets of tokens: who sends without end is told to wait, who hands in a backlog is not."""

import pytest

from coordinator.http.admission import limits as buckets
from coordinator.http.admission.limits import Limits
from coordinator.http.requests.refusals import TooMany
from core.timestamps import SECOND


def test_a_backlog_is_taken_at_once_and_then_so_many_a_second():
    limits = Limits(per_second=2, at_once=5)
    for _ in range(5):
        limits.take(None, "alice", 0)
    with pytest.raises(TooMany, match="alice") as refused:
        limits.take(None, "alice", 0)
    assert refused.value.seconds == 1
    for _ in range(2):
        limits.take(None, "alice", SECOND)
    with pytest.raises(TooMany):
        limits.take(None, "alice", SECOND)


def test_each_client_and_each_key_has_a_bucket_of_its_own():
    limits = Limits(per_second=1, at_once=1)
    for actor, client, called in (
        (None, "alice", "the client 'alice'"),
        (None, "bob", "the client 'bob'"),
        ("key-1", "alice", "the client 'alice'"),
        ("key-1", None, "this key"),
        (None, None, "callers without a name"),
    ):
        limits.take(actor, client, 0)
        with pytest.raises(TooMany, match=f"came from {called} for long"):
            limits.take(actor, client, 0)


def test_a_bucket_never_holds_more_than_at_first():
    limits = Limits(per_second=10, at_once=2)
    limits.take(None, "alice", 0)
    for _ in range(2):
        limits.take(None, "alice", 3600 * SECOND)
    with pytest.raises(TooMany):
        limits.take(None, "alice", 3600 * SECOND)


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing():
    limits = Limits(per_second=1, at_once=2)
    limits.take(None, "alice", 10 * SECOND)
    limits.take(None, "alice", 5 * SECOND)
    with pytest.raises(TooMany):
        limits.take(None, "alice", 5 * SECOND)
    limits.take(None, "alice", 6 * SECOND)


def test_a_client_that_is_forgotten_has_no_bucket_any_more():
    limits = Limits(per_second=1, at_once=1)
    limits.take(None, "alice", 0)
    limits.take("key-1", "alice", 0)
    limits.take(None, "bob", 0)
    limits.forget("alice")
    limits.take(None, "alice", 0)
    with pytest.raises(TooMany):
        limits.take(None, "bob", 0)


def test_of_more_callers_than_are_remembered_the_first_ones_are_forgotten(monkeypatch):
    monkeypatch.setattr(buckets, "_REMEMBERED", 2)
    limits = Limits(per_second=1, at_once=1)
    for client in ("alice", "bob"):
        limits.take(None, client, 0)
    with pytest.raises(TooMany):
        limits.take(None, "alice", 0)
    limits.take(None, "carol", 0)
    for client in ("bob", "carol"):
        with pytest.raises(TooMany):
            limits.take(None, client, 0)
    limits.take(None, "alice", 0)
