"""Taking the pen, holding it, losing it, and what becomes of appends that nobody knows the end of."""

import threading

import psycopg
import pytest

from coordinator.pen import fitness, sessions
from coordinator.pen import postgres as pens
from coordinator.pen.joining import wait_for_pen
from coordinator.pen.pen import AGAIN, OTHER, Database
from coordinator.pen.standing import Standing
from coordinator.unavailable import Unavailable
from core.events.chain import HeadMoved
from core.events.log import InDoubt
from tests.real.postgreses import OWNER
from tests.waiting import until


def types(node):
    """Return the types of the events of a node's copy."""
    return [event.type.rpartition(".")[0] for event in node.rows()]


def test_the_first_node_begins_the_log_and_takes_the_pen(node):
    north = node("north")
    assert north.pen.attempt()
    assert types(north) == ["log.opened", "pen.taken"]
    assert (north.pen.term, north.pen.held) == (2, True)
    assert north.rows() == north.pen.connected().read(0, 10)


def test_one_node_has_the_pen_and_the_next_takes_it_when_it_is_given_up(node):
    north, south = node("north").take(), node("south")
    north.append(1, 2)
    assert not south.pen.attempt()
    assert south.pen.reason == OTHER
    with pytest.raises(Unavailable, match="another node holds the pen"):
        south.log.confirm()
    north.pen.close()
    south.take()
    assert south.pen.term == 5
    assert types(south) == ["log.opened", "pen.taken", "access.key_created", "access.key_created", "pen.taken"]
    assert south.rows()[:4] == north.rows()


def test_a_pen_that_is_held_is_not_taken_anew(node):
    north = node("north").take()
    assert north.pen.attempt()
    assert north.pen.taken == 1


def test_of_two_nodes_that_begin_at_once_one_begins_the_log(node):
    nodes, took = [node("north"), node("south")], []
    together = threading.Barrier(2)

    def begin(one):
        together.wait()
        took.append(one.pen.attempt())

    threads = [threading.Thread(target=begin, args=(one,)) for one in nodes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(took) == [False, True]
    for one in nodes:
        one.pen.top_up()
    assert nodes[0].rows() == nodes[1].rows()
    assert types(nodes[0]) == ["log.opened", "pen.taken"]


def test_who_has_lost_the_session_appends_nothing_and_answers_nothing(node, postgres):
    north = node("north").take()
    before = north.rows()
    postgres.value(f"SELECT pg_terminate_backend({north.process}, 5000)")
    south = node("south").take()
    with pytest.raises(Unavailable, match="does not hold the pen just now"):
        north.log.confirm()
    with pytest.raises(Unavailable, match="does not hold the pen just now"):
        north.append(1)
    assert not north.pen.held
    assert len(north.lost) == 1
    assert north.rows() == before
    assert types(south) == ["log.opened", "pen.taken", "pen.taken"]


def test_who_has_taken_the_pen_again_and_does_not_write_yet_says_why(node, postgres):
    north = node("north").take()
    alone = Standing("north", pen=north.pen)
    alone.begin(north.pen.term)
    postgres.value(f"SELECT pg_terminate_backend({north.process}, 5000)")
    with pytest.raises(Unavailable):
        north.log.confirm()
    assert "terminating connection due to administrator command." in alone.unwritten
    north.take()
    assert (north.pen.held, alone.unwritten) == (True, f"Nothing can be written here: {AGAIN}.")


def test_a_session_that_was_ended_is_noticed_before_the_next_answer(node, postgres):
    north = node("north").take()
    north.log.confirm()
    postgres.value(f"SELECT pg_terminate_backend({north.process}, 5000)")
    with pytest.raises(Unavailable):
        north.log.confirm()


def test_who_believes_to_hold_the_pen_after_another_has_taken_it_is_refused(node):
    """The lock is gone while the session goes on, which nothing that is known does; the head is looked at all the same."""
    north, south = node("north").take(), node("south")
    north.session.ask("SELECT pg_advisory_unlock_all()::text")
    south.take()
    with pytest.raises(HeadMoved, match="another node has appended"):
        north.append(1)
    assert not north.pen.held
    south.append(1)
    south.pen.close()
    north.take()
    assert types(north) == ["log.opened", "pen.taken", "pen.taken", "access.key_created", "pen.taken"]


@pytest.fixture
def warned(postgres, database):
    """Have PostgreSQL warn at the end of every append but that of a pen that was taken."""
    postgres.value(
        """
        CREATE FUNCTION public.warn() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE WARNING 'canceling wait for synchronous replication'; RETURN NULL; END $$;
        CREATE TRIGGER warns AFTER INSERT ON tallystick.events
            FOR EACH ROW WHEN (NEW.type LIKE 'access.%') EXECUTE FUNCTION public.warn()
        """,
        database,
    )


def test_an_append_that_ends_with_a_warning_is_looked_up_and_found(node, warned):
    north = node("north").take()
    events = north.append(1, 2)
    assert north.pen.held
    assert north.pen.taken == 2
    assert north.rows()[2:4] == events
    assert types(north) == ["log.opened", "pen.taken", "access.key_created", "access.key_created", "pen.taken"]


def test_an_append_whose_session_ends_before_it_commits_is_looked_up_and_not_found(node, postgres, database):
    north = node("north").take()
    events, refused = north.events(1), []

    def append():
        try:
            north.log.append(events, north.log.head())
        except HeadMoved as moved:
            refused.append(str(moved))

    with psycopg.connect(postgres.address(database, OWNER)) as rival:
        rival.execute("SELECT * FROM tallystick.pen FOR UPDATE")
        appending = threading.Thread(target=append)
        appending.start()
        until(
            lambda: postgres.value(f"SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = {north.process}")
        )
        postgres.value(f"SELECT pg_terminate_backend({north.process}, 5000)")
    appending.join()
    assert "it is certain that nothing was added" in refused[0]
    assert types(north) == ["log.opened", "pen.taken", "pen.taken"]
    assert north.append(1)[0].position == 4


def test_a_doubt_is_settled_by_another_node_that_has_taken_the_pen(node, warned, monkeypatch):
    north, south = node("north").take(), node("south")
    dropped = north.pen._drop

    def drop_and_let_the_other(*_):
        dropped()
        south.take()

    monkeypatch.setattr(north.pen, "_drop", drop_and_let_the_other)
    events = north.append(1)
    assert not north.pen.held
    assert north.rows()[2:3] == events
    assert north.rows() == south.rows()


def test_what_can_not_be_looked_up_stays_in_doubt(node, warned, monkeypatch):
    north = node("north").take()
    monkeypatch.setattr(pens, "SETTLING_SECONDS", 0.2)
    monkeypatch.setattr(pens.PostgresPen, "connected", unreachable)
    with pytest.raises(InDoubt, match="canceling wait"):
        north.append(1)
    monkeypatch.undo()
    assert types(north) == ["log.opened", "pen.taken"]
    north.take()
    assert types(north) == ["log.opened", "pen.taken", "access.key_created", "pen.taken"]


def unreachable(_pen):
    """Take the place of a connection that can't be had."""
    raise pens.SessionLost("PostgreSQL can't be reached", certain=True)


def test_what_is_recorded_and_can_not_be_copied_has_succeeded_and_costs_the_pen(node):
    north, south = node("north").take(), node("south")
    (pages,) = north.copy.connection.execute("PRAGMA page_count").fetchone()
    north.copy.connection.execute(f"PRAGMA max_page_count = {pages}")
    appended = north.append(*range(1, 60))
    assert not north.pen.held
    assert north.log.head().position == 2
    assert not north.pen.attempt()
    assert north.pen.reason == f"{north.copy.path} can't be written: No space left on device"
    assert south.take().rows()[2:-1] == appended
    south.pen.close()
    north.copy.connection.execute("PRAGMA max_page_count = 100000")
    north.take()
    assert north.rows()[:-1] == south.rows()


def test_a_file_that_is_gone_gets_nothing_and_neither_does_the_database(node, tmp_path):
    north = node("north").take()
    (tmp_path / "north.db").rename(tmp_path / "away.db")
    with pytest.raises(OSError, match="removed or replaced"):
        north.append(1)
    assert north.pen.connected().head().position == 2
    (tmp_path / "away.db").rename(tmp_path / "north.db")
    north.append(1)


def test_a_database_that_was_put_back_is_refused_by_who_has_more(node, postgres, database):
    north = node("north").take()
    north.append(1)
    copy = f"copy_of_{database}"
    north.pen.give_up("a backup is taken")
    postgres.value(f"CREATE DATABASE {copy} TEMPLATE {database}")
    north.take().append(2)
    north.pen.give_up("the backup is put back")
    north.pen.database = Database(postgres.address(copy), None, "north")
    assert not north.pen.attempt()
    assert "the database was put back from a backup" in north.pen.reason


def test_who_is_not_let_in_does_not_knock_without_a_pause(node, postgres, database, monkeypatch):
    north, knocks = node("north"), []

    def knock(*arguments):
        knocks.append(1)
        return sessions.session_with(*arguments)

    monkeypatch.setattr(pens, "session_with", knock)
    north.pen.database = Database("postgresql://tallystick@127.0.0.1:1/log", None, "north")
    for _ in range(20):
        assert not north.pen.attempt()
        assert "PostgreSQL can't be reached" in north.pen.reason
    assert len(knocks) < 5
    north.pen.database = Database(postgres.address(database), None, "north")
    until(north.pen.attempt)


def test_who_waits_for_the_pen_knocks_anew_where_it_was_turned_away_a_moment_ago(node, postgres, database):
    north = node("north")
    north.pen.database = Database("postgresql://tallystick@127.0.0.1:1/log", None, "north")
    assert not wait_for_pen(north.pen)
    assert "PostgreSQL can't be reached" in north.pen.reason
    north.pen.database = Database(postgres.address(database), None, "north")
    assert wait_for_pen(north.pen)


def looks(north):
    north.pen.look()


def appends(north):
    with pytest.raises(Unavailable, match=r"The clock of this machine is 86\d+ seconds ahead of that of the database"):
        north.append(1)


@pytest.mark.parametrize("notices", [looks, appends])
def test_a_node_whose_clock_was_set_gives_the_pen_up_and_takes_none(node, monkeypatch, notices):
    north, south = node("north").take(), node("south")
    assert not south.pen.attempt()
    present, ahead = fitness.now, 86_400 * 1_000_000
    with monkeypatch.context() as patched:
        patched.setattr(fitness, "now", lambda: present() + ahead)
        notices(north)
        assert not north.pen.held
        assert "The clock of this machine is 86" in north.lost[-1]
        for _ in range(2):  # by the session that it has, and by another one
            # PostgreSQL lets go of the pen a moment after it was given up.
            until(lambda: south.pen.attempt() or south.pen.reason != OTHER)
            assert not south.pen.held
            assert "seconds ahead of that of the database" in south.pen.reason
    until(south.pen.attempt)
    assert types(south) == ["log.opened", "pen.taken", "pen.taken"]


def test_who_takes_the_pen_with_a_clock_that_is_behind_goes_by_what_was_recorded(node, monkeypatch):
    north = node("north").take()
    north.append(1)
    north.pen.give_up("for a moment")
    monkeypatch.setattr(pens, "now", lambda: 0)
    north.take()
    newest, taken = north.rows()[-2:]
    assert taken.recorded_at == newest.recorded_at


def test_what_the_database_is_fit_for_is_seen_anew_beside_the_session_that_writes(node, postgres, database):
    north = node("north").take()
    postgres.value("GRANT UPDATE ON tallystick.pen TO tallystick", database)
    north.pen.look_beside()
    assert "The role tallystick may do more in the database" in north.pen.fitness.warnings[0]
    assert (north.pen.held, north.pen.shut_out) == (True, "")


def test_a_database_that_lets_no_further_session_in_is_seen_though_it_can_be_written(node, postgres, database):
    north = node("north").take()
    postgres.value(f"ALTER DATABASE {database} CONNECTION LIMIT 0")
    north.pen.look_beside()
    assert "too many connections for database" in north.pen.shut_out
    north.append(1)
    postgres.value(f"ALTER DATABASE {database} CONNECTION LIMIT -1")
    north.pen.look_beside()
    assert (north.pen.held, north.pen.shut_out) == (True, "")
