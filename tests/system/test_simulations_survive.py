"""Simulations outlive kill -9 of the coordinator, and are the same when every projection is built anew."""

import shutil

import httpx

SIMULATIONS = 3
POINTS = 40


def everything(address):
    """All that can be read of machines and simulations."""
    with httpx.Client(base_url=address) as client:
        addresses = ["/machines/", "/simulations/"]
        for number in range(1, SIMULATIONS + 1):
            addresses += [f"/simulations/{number}/detailed", *(f"/convergence/{number}/{n}" for n in ("data", "graph"))]
        return {path: client.get(path).json() for path in addresses}


def fill(client):
    """Run one simulation to its end, and have another take its machine."""
    client.post("/machines/", json={"name": "m", "cpu": "c", "memory": 1}).raise_for_status()
    for number in range(1, SIMULATIONS + 1):
        client.post("/simulations/", json={"name": f"s{number}"}).raise_for_status()
    client.put("/simulations/1", json={"status": "running"}).raise_for_status()
    for number in range(POINTS):
        client.post("/convergence/data", json={"simulation_id": 1 + number % 2, "loss_value": number / 7})
    client.put("/simulations/1", json={"status": "finished"}).raise_for_status()
    client.put("/simulations/2", json={"status": "running"}).raise_for_status()


def test_what_was_answered_is_there_after_a_kill_and_after_a_rebuild(coordinator):
    with httpx.Client(base_url=coordinator.address) as client:
        fill(client)
    before = everything(coordinator.address)
    assert [len(before[f"/convergence/{n}/data"]) for n in (1, 2, 3)] == [POINTS // 2, POINTS // 2, 0]
    assert [one["machine_id"] for one in before["/simulations/"]["simulations"]] == [None, 1, 1]
    coordinator.kill()
    coordinator.start()
    assert everything(coordinator.address) == before
    coordinator.kill()
    shutil.rmtree(coordinator.directory / "projections")
    coordinator.start()
    assert everything(coordinator.address) == before


def test_a_bulk_that_was_cut_off_is_sent_again_and_counts_once(stopped_coordinator):
    stopped_coordinator.start(TALLYSTICK_FAILPOINT="after-log-commit:3")
    point = {"type": "simulations.point_recorded", "client_id": "solver", "simulation_id": 1, "loss_value": 0.5}
    items = [{**point, "id": f"p{number}"} for number in range(1_500)]
    with httpx.Client(base_url=stopped_coordinator.address, timeout=30) as client:
        client.post("/simulations/", json={"name": "s"}).raise_for_status()
        try:
            client.post("/api/v1/events", json=items)
        except httpx.TransportError:
            stopped_coordinator.wait_until_dead()
    stopped_coordinator.start()
    with httpx.Client(base_url=stopped_coordinator.address, timeout=30) as client:
        results = client.post("/api/v1/events", json=items).json()["results"]
        assert {result["status"] for result in results} == {"accepted", "duplicate"}
        assert len(client.get("/convergence/1/data").json()) == len(items)
