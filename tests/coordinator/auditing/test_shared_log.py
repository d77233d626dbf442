"""A log that becomes the shared one, and proving that as it stands in PostgreSQL."""

import json
from contextlib import closing

import psycopg
import pytest

from coordinator.auditing.shared import verify_shared
from coordinator.log.checking import Damaged
from coordinator.log.schema import prepare
from coordinator.log.session import NotShared, SessionLost
from coordinator.log.sqlite import SqliteEventLog
from tests.ledgers import data_directory, following, key_created, log_rows, spoil
from tests.real.postgreses import OWNER, ROLE
from tests.real.servers import tallystick
from tests.waiting import until


@pytest.fixture
def directory(tmp_path):
    return data_directory(tmp_path / "data", 9)


@pytest.fixture
def database(postgres):
    return postgres.database()


def brought(postgres, database, directory):
    """Make the log of a directory the shared one."""
    with closing(SqliteEventLog(directory / "log.db", read_only=True)) as log:
        return prepare(postgres.address(database, OWNER), ROLE, log=log)


def rows_in(postgres, database):
    with psycopg.connect(postgres.address(database)) as connection:
        return connection.execute("SELECT * FROM tallystick.events ORDER BY position").fetchall()


def found(postgres, database, directory):
    return verify_shared(postgres.address(database), None, directory / "log.db")


def test_a_log_is_brought_into_an_empty_database_byte_for_byte(postgres, database, directory):
    brought(postgres, database, directory)
    assert rows_in(postgres, database) == log_rows(directory)
    whole = found(postgres, database, directory)
    assert whole.holds
    assert (whole.position, whole.sentence) == (10, "All events up to 10 are what was recorded.")


def test_a_second_log_is_not_brought_in_beside_the_first(postgres, database, directory):
    brought(postgres, database, directory)
    with pytest.raises(NotShared, match="holds a log of 10 events already"):
        brought(postgres, database, directory)


def test_a_log_that_is_not_sound_is_not_brought_in(postgres, directory):
    database = postgres.database(prepared=False)
    spoil(directory, "UPDATE events SET actor = 'somebody' WHERE position = 7")
    with pytest.raises(Damaged, match="Event 7 is not what was recorded"):
        brought(postgres, database, directory)
    assert not postgres.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'tallystick'", database)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE tallystick.events SET actor = 'somebody' WHERE position = 7", "Event 7 is not what was recorded"),
        ("DELETE FROM tallystick.events WHERE position = 4", "Event 4 is missing"),
        ("DELETE FROM tallystick.events WHERE position > 8", "The log ends at event 8, and should at 10"),
        ("UPDATE tallystick.events SET version = 3 WHERE position = 5", "Event 5 is not what was recorded"),
    ],
)
def test_what_was_changed_in_the_database_is_named(postgres, database, directory, statement, words):
    brought(postgres, database, directory)
    postgres.value("ALTER TABLE tallystick.events DISABLE TRIGGER ALL", database)
    postgres.value(statement, database)
    whole = found(postgres, database, directory)
    assert not whole.holds
    assert words in whole.sentence


def test_a_copy_that_goes_on_alone_is_named(postgres, database, directory):
    brought(postgres, database, directory)
    with closing(SqliteEventLog(directory / "log.db")) as log:
        log.append(following(log, key_created(10)), log.head())
    assert "ends at event 11, and the shared log at 10" in found(postgres, database, directory).sentence


def test_a_copy_of_another_log_is_named(postgres, database, directory, tmp_path):
    brought(postgres, database, directory)
    other = data_directory(tmp_path / "other", 2)
    assert "is another one than in the shared log" in found(postgres, database, other).sentence


LONG = "clock_timestamp() - state_change > '400 ms'"
OURS = "FROM pg_stat_activity WHERE application_name LIKE 'tallystick, %' AND datname"


@pytest.mark.parametrize("limit", ["transaction_timeout", "idle_in_transaction_session_timeout"])
def test_what_takes_longer_than_an_administrator_lets_others_is_done_to_its_end(postgres, directory, limit):
    database = postgres.database(prepared=False)
    postgres.value(f"ALTER DATABASE {database} SET {limit} = '200 ms'")

    def takes_long(_progress):
        until(lambda: postgres.value(f"SELECT {LONG} {OURS} = '{database}'") is not False)

    with closing(SqliteEventLog(directory / "log.db", read_only=True)) as log:
        prepare(postgres.address(database, OWNER), ROLE, log=log, report=takes_long)
    assert verify_shared(postgres.address(database), None, directory / "log.db", takes_long).holds


def test_a_database_that_is_lost_while_it_is_read_may_be_there_later(postgres, database, directory):
    brought(postgres, database, directory)

    def is_lost(_progress):
        postgres.value(f"SELECT pg_terminate_backend(pid) {OURS} = '{database}'")

    with pytest.raises(SessionLost, match="PostgreSQL can't be read to the end: terminating connection due to admin"):
        verify_shared(postgres.address(database), None, directory / "log.db", is_lost)


def test_the_commands_do_both(postgres, directory):
    database = postgres.database(prepared=False)
    owner, role = postgres.address(database, OWNER), postgres.address(database)
    checking = ("verify", "--shared", role, "--data-dir", directory, "--json")
    refused = tallystick(*checking)
    assert refused.returncode == 4
    assert "no tables of a log" in refused.stderr
    made = tallystick("prepare-database", "--postgres", owner, "--role", ROLE, "--data-dir", directory)
    assert made.stdout.startswith(
        "The database has version 2 of the log's tables now, where it had none, and 10 events in them"
    )
    checked = tallystick(*checking)
    assert json.loads(checked.stdout)["holds"]
    secret = tallystick("prepare-database", "--postgres", owner.replace("@", ":word@"), "--role", ROLE)
    assert secret.returncode == 4
    assert "write it into a file" in secret.stderr
