"""What a database must be to hold the shared log, and what is said of one that is not."""

import socket
import struct
import threading
from contextlib import closing

import pytest

from coordinator.log.schema import NEWEST
from coordinator.log.session import NotShared, Session
from coordinator.pen import fitness
from coordinator.pen.fitness import fitness_of
from tests.real.postgreses import OWNER, PostgresProcess


@pytest.fixture
def database(postgres):
    return postgres.database()


def fit(postgres, database, role="tallystick"):
    with closing(Session(postgres.address(database, role))) as session:
        return fitness_of(session)


def test_a_database_with_its_tables_and_a_role_that_may_no_more_than_it_must_is_fit(postgres, database):
    found = fit(postgres, database)
    assert found.version.startswith("18.")
    assert found.standby == "none"
    assert found.warnings == ("The database runs with fsync = off: what was acknowledged is lost with the power.",)


def test_a_database_without_tables_says_how_they_are_made(postgres):
    with pytest.raises(NotShared, match="no tables of a log; `tallystick prepare-database`"):
        fit(postgres, postgres.database(prepared=False))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("REVOKE SELECT ON tallystick.events FROM tallystick", "may not read events of the log"),
        (
            "REVOKE USAGE ON SCHEMA tallystick FROM tallystick",
            "may not read events, pen, residues, versions of the log",
        ),
        ("REVOKE EXECUTE ON FUNCTION tallystick.append FROM tallystick", "may not append to the log"),
    ],
)
def test_a_role_that_lacks_a_right_is_refused(postgres, database, statement, words):
    postgres.value(statement, database)
    with pytest.raises(NotShared, match=f"The role tallystick {words}"):
        fit(postgres, database)


def test_a_role_that_may_do_more_is_warned_of(postgres, database):
    postgres.value("GRANT UPDATE ON tallystick.pen TO tallystick", database)
    for role in ("tallystick", OWNER):
        assert f"The role {role} may do more in the database" in fit(postgres, database, role).warnings[0]


@pytest.mark.parametrize(("version", "words"), [(NEWEST + 1, "works with up to"), (NEWEST - 1, "is needed")])
def test_tables_of_another_version_are_refused(postgres, database, version, words):
    postgres.value("DELETE FROM tallystick.versions", database)
    postgres.value(f"INSERT INTO tallystick.versions (version) VALUES ({version})", database)
    with pytest.raises(NotShared, match=words):
        fit(postgres, database)


@pytest.mark.parametrize(("apart", "words"), [(-180, "180 seconds behind"), (180, r"(179|180) seconds ahead of")])
def test_clocks_that_are_minutes_apart_are_refused(postgres, database, monkeypatch, apart, words):
    present = fitness.now
    monkeypatch.setattr(fitness, "now", lambda: present() + apart * 1_000_000)
    with pytest.raises(NotShared, match=words.replace("180", "1(79|80)")):
        fit(postgres, database)


def test_a_server_that_is_too_old_is_refused(postgres, database, monkeypatch):
    monkeypatch.setattr("coordinator.log.session.OLDEST", 19)
    with pytest.raises(NotShared, match="PostgreSQL is of version 18; 19 or later is needed"):
        fit(postgres, database)


def test_a_server_that_commits_before_it_has_written_is_asked_not_to(postgres, database):
    postgres.value("ALTER ROLE tallystick SET synchronous_commit = off")
    try:
        with closing(Session(postgres.address(database))) as session:
            assert session.ask("SELECT current_setting('synchronous_commit')") == [("on",)]
    finally:
        postgres.value("ALTER ROLE tallystick RESET synchronous_commit")


class Pooler:
    """Stands between a client and PostgreSQL as PgBouncer does, and gives the session a number of its own."""

    def __init__(self, port):
        self._server_port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._serving = threading.Thread(target=self._serve)
        self._serving.start()

    def _serve(self):
        with self._listener.accept()[0] as client, socket.create_connection(("127.0.0.1", self._server_port)) as server:
            asking = threading.Thread(target=self._pass_on, args=(client, server))
            asking.start()
            self._pass_on(server, client)
            asking.join()

    def _pass_on(self, source, target):
        key = b"K\x00\x00\x00\x0c"
        while data := source.recv(65_536):
            start = data.find(key) + len(key)
            if source.getpeername()[1] == self._server_port and start >= len(key):
                data = data[:start] + struct.pack("!I", 4_711) + data[start + 4 :]
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)

    def close(self):
        """End, after the client has."""
        self._serving.join()
        self._listener.close()


def test_a_pooler_of_connections_is_recognised(postgres, database):
    with closing(Pooler(postgres.port)) as pooler:
        address = f"postgresql://tallystick@127.0.0.1:{pooler.port}/{database}?sslmode=disable&gssencmode=disable"
        with pytest.raises(NotShared, match="connect to PostgreSQL itself"):
            Session(address)


@pytest.mark.drill
def test_a_standby_that_does_not_hold_up_commits_is_warned_of(postgres):
    with closing(PostgresProcess()) as primary:
        name = primary.start().database()
        with closing(PostgresProcess(primary, synchronous=False)):
            found = fit(primary, name)
            assert found.standby == "asynchronous"
            assert "asynchronous standby" in found.warnings[0]
        with closing(PostgresProcess(primary)):
            assert fit(primary, name).standby == "synchronous"
