"""A node that follows: it takes in what the holder of the pen appends, tells of it once, and writes only if it can follow."""

import pytest

from coordinator.pen import following
from coordinator.pen import postgres as pens
from coordinator.pen.following import Follower
from coordinator.pen.pen import OTHER, YIELDS
from coordinator.writer.committing import Committer
from core.contexts import registry
from tests.waiting import until


class Names:
    """Keys of names that are brought from other nodes, or can't be for a while."""

    def __init__(self):
        self.asked = []
        self.trouble = None

    def learn(self, _log, after):
        self.asked.append(after)
        if self.trouble is not None:
            raise self.trouble


@pytest.fixture
def names():
    return Names()


@pytest.fixture
def follows(names):
    """Have a node follow; return its follower, and what takes a step that tells what came beyond a position."""

    def follows(node):
        committer = Committer(node.log, registry(), {}, {}, lambda _name: None)
        follower = Follower(node.pen, node.copy, names, lambda: False)
        return follower, lambda told: [event.position for event in follower.step(committer, told)]

    return follows


@pytest.fixture
def at_once(monkeypatch):
    """Have each step try to take the pen."""
    monkeypatch.setattr(following, "TRY_SECONDS", 0.0)


def test_what_the_holder_appends_is_taken_in_and_told_of_once(node, follows, names):
    north, south = node("north").take(), node("south")
    follower, step = follows(south)
    assert step(0) == [1, 2]
    north.append(1, 2)
    assert step(2) == [3, 4]
    assert step(4) == []
    assert follower.failure is None
    assert south.rows() == north.rows()
    assert names.asked == [0, 2], "of what is new, before it is folded"


def test_of_much_that_came_at_once_the_newest_is_told(node, follows, monkeypatch):
    monkeypatch.setattr(following, "_TOLD", 3)
    node("north").take().append(1, 2, 3)
    _, step = follows(node("south"))
    assert step(0) == [3, 4, 5]


def test_the_pen_is_tried_for_now_and_then_and_taken_once_it_is_free(node, follows, monkeypatch):
    monkeypatch.setattr(following, "TRY_SECONDS", 3_600.0)
    north, south = node("north").take(), node("south")
    _, step = follows(south)
    step(0)
    north.pen.close()
    step(2)
    assert not south.pen.held
    monkeypatch.setattr(following, "TRY_SECONDS", 0.0)
    assert until(lambda: step(2)) == [3]
    assert south.pen.held


def test_who_can_not_follow_gives_the_pen_up_and_follows_before_taking_it_again(node, follows, names, at_once):
    north = node("north")
    follower, step = follows(north)
    names.trouble = OSError("no space left on device")
    assert step(0) == []
    assert (follower.failure, north.pen.held, north.lost) == (names.trouble, False, ["no space left on device"])
    names.trouble = None
    assert step(0) == [1, 2]
    assert (follower.failure, north.pen.held) == (None, False)
    assert until(lambda: step(2)) == [3]
    assert north.pen.held


def test_who_yields_takes_the_pen_when_nobody_else_has_wanted_it_for_a_while(node, at_once, monkeypatch):
    north, south = node("north").take(), node("south")
    committer = Committer(south.log, registry(), {}, {}, lambda _name: None)
    follower = Follower(south.pen, south.copy, None, lambda: True)

    def reason():
        follower.step(committer, 0)
        return south.pen.reason

    assert reason() == OTHER
    north.pen.close()
    assert until(lambda: reason() == YIELDS)
    east = node("east").take()
    assert until(lambda: reason() == OTHER)
    monkeypatch.setattr(pens, "YIELDING_SECONDS", 0.5)
    east.pen.close()
    until(lambda: reason() == "")
    assert south.pen.held
