"""The commit protocol: before the log's commit an error undoes everything, after it nothing undoes anything."""

import errno
import os
import sqlite3
from contextlib import closing

import pytest

from coordinator.projecting.comparing import dump
from coordinator.unavailable import Unavailable
from coordinator.writer.outcome import Outcome
from core.access.answers import KeyAnswer
from core.access.commands import CreateKey, RevokeKey
from core.deciding import Order
from core.events.chain import HeadMoved
from core.refusals import BadInput, Conflict, Unknown
from tests.ledgers import START, KeyOffice, create, log_rows


@pytest.fixture
def office(tmp_path):
    office = KeyOffice(tmp_path)
    yield office
    office.close()


def order(label, *, key="", command=None, now=START, correlation=None):
    command = create(label) if command is None else command
    return Order(
        command=command,
        now=now,
        correlation=correlation or f"request-{label}-{key}",
        actor="operator",
        key=key,
        content=repr(command).encode(),
    )


def perform(office, *orders):
    """Perform orders in one batch, and apply it; return what became of each."""
    results, _events = office.committer.perform(orders)
    office.committer.apply()
    return results


def labels(office):
    connection = office.committer.files["access"].connection
    return [label for (label,) in connection.execute("SELECT label FROM keys ORDER BY key")]


def events(office):
    return log_rows(office.directory)


def files(office):
    return office.committer.files


def test_orders_of_one_batch_see_what_the_ones_before_them_did(office):
    results = perform(office, order("a"), order("b"), order("x", command=RevokeKey(key=1)), order("c"))
    assert [(result.answer.key, result.position) for result in results] == [(1, 2), (2, 3), (1, 4), (3, 5)]
    assert [row[0] for row in events(office)] == [1, 2, 3, 4, 5]
    assert [result.hash for result in results] == [row[11] for row in events(office)[1:]]


def test_a_refused_order_leaves_nothing_behind_and_the_others_go_on(office):
    results = perform(office, order("a"), order("b", command=RevokeKey(key=7)), order("c" * 300), order("d"))
    assert [type(result) for result in results] == [Outcome, Unknown, BadInput, Outcome]
    assert labels(office) == ["a", "d"]
    assert len(events(office)) == 3


def test_a_decision_with_a_mistake_in_it_costs_only_its_own_order(office, monkeypatch):
    def decide(command, asking, state):
        if command.label == "odd":
            raise KeyError("forgotten")
        return original(command, asking, state)

    original = office.committer.contexts["access"].decisions[CreateKey]
    monkeypatch.setitem(office.committer.contexts, "access", _deciding(office.committer.contexts["access"], decide))
    results = perform(office, order("a"), order("odd"), order("b"))
    assert [type(result) for result in results] == [Outcome, KeyError, Outcome]
    assert labels(office) == ["a", "b"]


def _deciding(context, decide):
    return type(context)(context.name, context.facts, {CreateKey: decide}, context.answer, context.answers)


def test_an_error_before_the_log_has_committed_undoes_everything_for_everybody(office, monkeypatch):
    perform(office, order("a"))
    before = [list(dump(file.connection)) for file in files(office).values()]

    def append(_events, _onto):
        raise OSError("the disk has come off")

    with monkeypatch.context() as patch:
        patch.setattr(office.log, "append", append)
        results = perform(office, order("b"), order("c"))
    assert [str(result) for result in results] == [
        "Nothing can be written just now (the disk has come off); nothing was recorded, try again later."
    ] * 2
    assert all(isinstance(result, Unavailable) for result in results)
    assert [list(dump(file.connection)) for file in files(office).values()] == before
    assert len(events(office)) == 2
    assert perform(office, order("c"))[0].answer == KeyAnswer(key=2)


@pytest.mark.parametrize(
    ("hindrance", "level", "reason"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "error", "No space left on device"),
        (MemoryError(), "error", "MemoryError"),
        (Unavailable("Another node writes."), "warning", "Another node writes."),
        (HeadMoved("The log has moved."), "warning", "The log has moved."),
    ],
)
def test_what_keeps_batches_from_being_written_is_logged_once_and_without_a_traceback(
    office, monkeypatch, logged, hindrance, level, reason
):
    def append(_events, _onto):
        raise hindrance

    for written in "cd":
        with monkeypatch.context() as patch:
            patch.setattr(office.log, "append", append)
            for label in "ab":
                assert isinstance(perform(office, order(label))[0], Unavailable)
        perform(office, order(written))
    told = {"event": "batch_rolled_back", "log_level": level, "orders": 1, "reason": reason}
    assert [line for line in logged if line["event"] == told["event"]] == [told] * 2


def test_what_was_answered_before_an_error_and_not_applied_yet_is_shown_at_once(office, monkeypatch):
    office.committer.perform([order("a")])
    assert (office.committer.unapplied, office.committer.applied) == (1, 1)
    fails_once(monkeypatch, office.log, "append")
    results, _events = office.committer.perform([order("b")])
    assert isinstance(results[0], Unavailable)
    assert labels(office) == ["a"]
    assert (office.committer.unapplied, office.committer.applied, office.committer.behind) == (0, 2, False)


def test_a_file_that_was_found_damaged_is_so_until_it_is_replaced(office, monkeypatch):
    malformed = sqlite3.DatabaseError("database disk image is malformed")
    malformed.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    for trouble in (malformed, OSError("no space left on device")):

        def append(_events, _onto, trouble=trouble):
            raise trouble

        with monkeypatch.context() as patch:
            patch.setattr(office.log, "append", append)
            perform(office, order("a"))
        assert office.committer.damaged


def test_an_append_that_failed_after_all_it_did_is_found_in_the_log_and_not_repeated(office, monkeypatch):
    original = office.log.append

    def append(events, onto):
        original(events, onto)
        raise OSError("no answer from the disk")

    with monkeypatch.context() as patch:
        patch.setattr(office.log, "append", append)
        assert isinstance(perform(office, order("a", key="k1"))[0], Unavailable)
    (again,) = perform(office, order("a", key="k1"))
    assert (again.answer.key, again.position, again.repeated) == (1, 2, True)
    assert labels(office) == ["a"]
    assert len(events(office)) == 2


def fails_once(monkeypatch, file, method):
    """Have a method of a file fail the next time that it is called."""
    original = getattr(file, method)

    def failing(*_arguments, **_named):
        monkeypatch.setattr(file, method, original)
        raise sqlite3.OperationalError(f"{method} failed")

    monkeypatch.setattr(file, method, failing)


@pytest.mark.parametrize("lack", [MemoryError, RuntimeError])
def test_a_file_that_can_not_even_be_rolled_back_is_when_there_is_memory_again(office, monkeypatch, lack):
    def fails(*_arguments):
        raise lack

    with monkeypatch.context() as patch:
        patch.setattr(office.log, "append", fails)
        patch.setattr(files(office)["access"], "rollback", fails)
        (result,) = perform(office, order("a"))
    assert isinstance(result, Unavailable)
    assert perform(office, order("b"))[0].answer == KeyAnswer(key=1)
    assert labels(office) == ["b"]


@pytest.mark.parametrize("method", ["commit", "apply_views"])
def test_once_the_log_has_committed_the_answer_is_success_whatever_happens(office, monkeypatch, method):
    fails_once(monkeypatch, files(office)["access"], method)
    (result,) = perform(office, order("a"))
    assert result.answer == KeyAnswer(key=1)
    assert office.committer.behind
    assert labels(office) == []
    (result,) = perform(office, order("b"))
    assert result.answer == KeyAnswer(key=2)
    assert not office.committer.behind
    assert labels(office) == ["a", "b"]


def test_nothing_is_decided_until_the_projections_have_caught_up(office, monkeypatch):
    fails_once(monkeypatch, files(office)["access"], "commit")
    perform(office, order("a"))
    fails_once(monkeypatch, files(office)["access"], "fold")
    assert isinstance(perform(office, order("b"))[0], Unavailable)
    assert perform(office, order("b"))[0].answer == KeyAnswer(key=2)
    assert labels(office) == ["a", "b"]


def test_a_rollback_that_fails_is_made_up_for_before_anything_else_is_decided(office, monkeypatch):
    perform(office, order("a"))
    fails_once(monkeypatch, office.log, "append")
    fails_once(monkeypatch, files(office)["access"], "rollback")
    assert isinstance(perform(office, order("b"))[0], Unavailable)
    assert perform(office, order("c"))[0].answer == KeyAnswer(key=2)
    assert labels(office) == ["a", "c"]


@pytest.mark.parametrize("where", ["log", "access"])
def test_a_full_disk_refuses_writes_until_there_is_room_while_reading_goes_on(office, where):
    perform(office, order("a"))
    connection = office.log.connection if where == "log" else files(office)["access"].connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    orders = [order(f"{number:0200}") for number in range(200)]
    results = perform(office, *orders)
    assert {type(result) for result in results} == {Unavailable}
    assert "No space left on device" in str(results[0])
    assert len(events(office)) == 2
    with closing(sqlite3.connect(office.directory / "projections" / "access.db")) as reader:
        assert reader.execute("SELECT label FROM keys").fetchall() == [("a",)]
    connection.execute(f"PRAGMA max_page_count = {pages + 10_000}")
    assert {type(result) for result in perform(office, *orders)} == {Outcome}
    assert len(labels(office)) == 201


def test_a_command_is_recognised_within_its_batch(office):
    first, second = perform(office, order("a", key="k"), order("a", key="k", correlation="again"))
    assert (first.repeated, second.repeated) == (False, True)
    assert (first.answer, first.position, first.hash) == (second.answer, second.position, second.hash)
    assert labels(office) == ["a"]


@pytest.mark.parametrize("meanwhile", ["nothing", "restart", "rebuild"])
def test_a_resend_is_answered_as_the_first_time_and_other_content_refused(office, meanwhile):
    (first,) = perform(office, order("a", key="k"))
    perform(office, order("b", key="l"), order("x", command=RevokeKey(key=1)))
    if meanwhile != "nothing":
        office.reopen(rebuild=meanwhile == "rebuild")
    (again,) = perform(office, order("a", key="k", correlation="later"))
    assert again == Outcome(first.answer, first.position, first.hash, repeated=True)
    (other,) = perform(office, order("c", key="k"))
    assert isinstance(other, Conflict)
    assert "The key 'k' was used before for another content" in other.sentence
    assert labels(office) == ["a", "b"]


def test_a_refused_command_is_not_remembered(office):
    (refused,) = perform(office, order("x", key="k", command=RevokeKey(key=1)))
    assert isinstance(refused, Unknown)
    perform(office, order("a"))
    (accepted,) = perform(office, order("x", key="k", command=RevokeKey(key=1)))
    assert accepted.repeated is False


def test_an_order_whose_events_can_not_be_applied_fails_alone(office):
    """Two keys with one secret: only applying what was decided shows that the second can't be."""
    orders = [order(label, correlation=f"{number}") for number, label in enumerate("abcdaefg")]
    results = perform(office, *orders)
    assert [type(result) for result in results] == [*[Outcome] * 4, sqlite3.IntegrityError, *[Outcome] * 3]
    assert labels(office) == list("abcdefg")
    assert [result.position for result in results if isinstance(result, Outcome)] == list(range(2, 9))
    assert len(events(office)) == 8


def test_time_never_goes_back_in_the_log(office):
    perform(office, order("a", now=START + 10**15))
    perform(office, order("b", now=START), order("c", now=START + 10**15 + 1), order("d", now=START))
    times = [row[4] for row in events(office)]
    assert times == sorted(times)
    office.reopen()
    perform(office, order("e", now=START))
    assert events(office)[-1][4] == times[-1]


def test_what_a_batch_that_was_undone_would_have_made_the_time_does_not_stay(office, monkeypatch):
    perform(office, order("a", now=START + 10**15))
    fails_once(monkeypatch, office.log, "append")
    assert [type(result) for result in perform(office, order("b", now=START + 10**15 + 2))] == [Unavailable]
    perform(office, order("c", now=START + 10**15 + 1))
    assert [row[4] - START for row in events(office)[1:]] == [10**15, 10**15 + 1]


def test_deleted_projections_come_back_byte_for_byte(office):
    perform(office, *(order(f"key {number}", key=f"k{number}") for number in range(20)))
    perform(office, order("x", command=RevokeKey(key=3)))
    before = {name: list(dump(file.connection)) for name, file in files(office).items()}
    office.reopen(rebuild=True)
    assert {name: list(dump(file.connection)) for name, file in files(office).items()} == before


def test_after_a_good_end_every_file_stands_at_the_head(office):
    perform(office, order("a"))
    office.reopen()
    assert {file.head for file in files(office).values()} == {office.log.head()}
