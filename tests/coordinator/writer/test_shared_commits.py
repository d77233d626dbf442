"""What the commit protocol adds where others append too: doubt, a copy that lacks events, and a log that has grown."""

import pytest

from coordinator.unavailable import Doubtful, Unavailable
from coordinator.writer.outcome import Outcome
from core.access.commands import RevokeKey
from core.deciding import Order
from core.events.log import InDoubt
from tests.ledgers import START, KeyOffice, create, following, key_created, log_rows


@pytest.fixture
def office(tmp_path):
    office = KeyOffice(tmp_path)
    yield office
    office.close()


def order(label, *, command=None):
    command = create(label) if command is None else command
    content = repr(command).encode()
    return Order(command=command, now=START, correlation=label, actor="operator", key=label, content=content)


def perform(office, *orders):
    performed = office.committer.perform(orders)
    office.committer.apply()
    return performed


def labels(office):
    connection = office.committer.files["access"].connection
    return [label for (label,) in connection.execute("SELECT label FROM keys ORDER BY key")]


def in_doubt(log, *, recorded):
    """Return an append of which nobody learns what became of it."""
    append = log.append

    def appending(events, onto):
        if recorded:
            append(events, onto)
        raise InDoubt("the session with PostgreSQL is lost")

    return appending


@pytest.mark.parametrize("recorded", [True, False])
def test_who_is_told_of_a_doubt_sends_again_and_is_recorded_once(office, monkeypatch, recorded):
    perform(office, order("a"))
    with monkeypatch.context() as patch:
        patch.setattr(office.log, "append", in_doubt(office.log, recorded=recorded))
        results, events = perform(office, order("b"), order("c"))
    assert [type(result) for result in results] == [Doubtful, Doubtful]
    assert events == []
    assert str(results[0]) == (
        "This may have been recorded or not (the session with PostgreSQL is lost); send it again, with the same key, and"
        " it will be recorded once."
    )
    results, _ = perform(office, order("b"), order("c"))
    assert [(result.position, result.repeated) for result in results] == [(3, recorded), (4, recorded)]
    assert labels(office) == ["a", "b", "c"]
    assert len(log_rows(office.directory)) == 4


def test_what_was_recorded_and_is_not_here_yet_has_succeeded_and_is_shown_when_it_is(office, monkeypatch):
    perform(office, order("a"))
    elsewhere = []
    with monkeypatch.context() as patch:
        patch.setattr(office.log, "append", lambda events, _onto: elsewhere.extend(events))
        results, events = perform(office, order("b"))
    assert isinstance(results[0], Outcome)
    assert [event.stored for event in events] == elsewhere
    assert office.committer.behind
    assert labels(office) == ["a"]
    office.log.append(elsewhere, office.log.head())
    assert perform(office, order("b"))[0][0].repeated
    assert labels(office) == ["a", "b"]


def test_what_others_have_appended_is_folded_before_anything_is_decided(office):
    perform(office, order("a"))
    office.log.append(following(office.log, key_created(2, "theirs")), office.log.head())
    ((revoked, created), _) = perform(office, order("x", command=RevokeKey(key=2)), order("mine"))
    assert isinstance(revoked, Outcome)
    assert created.answer.key == 3
    assert labels(office) == ["a", "theirs", "mine"]


@pytest.mark.parametrize("command", [RevokeKey(key=99), create("a")])
def test_nobody_is_told_anything_while_others_may_append_unseen(office, monkeypatch, command):
    perform(office, order("a"))
    with monkeypatch.context() as patch:
        patch.setattr(office.log, "confirm", _raise)
        ((told,), _) = perform(office, order("a", command=command))
    assert type(told) is Unavailable
    assert str(told) == "This node does not hold the pen just now."
    assert not isinstance(perform(office, order("a", command=command))[0][0], Unavailable)


def _raise():
    raise Unavailable("This node does not hold the pen just now.")
