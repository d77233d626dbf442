"""Rebuilding and verifying through the API: begun, followed, cancelled, and what came of it."""

import sqlite3
import threading
from contextlib import closing

import pytest

from coordinator.auditing import verifying
from coordinator.operations.projections import joint_build
from coordinator.past.materialising import make
from coordinator.projecting.building import NotBuilt
from tests.waiting import until

REBUILD = "/api/v1/admin/projections/{}/rebuild"
VERIFICATION = "/api/v1/admin/verification"


def ended(client, address, admin):
    """Wait until something long has ended; return how it stands."""

    def answer():
        answer = client.get(address, headers=admin).json()
        return answer if answer.get("progress", answer)["state"] != "running" else None

    return until(answer)


def spoil(tmp_path):
    with closing(sqlite3.connect(tmp_path / "projections" / "access.db", isolation_level=None)) as connection:
        connection.execute("UPDATE keys SET label = 'spoilt'")


def labels(client, admin):
    return [key["label"] for key in client.get("/api/v1/admin/keys", headers=admin).json()["keys"]]


@pytest.fixture
def keyed(client, admin):
    """A coordinator with a key."""
    client.post("/api/v1/admin/keys", json={"roles": ["read"], "label": "auditor"}, headers=admin)
    return client


@pytest.mark.parametrize("name", ["access", "all"])
def test_projections_are_rebuilt_while_they_are_read(keyed, admin, tmp_path, name):
    spoil(tmp_path)
    assert labels(keyed, admin) == ["spoilt"]
    begun = keyed.post(REBUILD.format(name), headers=admin)
    assert (begun.status_code, begun.json()["state"]) == (202, "running")
    done = ended(keyed, REBUILD.format(name), admin)
    assert (done["state"], done["error"]) == ("completed", "")
    assert done["done"] == done["total"] > 0
    assert done["ended_at"] >= done["started_at"]
    assert labels(keyed, admin) == ["auditor"]


@pytest.fixture
def stuck(monkeypatch):
    """Rebuilds and verifications whose child reports once and then never comes to its end."""

    class Stuck:
        def __init__(self, *_arguments, **_options):
            self._gone = threading.Event()

        def __enter__(self):
            return self

        def __exit__(self, *_exception):
            self._gone.set()

        def follow(self, report):
            report(joint_build.Progress("fold", 1, 4))
            self._gone.wait()

        result = follow

    monkeypatch.setattr(joint_build, "BuildingApart", Stuck)
    monkeypatch.setattr("coordinator.operations.verifying.Verifying", Stuck)


@pytest.mark.parametrize("address", [REBUILD.format("access"), VERIFICATION])
def test_what_goes_on_is_not_begun_twice_and_can_be_cancelled(keyed, admin, stuck, address):
    assert keyed.delete(address, headers=admin).status_code == 404
    assert keyed.post(address, headers=admin).status_code == 202
    again = keyed.post(address, headers=admin)
    assert again.status_code == 409
    assert "goes on already" in again.json()["detail"]
    cancelled = keyed.delete(address, headers=admin).json()
    assert cancelled.get("progress", cancelled)["state"] == "cancelled"
    assert keyed.delete(address, headers=admin).status_code == 409
    assert labels(keyed, admin) == ["auditor"]
    assert keyed.get("/health").json()["status"] == "healthy"


def test_each_context_says_how_rebuilding_all_stands_with_it(keyed, admin, stuck):
    keyed.post(REBUILD.format("all"), headers=admin)
    names = [row["name"] for row in keyed.get("/api/v1/admin/projections", headers=admin).json()["projections"]]

    def standing():
        found = [keyed.get(REBUILD.format(name), headers=admin).json() for name in names]
        return found if all(one["total"] for one in found) else None

    stages = [(one["state"], one["stage"], one["done"], one["total"]) for one in until(standing)]
    assert stages == [("running", f"fold {name}", 1, 4) for name in names]
    assert keyed.delete(REBUILD.format("all"), headers=admin).json()["state"] == "cancelled"
    assert {keyed.get(REBUILD.format(name), headers=admin).json()["state"] for name in names} == {"cancelled"}


def test_a_rebuild_of_all_fails_as_the_context_does_that_fails(keyed, admin, monkeypatch):
    monkeypatch.setattr(
        joint_build.BuildingApart, "follow", lambda *_: (_ for _ in ()).throw(NotBuilt("The disk is full."))
    )
    keyed.post(REBUILD.format("all"), headers=admin)
    failed = ended(keyed, REBUILD.format("all"), admin)
    assert (failed["state"], failed["error"]) == ("failed", "The disk is full.")


def test_a_rebuild_for_which_there_is_no_room_says_so_and_leaves_the_live_tables(keyed, admin, tmp_path, monkeypatch):
    class Cramped(joint_build.BuildingApart):
        def follow(self, report):
            super().follow(report)
            raise NotBuilt("The projections could not be built: sqlite3.OperationalError: database or disk is full.")

    monkeypatch.setattr(joint_build, "BuildingApart", Cramped)
    keyed.post(REBUILD.format("access"), headers=admin)
    failed = ended(keyed, REBUILD.format("access"), admin)
    assert (failed["state"], failed["error"][-25:]) == ("failed", "database or disk is full.")
    assert labels(keyed, admin) == ["auditor"]
    assert not list((tmp_path / "projections").glob("*.new.db*"))


def test_a_verification_finds_what_holds_and_names_what_does_not(keyed, admin, tmp_path):
    assert keyed.post(VERIFICATION, headers=admin).status_code == 202
    found = ended(keyed, VERIFICATION, admin)["found"]
    assert found["holds"], found
    spoil(tmp_path)
    keyed.post(VERIFICATION, headers=admin)
    found = ended(keyed, VERIFICATION, admin)["found"]
    assert not found["holds"]
    assert found["sentence"] == "access: In the table keys, label is 'spoilt' where key = 1; it should be ''."
    differing = [file for file in found["verification"]["files"] if file["difference"]]
    assert [(file["name"], file["difference"]["column"]) for file in differing] == [("access", "label")]
    keyed.post(f"{VERIFICATION}?log_only=true", headers=admin)
    assert ended(keyed, VERIFICATION, admin)["found"]["verification"]["files"] == []


def test_a_verification_that_can_not_be_made_says_why(keyed, admin, monkeypatch):
    monkeypatch.setattr(verifying, "Request", lambda _directory, refold: verifying_request("/nowhere", refold))
    keyed.post(VERIFICATION, headers=admin)
    failed = ended(keyed, VERIFICATION, admin)
    assert failed["progress"]["state"] == "failed"
    assert "There is no event log at /nowhere/log.db" in failed["progress"]["error"]


verifying_request = verifying.Request


def test_projections_and_snapshots_are_listed(keyed, admin, tmp_path):
    shown = keyed.get("/api/v1/admin/projections", headers=admin).json()
    assert shown["head"] == 3  # the log's opening, a user's name, and the key
    assert {"access", "factoring", "tasks"} <= {row["name"] for row in shown["projections"]}
    nothing = keyed.get("/api/v1/admin/checkpoints", headers=admin).json()
    assert nothing == {"checkpoints": [], "bytes": 0}
    make(tmp_path, 2)
    kept = keyed.get("/api/v1/admin/checkpoints", headers=admin).json()
    assert [row["position"] for row in kept["checkpoints"]] == [3]
    assert kept["bytes"] == kept["checkpoints"][0]["bytes"] > 0


def test_only_administrators_may_and_only_of_what_there_is(keyed, admin):
    assert keyed.post(REBUILD.format("access")).status_code == 401
    assert keyed.post(VERIFICATION).status_code == 401
    unknown = keyed.post(REBUILD.format("gossip"), headers=admin)
    assert unknown.status_code == 404
    assert "There are no projections 'gossip'; there are clients, access" in unknown.json()["detail"]
    assert keyed.get(REBUILD.format("tasks"), headers=admin).status_code == 404
