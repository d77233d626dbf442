"""Sessions as they are kept: for how long, of how many, and what wrong keys lead to."""

import pytest

from coordinator.http.admission import sessions as kept
from coordinator.http.admission.keyring import Keyring
from coordinator.http.admission.sessions import LIFETIME_SECONDS, Sessions
from coordinator.http.requests.refusals import TooMany, Unidentified
from core.refusals import BadInput, Forbidden
from core.timestamps import SECOND

KEY = "open-sesame"
NOW = 1_790_000_000_000_000


@pytest.fixture
def sessions():
    return Sessions(Keyring(KEY))


def guess(sessions, address, moment=NOW):
    """Try a wrong key; return what came of it."""
    with pytest.raises((Unidentified, TooMany)) as refused:
        sessions.open("guess", address, moment)
    return type(refused.value)


def test_a_session_lasts_for_its_time_and_not_longer(sessions):
    cookie = sessions.open(KEY, "192.0.2.1", NOW)
    assert sessions.find(cookie, NOW + LIFETIME_SECONDS * SECOND - 1).holder.actor == "operator"
    assert sessions.find(cookie, NOW + LIFETIME_SECONDS * SECOND) is None
    assert sessions.find(cookie[:-1], NOW) is None


def test_two_sessions_of_a_key_have_nothing_in_common_and_end_apart(sessions):
    first, second = (sessions.open(KEY, "192.0.2.1", NOW) for _ in range(2))
    assert first != second
    assert sessions.find(first, NOW).token != sessions.find(second, NOW).token
    sessions.close(first)
    assert sessions.find(first, NOW) is None
    assert sessions.find(second, NOW) is not None


def test_a_form_is_of_the_session_whose_token_it_brings(sessions):
    first, second = (sessions.find(sessions.open(KEY, "192.0.2.1", NOW), NOW) for _ in range(2))
    first.check(first.token)
    for token in (None, "", first.token[:-1], "\xe9", [first.token], second.token):
        with pytest.raises(Forbidden, match="does not belong to the session"):
            first.check(token)


def test_sessions_that_have_ended_are_not_kept_for_ever(sessions):
    sessions.open(KEY, "192.0.2.1", NOW)
    sessions.open(KEY, "192.0.2.1", NOW + LIFETIME_SECONDS * SECOND - 1)
    assert len(sessions.all()) == 2
    sessions.open(KEY, "192.0.2.1", NOW + LIFETIME_SECONDS * SECOND)
    assert len(sessions.all()) == 2


def test_the_other_nodes_are_told_of_a_session_that_is_opened_or_closed(sessions):
    cookie = sessions.open(KEY, "192.0.2.1", NOW)
    assert sessions.changed.is_set()
    sessions.changed.clear()
    sessions.close(cookie)
    assert sessions.changed.is_set()


def test_an_empty_key_is_no_guess(sessions):
    for _ in range(11):
        with pytest.raises(BadInput, match="No key was given"):
            sessions.open("", "192.0.2.1", NOW)
    assert guess(sessions, "192.0.2.1") is Unidentified


def test_wrong_keys_are_counted_by_address_and_for_a_minute(sessions):
    minute = 60 * SECOND
    assert {guess(sessions, "192.0.2.1") for _ in range(10)} == {Unidentified}
    assert guess(sessions, "192.0.2.1", NOW + minute) is TooMany
    assert guess(sessions, "192.0.2.2") is Unidentified
    assert guess(sessions, "192.0.2.1", NOW + minute + 1) is Unidentified


def test_of_more_addresses_than_are_remembered_the_one_that_guessed_longest_ago_is_forgotten(sessions, monkeypatch):
    monkeypatch.setattr(kept, "_ADDRESSES_REMEMBERED", 2)
    monkeypatch.setattr(kept, "_WRONG_KEYS", 2)
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.1", "192.0.2.3"):
        assert guess(sessions, address) is Unidentified
    assert guess(sessions, "192.0.2.1") is TooMany
    assert guess(sessions, "192.0.2.2") is Unidentified
