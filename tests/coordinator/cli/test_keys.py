import hashlib
import json

import pytest

from coordinator.cli.ending import Exit
from coordinator.log.lock import locked
from tests.ledgers import data_directory


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "ledger"


def test_a_key_is_made_in_the_directory_of_a_stopped_coordinator(run, directory):
    made = run("keys", "create", "--roles", "submit,work", "--label", "box", "--data-dir", directory)
    key = made.stdout.strip()
    assert made.exit_code == Exit.DONE
    assert key.startswith("ts_")
    (listed,) = json.loads(run("keys", "list", "--data-dir", directory, "--json").stdout)["keys"]
    assert (listed["id"], listed["roles"], listed["label"], listed["revoked_at"]) == (
        1,
        ["work", "submit"],
        "box",
        None,
    )
    kept = b"".join(file.read_bytes() for file in directory.rglob("*") if file.is_file())
    assert hashlib.sha256(key.encode()).hexdigest().encode() in kept
    assert key.encode() not in kept


def test_a_key_is_revoked_once(run, directory):
    run("keys", "create", "--roles", "work", "--data-dir", directory)
    assert run("keys", "revoke", "1", "--data-dir", directory).stdout == "Key 1 is revoked.\n"
    assert "revoked 2" in run("keys", "list", "--data-dir", directory).stdout
    again = run("keys", "revoke", "1", "--data-dir", directory)
    assert (again.exit_code, again.stderr) == (Exit.REFUSED, "Key 1 is revoked already.\n")


def test_a_running_coordinator_is_asked_with_the_admin_key(run, stub, monkeypatch):
    monkeypatch.setenv("TALLYSTICK_ADMIN_KEY", "admin")
    stub.answers["POST", "/api/v1/admin/keys"] = (201, {"id": 3, "key": "ts_x", "roles": ["work"], "label": ""})
    stub.answers["DELETE", "/api/v1/admin/keys/3"] = (200, {"id": 3})
    stub.answers["GET", "/api/v1/admin/keys"] = (200, {"keys": []})
    assert run("keys", "create", "--roles", "work", "--coordinator", stub.url).stdout == "ts_x\n"
    assert json.loads(run("keys", "revoke", "3", "--coordinator", stub.url, "--json").stdout) == {"id": 3}
    assert run("keys", "list", "--coordinator", stub.url).stdout.split()[0] == "key"
    assert {key for *_, key in stub.asked} == {"Bearer admin"}


def test_a_directory_in_use_is_left_alone(run, directory):
    with locked(directory):
        result = run("keys", "create", "--roles", "work", "--data-dir", directory)
    assert result.exit_code == Exit.REFUSED
    assert "is in use by another coordinator" in result.stderr


def test_keys_are_listed_beside_their_coordinator_and_nothing_is_written(run, directory):
    for name in ("box", "desk"):
        run("keys", "create", "--roles", "work", "--label", name, "--data-dir", directory)
    before = {path: path.read_bytes() for path in directory.rglob("*.db")}
    with locked(directory):
        done = run("keys", "list", "--data-dir", directory)
    assert done.exit_code == Exit.DONE, done.stderr
    assert [line.split()[-1] for line in done.stdout.splitlines()] == ["label", "box", "desk"]
    assert [path.name for path, content in before.items() if path.read_bytes() != content] == []


@pytest.mark.parametrize("command", [("list",), ("revoke", "1")])
def test_where_no_coordinator_ever_worked_there_are_no_keys(run, directory, command):
    result = run("keys", *command, "--data-dir", directory)
    assert (result.exit_code, directory.exists()) == (Exit.REFUSED, False)
    assert result.stderr == f"There is no event log in {directory}; no coordinator ever worked there.\n"


def test_the_coordinator_that_the_environment_names_is_asked_unless_a_directory_is_named(
    run, stub, directory, monkeypatch
):
    monkeypatch.setenv("TALLYSTICK_ADMIN_KEY", "admin")
    monkeypatch.setenv("TALLYSTICK_COORDINATOR", stub.url)
    stub.answers["GET", "/api/v1/admin/keys"] = (200, {"keys": []})
    assert run("keys", "list").exit_code == Exit.DONE
    assert len(stub.asked) == 1
    assert run("keys", "list", "--data-dir", directory).exit_code == Exit.REFUSED
    assert len(stub.asked) == 1


def test_it_has_to_be_said_which_coordinator_is_meant(run):
    result = run("keys", "list")
    assert result.exit_code == Exit.USAGE
    assert "--coordinator" in result.stderr


def test_a_role_that_is_none_is_refused(run, directory):
    result = run("keys", "create", "--roles", "work,king", "--data-dir", directory)
    assert (result.exit_code, directory.exists()) == (Exit.USAGE, False)
    assert result.stderr == "'king' is not a role; the roles are read, work, submit, admin.\n"


def test_whose_key_is_replaced_has_to_be_said(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TALLYSTICK_DATA_DIR", raising=False)
    directory = data_directory(tmp_path / "data", 1)
    assert run("keys", "replace", "names", "--data-dir", directory).exit_code == Exit.DONE
    before = sorted(directory.iterdir())
    done = run("keys", "replace", "names")
    assert (done.exit_code, sorted(directory.iterdir())) == (Exit.USAGE, before)
    assert done.stderr == "Missing option '--data-dir'. `tallystick keys replace --help` says what is accepted.\n"
