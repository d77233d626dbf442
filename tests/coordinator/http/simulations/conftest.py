"""One coordinator for all tests of the addresses of simulations."""

import httpx
import pytest

from tests.real.servers import CoordinatorProcess


@pytest.fixture(scope="package")
def server(tmp_path_factory):
    """A running coordinator."""
    process = CoordinatorProcess(tmp_path_factory.mktemp("simulations") / "data").start()
    yield process
    process.close()


@pytest.fixture
def client(server):
    """An HTTP client of it."""
    with httpx.Client(base_url=server.address, timeout=30) as client:
        yield client


@pytest.fixture
def machine(client):
    """A machine of the test's own, in maintenance at its end, so that nobody else is given it."""
    body = {"name": "m", "cpu": "Intel i7", "gpu": "RTX 3080", "memory": 32, "status": "available"}
    answer = client.post("/machines/", json=body)
    assert answer.status_code == httpx.codes.OK
    yield answer.json()["id"]
    client.patch(f"/machines/{answer.json()['id']}/status", json={"status": "maintenance"})


@pytest.fixture
def simulation(client, machine):
    """A simulation of the test's own, pending on its machine."""
    answer = client.post("/simulations/", json={"name": "s", "machine_id": machine})
    assert answer.status_code == httpx.codes.OK
    return answer.json()["id"]
