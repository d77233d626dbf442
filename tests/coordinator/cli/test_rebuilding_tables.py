"""`replay --projection`: live tables built anew, of a stopped coordinator and of a running one."""

import itertools
import json
import sqlite3
from contextlib import closing

import pytest

from coordinator.cli.ending import Exit
from coordinator.cli.reaching import background
from coordinator.log.lock import locked

ADDRESS = "/api/v1/admin/projections/access/rebuild"
STANDING = {"state": "running", "stage": "fold access", "done": 1, "total": 2, "error": ""}


@pytest.fixture
def directory(tmp_path, run):
    """A data directory with a key, whose table was spoilt."""
    directory = tmp_path / "ledger"
    run("keys", "create", "--roles", "work", "--label", "first", "--data-dir", directory)
    with closing(sqlite3.connect(directory / "projections" / "access.db", isolation_level=None)) as connection:
        connection.execute("UPDATE keys SET label = 'spoilt'")
    return directory


@pytest.fixture(autouse=True)
def _impatience(monkeypatch):
    monkeypatch.setattr(background, "_ASK_EVERY_SECONDS", 0.0)


@pytest.mark.parametrize("name", ["access", "all"])
def test_the_tables_of_a_stopped_coordinator_are_built_anew(run, directory, name):
    done = run("replay", "--data-dir", directory, "--projection", name)
    assert (done.exit_code, done.stdout) == (Exit.DONE, f"Built anew: {name}.\n")
    assert run("verify", "--data-dir", directory).exit_code == Exit.DONE


def test_while_a_coordinator_runs_there_it_has_to_be_named(run, directory):
    with locked(directory):
        done = run("replay", "--data-dir", directory, "--projection", "access")
    assert done.exit_code == Exit.REFUSED
    assert "is in use by another coordinator" in done.stderr


def test_a_running_coordinator_is_asked_and_waited_for(run, stub, monkeypatch):
    monkeypatch.setenv("TALLYSTICK_ADMIN_KEY", "open-sesame")
    states = itertools.chain(["running", "running"], itertools.repeat("completed"))
    stub.answers["POST", ADDRESS] = 202, STANDING
    stub.answers["GET", ADDRESS] = 200, lambda _body: STANDING | {"state": next(states)}
    done = run("replay", "--coordinator", stub.url, "--projection", "access", "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (Exit.DONE, {"rebuilt": ["access"]})
    assert [asked[0] for asked in stub.asked] == ["POST", "GET", "GET", "GET"]
    assert {asked[3] for asked in stub.asked} == {"Bearer open-sesame"}


def test_a_rebuild_that_fails_there_says_why(run, stub):
    stub.answers["POST", ADDRESS] = 202, STANDING
    stub.answers["GET", ADDRESS] = 200, STANDING | {"state": "failed", "error": "The disk is full."}
    done = run("replay", "--coordinator", stub.url, "--projection", "access")
    assert (done.exit_code, done.stderr) == (Exit.REFUSED, "The disk is full. The tables are what they were.\n")


def test_ctrl_c_cancels_it_there(run, stub, monkeypatch):
    stub.answers["POST", ADDRESS] = 202, STANDING
    stub.answers["DELETE", ADDRESS] = 200, STANDING | {"state": "cancelled"}

    def interrupted(_seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(background.time, "sleep", interrupted)
    done = run("replay", "--coordinator", stub.url, "--projection", "access")
    assert done.exit_code == Exit.INTERRUPTED
    assert [asked[0] for asked in stub.asked] == ["POST", "DELETE"]
