"""Sessions that are begun with a password, which may be changed while a node runs."""

from functools import partial

import pytest

from coordinator.log.session import SessionLost
from coordinator.pen.pen import Database
from coordinator.pen.sessions import session_with
from coordinator.setup.credentials import POSTGRES_PASSWORD, secret

ROLE = "named_by_a_password"


@pytest.fixture
def change(postgres, database, tmp_path):
    """Have a role let in by its password alone; return how that is changed, and where it is written for the node."""
    rules = postgres.data / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"host all {ROLE} 127.0.0.1/32 scram-sha-256\n{before}")
    postgres.value(f"CREATE ROLE {ROLE} LOGIN")
    postgres.value("SELECT pg_reload_conf()")
    yield lambda password: postgres.value(f"ALTER ROLE {ROLE} PASSWORD '{password}'"), tmp_path / "password"
    rules.write_text(before)
    postgres.value("SELECT pg_reload_conf()")
    postgres.value(f"DROP ROLE {ROLE}")


def test_a_password_that_was_changed_is_read_anew(change, postgres, database):
    change_it, file = change
    held = partial(secret, {"TALLYSTICK_POSTGRES_PASSWORD_FILE": str(file)}, POSTGRES_PASSWORD)
    there = Database(postgres.address(database, ROLE), held, "north")
    for password in ("first", "second"):
        change_it(password)
        if file.exists():
            with pytest.raises(SessionLost, match="password authentication failed"):
                session_with(there)
        file.write_text(password)
        session_with(there).close()


def test_a_file_without_a_password_keeps_a_node_waiting_and_is_named(tmp_path):
    held = partial(secret, {"TALLYSTICK_POSTGRES_PASSWORD_FILE": str(tmp_path / "gone")}, POSTGRES_PASSWORD)
    with pytest.raises(SessionLost, match=r"names .*gone, which can't be read: No such file or directory$") as met:
        session_with(Database("postgresql://tallystick@127.0.0.1:1/log", held, "north"))
    assert met.value.certain
