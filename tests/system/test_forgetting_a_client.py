"""A client forgotten by a running coordinator and by a stopped one: pages, exports and bytes afterwards."""

import pytest

from tests.real.servers import HTTP, files_holding, tallystick

NAME = "Sophie-Germain-of-Paris"
NUMBER = str((10**39 + 3) * (10**40 + 121))
PAGES = (
    "/contributors?as_of=8",
    "/api/v1/composites/1?as_of=8",
    "/",
    "/contributors",
    "/workers",
    "/composites/1",
    "/events",
    "/api/v1/stats",
    "/api/v1/events",
    "/api/v1/attempts",
)


def works(coordinator, name, *sigmas):
    submitted = {"type": "factoring.composite_submitted", "id": "n", "client_id": "submitter", "number": NUMBER}
    run = {"type": "factoring.curves_run", "client_id": name, "composite": NUMBER, "b1": 2000, "param": 1, "curves": 1}
    runs = [{"id": f"c{sigma}", **run, "sigmas": [str(1000 + sigma)]} for sigma in sigmas]
    for items in ([submitted], runs):
        answer = HTTP.post(f"{coordinator.address}/api/v1/events", json=items).json()
        assert not [result for result in answer["results"] if result["status"] == "refused"], answer


def shown(coordinator):
    """Everything that a browser and a program are shown."""
    texts = {page: HTTP.get(coordinator.address + page, headers={"Accept": "text/html, */*"}).text for page in PAGES}
    texts["export"] = tallystick("export", "--data-dir", coordinator.directory).stdout
    return texts


def figures(coordinator):
    return HTTP.get(f"{coordinator.address}/api/v1/composites/1").json()["composite"]


def forget(coordinator, *where):
    key = (coordinator.directory / "admin.key").read_text().strip()
    return tallystick("forget", NAME, *where, environment={"PATH": "/usr/bin:/bin", "TALLYSTICK_ADMIN_KEY": key})


def test_a_running_coordinator_forgets_a_client_and_keeps_what_it_did(coordinator):
    works(coordinator, NAME, 1, 2, 3)
    works(coordinator, "bystander", 4)
    before = figures(coordinator)
    assert NAME in shown(coordinator)["/contributors"]
    said = forget(coordinator, "--coordinator", coordinator.address)
    assert (said.returncode, said.stdout) == (0, "client-2 is forgotten.\n"), said.stderr
    assert [page for page, text in shown(coordinator).items() if NAME in text] == []
    assert "client-2" in shown(coordinator)["/contributors"]
    assert "bystander" in shown(coordinator)["/contributors"]
    assert files_holding(coordinator.directory, NAME) == []
    assert figures(coordinator) == before
    assert tallystick("verify", "--data-dir", coordinator.directory).returncode == 0
    works(coordinator, NAME, 5)
    assert NAME in shown(coordinator)["/contributors"]
    assert "client-2" in shown(coordinator)["/contributors"]


def test_the_directory_of_a_stopped_coordinator_forgets_a_client(coordinator):
    works(coordinator, NAME, 1)
    coordinator.stop()
    said = forget(coordinator, "--data-dir", coordinator.directory)
    assert said.returncode == 0, said.stderr
    assert files_holding(coordinator.directory, NAME) == []
    again = forget(coordinator, "--data-dir", coordinator.directory)
    assert again.returncode == 4
    assert NAME in again.stderr


@pytest.mark.parametrize("failpoint", ["after-log-commit", "between-projection-commits", "after-projection-commits"])
def test_a_coordinator_killed_while_it_forgets_has_forgotten_at_its_next_start(coordinator, failpoint):
    works(coordinator, NAME, 1)
    coordinator.stop()
    coordinator.start(TALLYSTICK_FAILPOINT=failpoint)
    assert forget(coordinator, "--coordinator", coordinator.address).returncode == 3
    coordinator.wait_until_dead()
    assert files_holding(coordinator.directory, NAME)
    coordinator.start()
    assert files_holding(coordinator.directory, NAME) == []
    assert tallystick("verify", "--data-dir", coordinator.directory).returncode == 0
