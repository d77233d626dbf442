import json
import sqlite3
from contextlib import closing

import pytest

from coordinator.cli.ending import Exit
from coordinator.cli.reaching import background


@pytest.fixture
def directory(tmp_path, run):
    """Return a data directory whose log has three events: its opening, and two keys."""
    directory = tmp_path / "ledger"
    for _ in range(2):
        run("keys", "create", "--roles", "work", "--data-dir", directory)
    return directory


def change(file, *statements):
    """Change a database as somebody would who is up to no good."""
    with closing(sqlite3.connect(file)) as connection, connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            connection.execute(statement)


def test_a_sound_log_verifies_with_its_tables(run, directory):
    done = run("verify", "--data-dir", directory)
    assert done.exit_code == Exit.DONE
    assert done.stdout.startswith("All events up to 3 are what was recorded, and every table of clients, access, ")
    found = json.loads(run("verify", "--data-dir", directory, "--json").stdout)
    assert (found["holds"], found["position"], found["problem"]) == (True, 3, None)


def test_a_changed_event_is_named(run, directory):
    change(directory / "log.db", "UPDATE events SET actor = 'nobody' WHERE position = 2")
    done = run("verify", "--data-dir", directory, "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["holds"], found["problem"]["position"]) == (Exit.UNSOUND, False, 2)


def test_a_changed_table_is_named_unless_only_the_log_is_asked_about(run, directory):
    change(directory / "projections" / "access.db", "UPDATE keys SET roles = 'admin' WHERE key = 1")
    done = run("verify", "--data-dir", directory)
    assert done.exit_code == Exit.UNSOUND
    assert done.stdout.startswith("access: ")
    assert run("verify", "--data-dir", directory, "--log-only").exit_code == Exit.DONE


def test_the_past_is_written_into_a_directory_of_its_own(run, directory, tmp_path):
    then = tmp_path / "then"
    said = json.loads(run("replay", "--data-dir", directory, "--until", "2", "--output", then, "--json").stdout)
    assert (said["position"], said["output"], said["degraded"]) == (2, str(then), {})
    with closing(sqlite3.connect(then / "access.db")) as tables:
        assert tables.execute("SELECT key FROM keys").fetchall() == [(1,)]


def test_some_projections_are_replayed_up_to_now(run, directory, tmp_path):
    then = tmp_path / "then"
    done = run("replay", "--data-dir", directory, "--output", then, "--projection", "access")
    assert done.stdout.startswith(f"{then} holds everything up to event 3, recorded at 20")
    assert {path.name.partition("-")[0] for path in then.iterdir()} == {"access.db"}


@pytest.mark.parametrize(
    ("flags", "exit_code", "sentence"),
    [
        (("--until", "4"), Exit.USAGE, "There is no event 4; the log holds events 1 to 3."),
        (("--until", "yesterday"), Exit.USAGE, "until 'yesterday' is not an ISO 8601 time"),
        (("--projection", "nothing"), Exit.REFUSED, "There are no projections 'nothing'; there are clients, access"),
        (
            ("--projection", "nothing", "--until", "2"),
            Exit.USAGE,
            "There are no projections 'nothing'; there are clients",
        ),
        (("--until", "2", "--coordinator", "http://there"), Exit.USAGE, "--coordinator goes with --projection alone"),
        (("--output", "."), Exit.REFUSED, "is not empty; choose a directory that is"),
    ],
)
def test_what_can_not_be_replayed_is_refused_with_a_sentence(run, directory, monkeypatch, flags, exit_code, sentence):
    monkeypatch.chdir(directory)
    done = run("replay", "--data-dir", directory, *flags)
    assert done.exit_code == exit_code
    assert sentence in done.stderr


@pytest.mark.parametrize("command", ["verify", "replay"])
def test_where_there_is_no_log_that_is_said(run, tmp_path, command):
    done = run(command, "--data-dir", tmp_path / "nowhere")
    assert (done.exit_code, done.stderr) == (Exit.REFUSED, f"There is no event log at {tmp_path}/nowhere/log.db.\n")


VERIFICATION = "/api/v1/admin/verification"
UNDER_WAY = {
    "progress": {"state": "running", "stage": "chain", "done": 1, "total": 2, "error": ""},
    "found": None,
}


def ended(state, **found):
    """Return the last answer about a verification."""
    detail = {"log": "a-log", "position": 2, "hash": "ab", "problem": None, "files": [], "held": None}
    shown = {"verification": detail, **found} if found else None
    return {
        "progress": UNDER_WAY["progress"] | {"state": state, "error": "The disk is full." * (state == "failed")},
        "found": shown,
    }


@pytest.fixture
def asked_to_verify(stub, monkeypatch):
    """Have a coordinator verify; it is given what it says at the end."""
    monkeypatch.setattr(background, "_ASK_EVERY_SECONDS", 0.0)
    monkeypatch.setenv("TALLYSTICK_ADMIN_KEY", "open-sesame")

    def answering(last):
        answers = iter([UNDER_WAY, last])
        stub.answers["POST", VERIFICATION] = 202, UNDER_WAY
        stub.answers["GET", VERIFICATION] = 200, lambda _body: next(answers)
        return stub

    return answering


@pytest.mark.parametrize(("holds", "code"), [(True, Exit.DONE), (False, Exit.UNSOUND)])
def test_a_running_coordinator_verifies_its_own(run, asked_to_verify, holds, code):
    there = asked_to_verify(ended("completed", holds=holds, sentence="Two events."))
    done = run("verify", "--coordinator", there.url)
    assert done.exit_code == code
    assert done.stdout == ("Two events. The hash at 2 is ab.\n" if holds else "Two events.\n")
    assert {asked[3] for asked in there.asked} == {"Bearer open-sesame"}


@pytest.mark.parametrize(("state", "said"), [("failed", "The disk is full."), ("cancelled", "was cancelled")])
def test_a_verification_that_does_not_come_to_its_end_there_says_why(run, asked_to_verify, state, said):
    done = run("verify", "--coordinator", asked_to_verify(ended(state)).url, "--log-only", "--json")
    assert done.exit_code == Exit.REFUSED
    assert said in done.stderr


def test_a_running_coordinator_is_sent_no_receipts(run):
    done = run("verify", "--coordinator", "http://127.0.0.1:1", "--receipt", f"1:{'ab' * 32}")
    assert done.exit_code == Exit.USAGE
    assert "checks its own log" in done.stderr
