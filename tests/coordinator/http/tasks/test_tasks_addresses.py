"""The addresses of tasks: those of the Distributed Math Wizard, and those of the workers."""

import json
import re

import pytest

from tests.real.valkeys import ValkeyProcess
from tests.waiting import until

LONG = "7" * 10_000
HINDER = {
    "full": lambda server: server.config_set("maxmemory", 1),
    "roomy": lambda server: server.config_set("maxmemory", 0),
    "replica": lambda server: server.replicaof("127.0.0.1", 1),
    "primary": lambda server: server.replicaof("NO", "ONE"),
}


@pytest.fixture(scope="module")
def valkey():
    """A real server."""
    process = ValkeyProcess().start()
    yield process
    process.close()


def exact(response):
    """Read JSON with its numbers as text, however long they are."""
    return json.loads(response.content, parse_int=str, parse_float=str)


def submitted(client, **task):
    response = client.post("/task", json=task)
    assert response.status_code == 202, response.text
    return response.json()["task_id"]


def taken(client, name="alice", **query):
    return exact(client.get("/api/v1/tasks/work", params={"client_id": name, **query}))


def finished(client, *results, name="alice"):
    response = client.post("/api/v1/tasks/results", json={"client_id": name, "results": list(results)})
    assert response.status_code == 200, response.text
    return [result["status"] for result in response.json()["results"]]


@pytest.mark.parametrize(
    ("query", "result"),
    [
        ({"a": 1, "b": 2}, "3"),
        ({"num1": 5, "num2": 10}, "15"),
        ({"a": "0.1", "b": "0.2"}, "0.3"),
        ({"a": "-1.50", "b": "1.5"}, "0"),
        ({"a": "9" * 10_000, "b": "1"}, "1" + "0" * 10_000),
    ],
)
def test_numbers_are_added_at_once_and_exactly(client, query, result):
    answer = exact(client.get("/add", params=query))
    assert answer["result"] == result
    assert answer["sum"] == answer["result"]
    assert answer["handled_by"]


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ({"a": 1}, "The query parameter b (or num2) is missing; "),
        ({"num2": 1}, "The query parameter a (or num1) is missing; "),
        ({"a": "x", "b": 1}, "a is 'x'; a whole or decimal number"),
        ({"a": "", "b": 1}, "a is ''; a whole or decimal number"),
        ({"a": LONG + "7", "b": 1}, "a is 7777…7777 (10001 digits); at most 10000 digits are accepted."),
    ],
)
def test_what_can_not_be_added_is_refused(client, query, detail):
    response = client.get("/add", params=query)
    assert response.status_code == 400
    assert response.json()["detail"].startswith(detail)


def test_a_task_goes_from_pending_to_completed_under_three_names(serving):
    with serving(node_name="node-a") as client:
        answer = client.post("/task", json={"a": 5, "b": "10"}).json()
        task = answer["task_id"]
        nobody = answer["message"]
        assert answer == {
            "task_id": task, "status": "PENDING", "initiated_by": "node-a", "handled_by": "node-a", "message": nobody,
        }  # fmt: skip
        address = f"/tasks/{task}/status"
        assert client.get(address).json() == {
            "task_id": task,
            "status": "PENDING",
            "result": None,
            "error": None,
            "initiated_by": "node-a",
            "checked_by": "node-a",
            "handled_by": None,
            "message": nobody,
        }
        work = taken(client)
        assert work["tasks"] == [{"task_id": task, "operation": "add", "args": ["5", "10"]}]
        status = client.get(address).json()
        assert (status["status"], status["handled_by"]) == ("PROCESSING", "alice")
        assert finished(client, {"task_id": task, "result": 15}) == ["accepted"]
    with serving(node_name="node-b") as client:
        status = client.get(address).json()
        assert (status["status"], status["result"], status["handled_by"]) == ("COMPLETED", 15, "alice")
        assert (status["initiated_by"], status["checked_by"]) == ("node-a", "node-b")
        assert client.get("/whoami").json() == {"container_id": "node-b"}


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"operation": "pow_mod", "args": [2, 3, 0]}, "modulus is 0; a whole number from 1 on is accepted."),
        ({"operation": "divide", "args": [1, 2]}, "operation is 'divide'; one of add, multiply"),
        ({"operation": "gcd", "args": [1]}, "gcd was given 1 number; 2 (a, b) are accepted."),
        ({"operation": "gcd", "args": [1.5, 2]}, "a is '1.5'; a whole number"),
        ({"operation": "add", "args": "12"}, "args is '12'; an array or null is accepted."),
        ({}, "The task has no numbers; a and b to add"),
        ({"a": 1}, "b is missing; a whole or decimal number is required."),
        ({"b": 1}, "a is missing; a whole or decimal number is required."),
        ({"a": None, "b": 1}, "a is null; a number, or text that spells one, is accepted."),
        ({"a": True, "b": 1}, "a is true; a number, or text that spells one, is accepted."),
        ({"a": "1" * 10**6, "b": 1}, "a is 1111…1111 (1000000 digits)"),
        ([], "The body is an empty array; an object is accepted."),
    ],
)
def test_a_task_that_can_not_be_computed_is_refused(client, body, detail):
    response = client.post("/task", json=body)
    assert response.status_code == 400
    assert response.json()["detail"].startswith(detail)


def test_a_task_without_a_body_is_read_from_the_query_as_the_system_replaced_has_it(client):
    response = client.post("/task", params={"a": "1.50", "b": "2", "operation": "add"})
    assert response.status_code == 202
    (task,) = taken(client)["tasks"]
    assert task == {"task_id": response.json()["task_id"], "operation": "add", "args": ["1.5", "2"]}
    for query, detail in (
        ({}, "The task has no numbers"),
        ({"a": 1}, "b is missing; a whole or decimal number is required."),
        ({"a": 1, "b": 2, "operation": "divide"}, "operation is"),
    ):
        response = client.post("/task", params=query)
        assert (response.status_code, response.json()["detail"].startswith(detail)) == (400, True)


def test_numbers_in_json_are_taken_digit_for_digit(client):
    body = f'{{"a": {LONG}, "b": 0.12345678901234567890}}'
    task = client.post("/task", content=body, headers={"Content-Type": "application/json"}).json()["task_id"]
    assert task
    (todo,) = taken(client)["tasks"]
    assert todo["args"] == [LONG, "0.1234567890123456789"]
    result = f'{{"client_id": "a", "results": [{{"task_id": "{task}", "result": {LONG}.1234567890123456789}}]}}'
    client.post("/api/v1/tasks/results", content=result, headers={"Content-Type": "application/json"})
    assert exact(client.get(f"/tasks/{task}/status"))["result"] == f"{LONG}.1234567890123456789"


def test_a_body_that_is_no_json_is_refused(client):
    assert client.post("/task", content="{").status_code == 400
    assert client.post("/task", content="a=1", headers={"Content-Type": "text/plain"}).status_code == 415


def test_too_many_waiting_tasks_open_the_circuit(serving):
    with serving(max_waiting_tasks=2) as client:
        for _ in range(2):
            submitted(client, a=1, b=2)
        response = client.post("/task", json={"a": 1, "b": 2})
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "1"
        assert response.json()["detail"].startswith("2 tasks wait already")
        taken(client)
        assert submitted(client, a=1, b=2)


def test_each_report_is_judged_by_itself(client):
    first, second = submitted(client, a=1, b=2), submitted(client, operation="is_prime", args=[7])
    taken(client)
    statuses = finished(
        client,
        {"task_id": first, "result": "3"},
        {"task_id": first, "result": 4},
        {"task_id": second, "result": 7},
        {"task_id": second, "result": True},
        {"task_id": "nothing", "result": 1},
        {"task_id": second},
    )
    assert statuses == ["accepted", "duplicate", "refused", "accepted", "refused", "refused"]
    assert client.get(f"/tasks/{first}/status").json()["result"] == 3
    assert client.get(f"/tasks/{second}/status").json()["result"] is True


def test_results_come_in_bulk_too_and_count_once(client):
    task = submitted(client, operation="factor", args=[12])
    item = {"type": "tasks.finished", "id": "1", "client_id": "a", "task_id": task, "result": [[2, 2], [3, 1]]}
    for status in ("accepted", "duplicate"):
        assert client.post("/api/v1/events", json=[item]).json()["results"][0]["status"] == status
    assert client.get(f"/tasks/{task}/status").json()["result"] == [[2, 2], [3, 1]]


def test_a_failure_is_told_with_its_sentence(client):
    task = submitted(client, operation="factor", args=[15])
    finished(client, {"task_id": task, "error": "It was too hard."})
    status = client.get(f"/tasks/{task}/status").json()
    assert (status["status"], status["result"], status["error"]) == ("FAILED", None, "It was too hard.")


def test_tasks_are_kept_and_handed_back(client):
    task = submitted(client, a=1, b=2)
    address = f"/api/v1/tasks/work/{taken(client)['lease']}"
    assert client.put(f"{address}/progress", params={"client_id": "alice"}).json()["status"] == "updated"
    assert client.delete(address).json()["status"] == "released"
    assert [todo["task_id"] for todo in taken(client, "bob")["tasks"]] == [task]
    assert taken(client)["tasks"] == []
    assert client.get("/api/v1/tasks/work", params={"client_id": "a", "limit": 501}).status_code == 400


def test_an_unknown_task_is_not_found(client):
    response = client.get("/tasks/nothing/status")
    assert response.status_code == 404
    assert response.json()["detail"] == "There is no task 'nothing'."


def test_without_valkey_it_is_said_to_be_disabled(client):
    answer = client.get("/valkey_test")
    assert (answer.status_code, answer.json()["valkey"]) == (200, "disabled")
    assert client.get("/health").json()["valkey"] == "disabled"


def test_a_valkey_that_does_not_answer_is_unreachable_and_tasks_are_taken_all_the_same(serving):
    with serving(valkey="valkey://127.0.0.1:1") as client:
        answer = client.get("/valkey_test")
        assert answer.status_code == 503
        assert re.fullmatch(r"Valkey can't be reached: .*[^.]\.", answer.json()["detail"])
        assert client.get("/health").json()["valkey"] == "unreachable"
        task = submitted(client, a=1, b=2)
        assert client.get(f"/tasks/{task}/status").json()["status"] == "PENDING"


@pytest.mark.parametrize(
    ("hindered", "mended", "said"), [("full", "roomy", "maxmemory"), ("replica", "primary", "read only")]
)
def test_a_valkey_that_takes_no_tasks_is_not_healthy_and_tasks_are_said_to_wait_outside(
    serving, valkey, hindered, mended, said
):
    valkey.client.flushall()
    with serving(valkey=valkey.url) as client:
        assert client.get("/valkey_test").json()["valkey"] == client.get("/health").json()["valkey"] == "healthy"
        HINDER[hindered](valkey.client)
        try:
            task = submitted(client, a=1, b=2)
            answer = client.get("/valkey_test")
            assert answer.status_code == 503
            assert re.fullmatch(
                f"Valkey refuses .*{said}.* Tasks that wait outside, in the log: 1.", answer.json()["detail"]
            )
            assert client.get("/health").json()["valkey"] == "unreachable"
            until(lambda: "wait outside" in client.get("/health").json()["unattended"]["tasks"])
            assert "wait outside" in client.get(f"/tasks/{task}/status").json()["message"]
            assert "wait outside" in client.get("/tasks", headers={"Accept": "text/html"}).text
        finally:
            HINDER[mended](valkey.client)
        until(lambda: client.get("/valkey_test").json().get("queue_length") == 1)
        assert client.get("/valkey_test").json()["waiting_outside"] == 0
        until(lambda: "wait outside" not in client.get("/health").json()["unattended"]["tasks"])
