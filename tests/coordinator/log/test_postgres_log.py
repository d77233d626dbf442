"""What only the log in PostgreSQL promises."""

import contextlib
import errno
import os
import resource
import signal
import threading
import time
from contextlib import closing

import psycopg
import pytest

from coordinator.log import schema
from coordinator.log import session as sessions
from coordinator.log.postgres import PostgresLog
from coordinator.log.schema import NEWEST, prepare
from coordinator.log.session import FRESH_SECONDS, SILENCE_SECONDS, NotShared, Session, SessionLost, without_password
from coordinator.log.shared import top_up
from coordinator.log.sqlite import NotALog, SqliteEventLog
from tests.ledgers import following, key_created, keys_in
from tests.real.postgreses import OWNER, ROLE
from tests.waiting import PATIENCE_SECONDS, until


@pytest.fixture
def database(postgres):
    return postgres.database()


@pytest.fixture
def log(postgres, database):
    with closing(Session(postgres.address(database))) as session:
        log = PostgresLog(session)
        keys_in(log, 5)
        yield log


CHANGES = (
    "UPDATE tallystick.events SET actor = 'somebody' WHERE position = 3",
    "DELETE FROM tallystick.events WHERE position = 6",
    "TRUNCATE tallystick.events",
    "UPDATE tallystick.pen SET position = 5",
    "DELETE FROM tallystick.pen",
    "TRUNCATE tallystick.pen",
)


@pytest.mark.parametrize("statement", CHANGES)
def test_even_the_owner_can_only_append(postgres, database, log, statement):
    before = log.read(0, 10)
    with pytest.raises(psycopg.errors.RestrictViolation, match="events are never changed"):
        postgres.value(statement, database)
    assert log.read(0, 10) == before
    assert log.head().position == 6


@pytest.mark.parametrize(
    "statement",
    [
        *CHANGES,
        "INSERT INTO tallystick.events SELECT * FROM tallystick.events",
        "INSERT INTO tallystick.versions (version) VALUES (99)",
        "DROP TABLE tallystick.events",
        "CREATE TABLE tallystick.notes (note text)",
    ],
)
def test_a_coordinator_may_read_and_append_and_nothing_else(log, statement):
    with pytest.raises(SessionLost, match=r"permission denied|must be owner") as met:
        log.session.ask(statement)
    assert met.value.certain


def test_whoever_was_given_nothing_can_not_even_read(postgres, database, log):
    postgres.value("CREATE ROLE stranger LOGIN")
    with (
        closing(Session(postgres.address(database, "stranger"))) as session,
        pytest.raises(SessionLost, match="denied"),
    ):
        PostgresLog(session).head()


def test_two_events_of_a_stream_never_have_the_same_version(postgres, database, log):
    before = log.read(0, 10)
    twice = [*following(log, key_created(9)), following(log, key_created(8), key_created(9))[1]]
    with pytest.raises(SessionLost, match="duplicate key") as met:
        log.append(twice, log.head())
    assert met.value.certain
    with closing(Session(postgres.address(database))) as session:
        assert PostgresLog(session).read(0, 10) == before


def test_a_session_over_which_nothing_is_asked_is_kept_by_its_beats(postgres, log):
    postgres.value(f"SELECT pg_sleep({SILENCE_SECONDS + 0.5})")
    log.confirm()
    assert time.monotonic() - log.session.heard < FRESH_SECONDS


def test_an_answer_that_was_long_on_its_way_says_nothing_of_who_has_the_pen_now(log, monkeypatch):
    """Whoever is silent for two seconds has lost it; when PostgreSQL has heard of him, only the question tells."""
    monkeypatch.setattr(sessions, "FRESH_SECONDS", 0.1)
    log.session.ask("SELECT pg_sleep(0.2)::text")
    with monkeypatch.context() as slow:
        slow.setattr(sessions, "_BEAT", f"{sessions._BEAT} FROM pg_sleep(0.2)")
        with pytest.raises(SessionLost, match=r"PostgreSQL took longer than 0.1 seconds to answer$"):
            log.confirm()
    assert log.session.lost is None
    monkeypatch.undo()
    log.confirm()


def test_a_session_that_is_long_in_being_set_up_is_kept_meanwhile(postgres, database, monkeypatch):
    class Slow(Session):
        def _set_up(self):
            began = self.heard
            until(lambda: self.heard > began)
            super()._set_up()

    monkeypatch.setattr(sessions, "BEAT_SECONDS", 0.01)
    with closing(Slow(postgres.address(database))) as session:
        session.beat()


def test_a_session_that_was_ended_is_lost_for_good(postgres, log):
    told = []
    log.session._told = told.append
    (process,) = log.session.ask("SELECT pg_backend_pid()")[0]
    postgres.value(f"SELECT pg_terminate_backend({process}, 5000)")
    for _ in range(2):
        with pytest.raises(SessionLost, match="the session with PostgreSQL is lost"):
            log.session.beat()
    assert len(told) == 1


def test_what_is_not_answered_is_given_up_also_when_no_descriptor_is_free(log, monkeypatch):
    def none_free(_descriptor):
        raise OSError(errno.EMFILE, "too many open files")

    met = []

    def ask():
        try:
            log.session.beat()
        except SessionLost as loss:
            met.append(loss)

    ((process,),) = log.session.ask("SELECT pg_backend_pid()")
    monkeypatch.setattr(os, "dup", none_free)
    monkeypatch.setattr(sessions, "PATIENCE_SECONDS", 0.1)
    os.kill(process, signal.SIGSTOP)
    try:
        asking = threading.Thread(target=ask)
        asking.start()
        asking.join(PATIENCE_SECONDS)
    finally:
        os.kill(process, signal.SIGCONT)
        asking.join()
    assert len(met) == 1
    assert not met[0].certain
    assert str(met[0]) == "the session with PostgreSQL is lost: PostgreSQL has not answered for 0.1 seconds"


def test_that_a_session_ends_is_seen_whatever_number_its_descriptor_has(postgres, database, monkeypatch):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1_024)]
    try:
        with closing(Session(postgres.address(database))) as session:
            assert not session._has_news()
            (process,) = session.ask("SELECT pg_backend_pid()")[0]
            postgres.value(f"SELECT pg_terminate_backend({process}, 5000)")
            assert session.lost is not None or session._has_news()
    finally:
        for one in held:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def say(postgres, database, log):
    """Have PostgreSQL say something while it answers."""
    body = "BEGIN RAISE {} '%', what; RETURN 1; END"
    for level in ("WARNING", "NOTICE"):
        function = f"public.{level}(what text) RETURNS integer LANGUAGE plpgsql"
        postgres.value(f"CREATE FUNCTION {function} AS $${body.format(level)}$$", database)
    return lambda level, what: log.session.ask(f"SELECT public.{level}(%s)", (what,))


def test_a_warning_loses_the_session_since_what_was_asked_may_have_happened(say):
    with pytest.raises(SessionLost, match="it was not replicated") as met:
        say("WARNING", "it was not replicated")
    assert not met.value.certain


def test_a_notice_is_no_warning(say, log):
    assert say("NOTICE", "that is how it is") == [(1,)]
    log.confirm()


def test_what_another_process_answers_is_not_believed(log):
    with pytest.raises(SessionLost, match="answers in the place of"):
        log.session.require_same(1)


def test_a_server_that_is_not_there_is_named_as_such(postgres):
    with pytest.raises(SessionLost, match=r"PostgreSQL can't be reached: connection failed.*refused$") as met:
        Session("postgresql://tallystick@127.0.0.1:1/log")
    assert met.value.certain


def test_of_several_servers_each_is_told_once_with_why(postgres):
    with pytest.raises(SessionLost) as met:
        Session("host=127.0.0.1,/nowhere,127.0.0.1 port=1,5432,2 dbname=log")
    assert str(met.value) == (
        "PostgreSQL can't be reached: 127.0.0.1 port 1: Connection refused; /nowhere port 5432: No such file or directory;"
        " 127.0.0.1 port 2: Connection refused"
    )


@pytest.mark.parametrize("address", ["postgresql://tallystick@[::1/log", "recipes"])
def test_what_is_no_address_is_called_so(address):
    with pytest.raises(NotShared, match="not the address of a database"):
        without_password(address)


def test_a_password_stands_in_a_file_and_not_in_the_settings():
    with pytest.raises(NotShared, match="write it into a file"):
        without_password("postgresql://tallystick:secret@db/log")


def test_preparing_again_changes_nothing_and_lets_another_role_in(postgres, database, log):
    postgres.value("CREATE ROLE other LOGIN")
    assert prepare(postgres.address(database, OWNER), "other") == NEWEST
    with closing(Session(postgres.address(database, "other"))) as session:
        assert PostgresLog(session).head() == log.head()


def test_tables_of_a_newer_version_are_not_touched(postgres, database):
    postgres.value(f"INSERT INTO tallystick.versions (version) VALUES ({NEWEST + 1})", database)
    with pytest.raises(NotShared, match=f"version {NEWEST + 1} of the log's tables"):
        prepare(postgres.address(database, OWNER), ROLE)


@pytest.mark.parametrize(
    ("script", "version"),
    [("CREATE TABLE tallystick.notes (note text);", NEWEST + 1), ("CREATE TABLE tallystick.notes; SELECT;", NEWEST)],
)
def test_a_database_is_brought_up_by_the_versions_that_it_lacks_or_left_as_it_was(
    postgres, database, monkeypatch, script, version
):
    first = schema.scripts()
    monkeypatch.setattr(schema, "scripts", lambda: [*first, script])
    monkeypatch.setattr(schema, "NEWEST", NEWEST + 1)
    with contextlib.suppress(NotShared):
        assert prepare(postgres.address(database, OWNER), ROLE) == NEWEST
    assert postgres.value("SELECT max(version) FROM tallystick.versions", database) == version
    notes = postgres.value("SELECT count(*) FROM pg_class WHERE relname = 'notes'", database)
    assert notes == version - NEWEST


def test_who_may_not_make_tables_is_told_so(postgres):
    database = postgres.database(prepared=False)
    with pytest.raises(NotShared, match=r"permission denied .* Nothing was changed"):
        prepare(postgres.address(database), ROLE)


@pytest.fixture
def copy(tmp_path):
    with closing(SqliteEventLog(tmp_path / "log.db")) as copy:
        yield copy


def test_a_copy_takes_what_it_lacks_and_then_lacks_nothing(log, copy):
    assert top_up(copy, log) == 6
    assert top_up(copy, log) == 0
    assert copy.read(0, 10) == log.read(0, 10)


def test_a_copy_of_another_log_takes_nothing(log, copy):
    copy.append(following(copy, key_created(1)), copy.head())
    with pytest.raises(NotALog, match="holds another log"):
        top_up(copy, log)


def test_a_copy_that_is_longer_than_the_shared_log_is_not_joined_to_it(log, copy):
    top_up(copy, log)
    copy.append(following(copy, key_created(7)), copy.head())
    with pytest.raises(NotALog, match=r"ends at event 7, and the shared log before that: .* put back from a backup"):
        top_up(copy, log)


def test_a_copy_that_went_on_by_itself_is_not_joined_to_the_shared_log(log, copy):
    top_up(copy, log)
    copy.append(following(copy, key_created(7)), copy.head())
    log.append(following(log, key_created(8), key_created(9)), log.head())
    with pytest.raises(NotALog, match="both have gone on apart"):
        top_up(copy, log)


def test_a_role_with_a_password_comes_in_with_it_alone(postgres, database):
    postgres.value("CREATE ROLE keyed LOGIN PASSWORD 'open sesame'")
    prepare(postgres.address(database, OWNER), "keyed")
    rules = postgres.data / "pg_hba.conf"
    rules.write_text(f"host all keyed 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
    postgres.value("SELECT pg_reload_conf()")
    address = postgres.address(database, "keyed")
    until(lambda: _met(address) is not None)
    assert "no password supplied" in _met(address)
    assert 'password authentication failed for user "keyed"' in _met(address, "open barley")
    with closing(Session(address, "open sesame")) as session:
        assert PostgresLog(session).head().position == 0


def _met(address, password=None):
    """Return why a session can't be had; None when it can."""
    try:
        Session(address, password).close()
    except SessionLost as met:
        return str(met)
    return None
