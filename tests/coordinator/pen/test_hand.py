"""A pen that nobody writes with, though it is in somebody's hand."""

import os
import signal

import psycopg
import pytest

from coordinator.pen import hand
from coordinator.pen.pen import OTHER
from coordinator.pen.standing import Standing
from tests.real.postgreses import OWNER
from tests.waiting import until


@pytest.fixture
def soon(monkeypatch):
    """Have what takes seconds to be sure of be seen in one."""
    monkeypatch.setattr(hand, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(hand, "_HANGS_SECONDS", 1.5)
    monkeypatch.setattr(hand, "_STEADY_SECONDS", 0.5)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("coordinator.pen.standing._PATIENCE_SECONDS", 0.5)


def beside(node):
    """Return how a node stands that is one of two."""
    return Standing("south", {"south": "10.0.0.1:1", "north": "10.0.0.2:1"}, node.pen)


def unwritten(node):
    node.pen.attempt()
    return beside(node).unwritten


def test_a_pen_in_a_hand_that_writes_is_seen_to_be_so_though_nothing_is_written(node, soon, impatient):
    node("north").take()
    south = node("south")
    before = south.pen.written_at
    assert until(lambda: not south.pen.attempt() and south.pen.written_at > before)
    assert (unwritten(south), south.pen.reason) == ("", OTHER)


def test_a_process_of_the_database_that_hangs_with_the_pen_is_named(node, soon, impatient):
    held, south = node("north").take(), node("south")
    os.kill(held.process, signal.SIGSTOP)
    try:
        said = until(lambda: "hung" in (said := unwritten(south)) and said)
        assert f"process {held.process} of PostgreSQL, whose session holds the pen, has hung for" in said
        assert "Nobody has written to the shared log for" in said
        assert south.pen.reason == OTHER
    finally:
        os.kill(held.process, signal.SIGCONT)
    until(lambda: unwritten(south) == "")


def test_nodes_that_take_the_pen_in_turns_and_can_not_append_do_not_pass_for_writing(
    node, postgres, database, impatient
):
    one, two = node("one"), node("two")
    with psycopg.connect(postgres.address(database, OWNER)) as lock:
        lock.execute("LOCK TABLE tallystick.pen IN SHARE MODE")
        until(lambda: [unwritten(one), unwritten(two)].count("") == 0)
        assert "canceling statement due to lock timeout" in beside(one).unwritten
        lock.rollback()
    one.take()
    assert beside(one).unwritten == ""


@pytest.mark.parametrize(
    "lock", ["SELECT * FROM tallystick.pen FOR UPDATE", "LOCK TABLE tallystick.events IN SHARE MODE"]
)
def test_a_table_that_somebody_keeps_locked_is_told_of_before_anything_is_to_be_written(
    lock, node, postgres, database, soon, impatient
):
    north, south = node("north").take(), node("south")
    north.append(1)
    north.pen.look()
    assert north.pen.obstacle == ""
    with psycopg.connect(postgres.address(database, OWNER)) as idle:
        idle.execute(lock)
        table = "pen" if "pen" in lock else "events"
        said = f"process {idle.info.backend_pid} of PostgreSQL has the table tallystick.{table} locked"
        until(lambda: said in unwritten(south))
        north.pen.look()
        assert (north.pen.held, north.pen.obstacle) == (True, said)
        idle.rollback()
    north.pen.look()
    assert north.pen.obstacle == ""
    until(lambda: unwritten(south) == "")


def test_who_holds_the_pen_looks_with_one_question(node, monkeypatch):
    north = node("north").take()
    asked, ask = [], north.session.ask
    monkeypatch.setattr(north.session, "ask", lambda *question: asked.append(question) or ask(*question))
    north.pen.look()
    assert (north.pen.held, len(asked)) == (True, 1)
