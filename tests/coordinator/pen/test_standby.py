"""A synchronous standby: commits wait for it, and what was acknowledged is there when it takes over."""

import threading
from contextlib import closing

import pytest

from coordinator.auditing.shared import verify_shared
from coordinator.log.session import NotShared
from coordinator.pen import hand
from coordinator.pen.pen import Database
from core.events.chain import HeadMoved
from core.events.log import InDoubt
from tests.real.postgreses import ROLE, PostgresProcess
from tests.waiting import until

pytestmark = pytest.mark.drill


@pytest.fixture
def servers():
    """A primary, a standby that commits wait for, and a database there."""
    with closing(PostgresProcess()) as primary:
        name = primary.start().database()
        with closing(PostgresProcess(primary)) as standby:
            yield primary, standby, name


@pytest.fixture
def north(servers, node):
    """A node that knows both servers, and goes to whichever takes writes."""
    primary, standby, name = servers
    north = node("north")
    hosts = f"127.0.0.1:{primary.port},127.0.0.1:{standby.port}"
    north.pen.database = Database(f"postgresql://tallystick@{hosts}/{name}", None, "north")
    return north.take()


def test_what_was_acknowledged_is_there_when_the_standby_takes_over(servers, north):
    primary, standby, _ = servers
    for number in range(30):
        north.append(number)
    before = north.rows()
    primary.stop("immediate")
    standby.promote()
    until(lambda: not north.pen.held)
    north.take()
    assert north.pen.connected().read(0, 100)[:-1] == before
    north.append(99)


def test_a_database_that_stops_answering_is_given_up_and_taken_up_again(servers, north):
    primary, _, _ = servers
    north.append(1)
    primary.freeze()
    until(lambda: north.lost)
    assert not north.pen.held
    assert not north.pen.attempt()
    assert "PostgreSQL can't be reached" in north.pen.reason
    primary.thaw()
    north.take().append(2)


def test_an_append_that_nobody_answers_is_in_doubt_and_settled_later(servers, north):
    primary, _, _ = servers
    primary.freeze()
    events = north.events(1)
    with pytest.raises(InDoubt):
        north.log.append(events, north.log.head())
    primary.thaw()
    north.take()
    assert north.pen.connected().read(0, 100) == north.rows()


def test_a_commit_that_its_standby_did_not_get_is_no_acknowledgement(servers, north):
    """PostgreSQL ends such a wait with success and a warning; it would be gone if the standby took over."""
    primary, standby, _ = servers
    north.append(1)
    events, said = north.events(2), []

    def append():
        try:
            north.log.append(events, north.log.head())
        except (InDoubt, HeadMoved) as error:
            said.append(error)

    standby.freeze()
    appending = threading.Thread(target=append)
    appending.start()
    waiting = f"SELECT count(*) FROM pg_stat_activity WHERE pid = {north.process} AND wait_event = 'SyncRep'"
    until(lambda: primary.value(waiting))
    primary.value(f"SELECT pg_cancel_backend({north.process})")
    appending.join()
    assert isinstance(said[0], InDoubt)
    assert "canceling wait for synchronous replication" in str(said[0])
    assert not north.pen.held
    standby.thaw()
    north.take()
    assert events[0] in north.rows()
    assert north.pen.connected().read(0, 100) == north.rows()


def test_a_standby_that_does_not_confirm_is_named_by_who_waits_for_the_pen(servers, node, north, monkeypatch):
    primary, standby, name = servers
    monkeypatch.setattr(hand, "_LOOK_SECONDS", 0.0)
    south = node("south")
    south.pen.database = Database(primary.address(name, ROLE), None, "south")
    process = north.process
    standby.freeze()
    with pytest.raises(InDoubt):
        north.append(1)
    said = until(lambda: not south.pen.attempt() and "standby" in south.pen.obstacle and south.pen.obstacle)
    assert "the synchronous standby of PostgreSQL does not confirm what is written" in said
    assert f"process {process} of PostgreSQL, whose session holds the pen, has waited for it for" in said
    standby.thaw()
    until(south.pen.attempt)
    assert south.pen.obstacle == ""


def test_a_standby_alone_tells_whether_it_has_everything_and_is_none_that_can_be_written(servers, north, monkeypatch):
    primary, standby, name = servers
    north.append(1)
    primary.stop("immediate")
    until(lambda: not north.pen.attempt() and "takes no writes, as a standby does not" in north.pen.reason)
    alone = verify_shared(standby.address(name), None, north.copy.path)
    assert (alone.holds, alone.position) == (True, north.copy.head().position)
    monkeypatch.setattr("coordinator.log.session.OLDEST", 19)
    with pytest.raises(NotShared, match="PostgreSQL is of version 18; 19 or later is needed"):
        verify_shared(standby.address(name), None, north.copy.path)
