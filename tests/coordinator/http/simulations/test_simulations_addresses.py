"""The addresses of machines and simulations, as clients of the system replaced use them."""

import httpx
import pytest

from core.timestamps import from_iso


def problem(answer, status):
    """Return the sentence of a problem."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert body["status"] == status
    return body["detail"]


def turn(client, simulation, **change):
    return client.put(f"/simulations/{simulation}", json=change)


def test_machines_are_registered_listed_and_read(client):
    body = {"name": "box", "cpu": "Intel i7", "memory": 32, "colour": "beige"}
    made = client.post("/machines/", json=body)
    assert made.status_code == httpx.codes.OK
    shown = made.json()
    assert shown == {
        "id": shown["id"],
        "name": "box",
        "cpu": "Intel i7",
        "gpu": None,
        "memory": 32,
        "status": "available",
    }
    assert client.get(f"/machines/{shown['id']}").json() == shown
    assert shown in client.get("/machines/").json()
    assert client.get("/machines").json() == client.get("/machines/").json()
    assert client.delete(f"/machines/{shown['id']}").status_code == httpx.codes.OK


def test_a_machine_status_is_set_in_the_body_or_in_the_query(client, machine):
    address = f"/machines/{machine}/status"
    assert client.patch(address, json={"status": "maintenance"}).json()["status"] == "maintenance"
    assert client.patch(address, params={"status": "available"}).json()["status"] == "available"
    assert client.patch(address, params={"status": "busy"}, json={}).json()["status"] == "busy"
    assert problem(client.patch(address), 400) == "status is missing; one of available, busy, maintenance is required."
    for status, said in ((None, "null"), ("away", "'away'")):
        answer = client.patch(address, json={"status": status})
        assert problem(answer, 400) == f"status is {said}; one of available, busy, maintenance is accepted."


def test_a_simulation_is_created_pending_and_answered_with_200(client, machine):
    made = client.post("/simulations/", json={"name": "relax", "machine_id": machine})
    assert made.status_code == httpx.codes.OK
    shown = made.json()
    assert list(shown) == ["id", "name", "status", "machine_id", "created_at", "updated_at"]
    assert (shown["name"], shown["status"], shown["machine_id"]) == ("relax", "pending", machine)
    assert from_iso(shown["created_at"]) == from_iso(shown["updated_at"])
    assert client.get(f"/simulations/{shown['id']}").json() == shown
    detailed = client.get(f"/simulations/{shown['id']}/detailed").json()
    assert detailed == {**shown, "machine": client.get(f"/machines/{machine}").json()}


def test_a_simulation_is_created_from_query_parameters_whatever_id_the_address_has(client, machine):
    made = client.post("/simulations/999/create-bare-sql", params={"name": "bare", "machine_id": machine})
    assert made.status_code == httpx.codes.OK
    assert (made.json()["name"], made.json()["machine_id"], made.json()["status"]) == ("bare", machine, "pending")
    assert made.json()["id"] != 999


def test_a_simulation_is_renamed_started_finished_and_deleted(client, simulation, machine):
    assert turn(client, simulation, name="renamed").json()["name"] == "renamed"
    assert turn(client, simulation, status="running").json()["status"] == "running"
    assert client.get(f"/machines/{machine}").json()["status"] == "busy"
    assert turn(client, simulation, status="finished", name="done").json()["name"] == "done"
    assert client.get(f"/machines/{machine}").json()["status"] == "available"
    gone = client.delete(f"/simulations/{simulation}")
    assert (gone.status_code, gone.json()) == (200, {"message": "Simulation deleted successfully"})
    assert problem(client.get(f"/simulations/{simulation}"), 404) == f"There is no simulation {simulation}."


def test_a_write_names_the_event_that_it_led_to(client, simulation):
    answer = turn(client, simulation, name="named")
    event = client.get(f"/api/v1/events/{answer.headers['tallystick-position']}").json()
    assert (event["type"], event["stream"]) == ("simulations.renamed.v1", f"simulation-{simulation}")
    assert event["hash"] == answer.headers["tallystick-hash"]


def test_lists_are_filtered_ordered_and_cut_into_pages(client, machine):
    made = [client.post("/simulations/", json={"name": n, "machine_id": machine}).json() for n in ("zb", "za", "zc")]
    turn(client, made[0]["id"], status="running")

    def names(**parameters):
        page = client.get("/simulations/", params={"size": 1000, **parameters}).json()
        return [one["name"] for one in page["simulations"] if one["id"] in {m["id"] for m in made}]

    assert names() == ["zc", "za", "zb"]
    assert names(order_direction="asc") == ["zb", "za", "zc"]
    assert names(order_by="name", order_direction="asc") == ["za", "zb", "zc"]
    assert names(order_by="updated_at", order_direction="desc") == ["zb", "zc", "za"]
    assert names(status="running") == ["zb"]
    assert names(status="pending", order_by="name") == ["zc", "za"]
    turn(client, made[0]["id"], status="finished")
    page = client.get("/simulations/", params={"page": 2, "size": 1}).json()
    assert (page["page"], page["size"], len(page["simulations"])) == (2, 1, 1)
    assert page["total"] == client.get("/simulations/").json()["total"] >= len(made)
    assert page["simulations"][0]["name"] == "za"


def test_who_waits_gets_the_machine_that_becomes_free(client, simulation, machine):
    turn(client, simulation, status="running")
    waiting = client.post("/simulations/", json={"name": "waits", "machine_id": None}).json()
    assert waiting["machine_id"] is None
    assert client.get(f"/simulations/{waiting['id']}/detailed").json()["machine"] is None
    assert "waits for a machine" in problem(turn(client, waiting["id"], status="running"), 409)
    turn(client, simulation, status="finished")
    assert client.get(f"/simulations/{waiting['id']}").json()["machine_id"] == machine
    (placed,) = client.get("/api/v1/events", params={"type": "simulations.placed"}).json()["events"][-1:]
    assert placed["data"] == {"simulation": waiting["id"], "machine": machine}
    client.delete(f"/simulations/{waiting['id']}")


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"status": "finished"}, "is pending and can't become finished"),
        ({"status": "cancelled"}, "one of finished, pending, running"),
        ({"name": ""}, "1 to 200 printable characters"),
        ({"machine_id": 0}, "a whole number from 1"),
        ({"machine_id": "first"}, "a whole number from 1"),
        ({"machine_id": 10**20}, "a whole number from 1"),
        ({"machine_id": 999_999}, "There is no machine 999999."),
    ],
)
def test_a_change_that_can_not_be_is_refused_in_a_sentence(client, simulation, wanted, sentence):
    answer = turn(client, simulation, **wanted)
    assert sentence in problem(answer, answer.status_code)
    assert answer.status_code == {"finished": 409}.get(wanted.get("status"), 404 if "There is" in sentence else 400)


def test_busy_machines_take_no_second_simulation_and_are_not_freed_by_hand(client, simulation, machine):
    other = client.post("/simulations/", json={"name": "other", "machine_id": machine}).json()["id"]
    elsewhere = client.post("/machines/", json={"name": "e", "cpu": "c", "memory": 1}).json()["id"]
    turn(client, simulation, status="running")
    assert "is busy with simulation" in problem(turn(client, other, status="running"), 409)
    assert "only a pending one" in problem(turn(client, simulation, machine_id=elsewhere), 409)
    by_hand = client.patch(f"/machines/{machine}/status", json={"status": "available"})
    assert "can't be made available" in problem(by_hand, 409)
    client.patch(f"/machines/{elsewhere}/status", json={"status": "maintenance"})
    assert turn(client, other, machine_id=elsewhere).json()["machine_id"] == elsewhere
    assert "is in maintenance" in problem(turn(client, other, status="running"), 409)
    client.delete(f"/simulations/{simulation}")
    assert client.get(f"/machines/{machine}").json()["status"] == "available"


def test_a_machine_that_is_gone_is_unknown(client, simulation, machine):
    assert "can't be removed" in problem(client.delete(f"/machines/{machine}"), 409)
    client.delete(f"/simulations/{simulation}")
    assert client.delete(f"/machines/{machine}").json() == {"message": "Machine removed successfully"}
    for answer in (
        client.get(f"/machines/{machine}"),
        client.patch(f"/machines/{machine}/status", json={"status": "busy"}),
        client.post("/simulations/", json={"name": "late", "machine_id": machine}),
        client.post("/simulations/1/create-bare-sql", params={"name": "late", "machine_id": machine}),
    ):
        assert problem(answer, 404) == f"There is no machine {machine}."


@pytest.mark.parametrize(
    ("method", "address", "options", "sentence"),
    [
        ("POST", "/machines/", {"json": {"name": "m", "cpu": "c"}}, "memory is missing"),
        ("POST", "/machines/", {"json": {"name": "m", "cpu": "c", "memory": 0}}, "memory is 0; a whole number of"),
        ("POST", "/machines/", {"json": {"name": "m", "cpu": 8, "memory": 1}}, "cpu is 8; text"),
        ("POST", "/machines/", {"json": {"name": "m", "cpu": "c", "memory": 1, "status": "on"}}, "status is 'on'; one"),
        ("POST", "/simulations/", {"json": {}}, "name is missing"),
        ("POST", "/simulations/", {"json": {"name": "x" * 201}}, "1 to 200 printable characters"),
        ("POST", "/simulations/", {"content": b"{", "headers": {"content-type": "application/json"}}, "is not JSON"),
        ("GET", "/simulations/", {"params": {"status": "gone"}}, "one of finished, pending, running"),
        ("GET", "/simulations/", {"params": {"order_by": "id"}}, "one of created_at, name, updated_at"),
        ("GET", "/simulations/", {"params": {"order_direction": "up"}}, "one of asc, desc"),
        ("GET", "/simulations/", {"params": {"page": 0}}, "page is 0"),
        ("GET", "/simulations/", {"params": {"page": 10**30}}, "page is"),
        ("GET", "/simulations/", {"params": {"size": 1001}}, "size is 1001"),
        ("GET", "/simulations/0", {}, "a whole number from 1"),
        ("GET", f"/simulations/{10**30}", {}, "a whole number from 1"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(client, method, address, options, sentence):
    assert sentence in problem(client.request(method, address, **options), 400)
