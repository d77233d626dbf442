"""How much the addresses of the contract take: what they say is taken is taken, and what is beyond is refused."""

import pytest

N = (10**15 + 37) * (10**19 + 51) * (10**63 + 121)


@pytest.mark.parametrize(
    ("request_line", "name", "least", "most"),
    [
        ("GET /api/v1/factors", "limit", 1, 1000),
        ("GET /api/v1/factors", "offset", 0, 2**63 - 1),
        ("GET /api/v1/admin/work/assignments", "limit", 1, 1000),
        ("GET /api/v1/composites", "size", 1, 1000),
        ("GET /api/jobs", "size", 1, 1000),
        ("GET /simulations/", "size", 1, 1000),
        ("GET /api/v1/work/request", "wait", 0, 60),
        ("GET /api/v1/counting/work", "wait", 0, 60),
        ("GET /api/v1/tasks/work", "wait", 0, 60),
    ],
)
def test_parameters_are_taken_up_to_their_bounds(client, admin, known, request_line, name, least, most):
    known(N)
    client.post("/api/count-primes", json={"n": 10_000})
    for _ in range(2):
        client.post("/task", json={"a": 1, "b": 2})
    method, address = request_line.split()
    statuses = [
        client.request(
            method, address, headers=admin, params={"client_id": f"a{value}", "limit": 1, name: value}
        ).status_code
        for value in (least - 1, least, most, most + 1)
    ]
    assert statuses == [400, 200, 200, 400]


@pytest.mark.parametrize(
    ("address", "body", "name", "least", "most"),
    [
        ("/api/v1/composites/top-progress", {}, "limit", 1, 1000),
        ("/api/count-primes", {"chunks": 1}, "n", 10_000, 10**18),
        ("/api/count-primes", {"n": 10_000}, "chunks", 1, 128),
        ("/api/v1/submit_result", None, "b1", 100, 10**13),
        ("/api/v1/submit_result", None, "curves_completed", 0, 10**9),
    ],
)
def test_fields_are_taken_up_to_their_bounds(client, known, address, body, name, least, most):
    known(N)

    def sent(value):
        if body is not None:
            return {**body, name: value}
        parameters = {"b1": 11_000, "b2": 0} | ({name: value} if name == "b1" else {})
        results = {"curves_completed": value if name != "b1" else 1}
        named = {"composite": str(N), "client_id": "alice-box1", "method": "ecm", "program": "gmp-ecm"}
        return {**named, "parameters": parameters, "results": results}

    statuses = [client.post(address, json=sent(value)).status_code for value in (least - 1, least, most, most + 1)]
    assert [status < 300 for status in statuses] == [False, True, True, False], statuses
    assert {statuses[0], statuses[3]} == {400}


@pytest.mark.parametrize(("address", "most"), [("composites/bulk", 10_000), ("composites/batch-status", 10_000)])
def test_so_many_numbers_are_taken_at_once(client, address, most):
    def send(count):
        numbers = ["x"] * count
        body = numbers if address.endswith("bulk") else {"numbers": numbers}
        return client.post(f"/api/v1/{address}", json=body).status_code

    assert (send(most), send(most + 1) in {400, 413}) == (200, True)


def test_a_client_is_shown_its_newest_fifty_assignments(client, known, ask):
    known(N)
    works = []
    for _ in range(51):
        works.append(ask()["work_id"])
        client.delete(f"/api/v1/work/{works[-1]}")
    shown = client.get("/api/v1/work/status/alice").json()["work_assignments"]
    assert [row["work_id"] for row in shown] == works[:0:-1]
