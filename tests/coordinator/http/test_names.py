"""Names belong to somebody: every entrance that takes a client's name takes it from whom it belongs to."""

import uuid

import pytest

from tests.residue_files import residue_file
from tests.submitted import TEN_CURVES

ALICE, BOB = "alice", "bob"
KEYS = "/api/v1/admin/keys"
NUMBER = 2**137 - 1
BULK_ITEM = {"type": "factoring.composite_submitted", "id": "n", "number": "2^101-1"}
NOT_THERE = "0f8fad5b-d9cb-469f-a165-70867728950e"
IN_QUERY = [
    ("GET", "/api/v1/work/request"),
    ("PUT", f"/api/v1/work/{NOT_THERE}/progress"),
    ("POST", f"/api/v1/work/{NOT_THERE}/complete"),
    ("DELETE", f"/api/v1/work/{NOT_THERE}"),
    ("GET", "/api/v1/ecm-work"),
    ("GET", "/api/v1/p1-work"),
    ("POST", f"/api/v1/work/{NOT_THERE}/claim"),
    ("POST", f"/api/v1/work/{NOT_THERE}/start"),
    ("GET", "/api/v1/work"),
    ("GET", "/api/v1/counting/work"),
    ("PUT", f"/api/v1/counting/work/{NOT_THERE}/progress"),
    ("DELETE", f"/api/v1/counting/work/{NOT_THERE}"),
    ("GET", "/api/v1/tasks/work"),
    ("PUT", f"/api/v1/tasks/work/{NOT_THERE}/progress"),
    ("DELETE", f"/api/v1/tasks/work/{NOT_THERE}"),
    ("GET", "/api/v1/checks/work"),
    ("PUT", f"/api/v1/checks/work/{NOT_THERE}/progress"),
    ("DELETE", f"/api/v1/checks/work/{NOT_THERE}"),
]
IN_BODY = [
    ("/api/v1/results/ecm", {"work_assignment_id": NOT_THERE, "b1": 11000, "curves_completed": 3}),
    ("/api/v1/results/attempt", {"work_assignment_id": NOT_THERE, "method": "qs"}),
    ("/api/v1/submit_result", TEN_CURVES),
    ("/api/v1/counting/results", {"job_id": NOT_THERE, "chunk": 0, "pi_before": 0, "pi_last": 3}),
    ("/api/v1/tasks/results", {"results": [{"task_id": NOT_THERE, "result": "3"}]}),
    ("/api/v1/checks/results", {"lease": NOT_THERE, "checksum": 3}),
    ("/api/v1/work/jobs", {"hours": 1, "processes": 1}),
]
BY_HEADER = [
    ("POST", "/api/v1/residues/upload"),
    ("GET", "/api/v1/residues/work"),
    ("GET", "/api/v1/residues/1/download"),
    ("POST", "/api/v1/residues/1/complete"),
    ("DELETE", "/api/v1/residues/1/claim"),
]
OF_ADMINISTRATION = {
    ("GET", "/api/v1/admin/work/assignments"),
    ("POST", "/api/v1/admin/work/reserve"),
    ("POST", "/api/v1/admin/doubts/settle"),
}
ONLY_READ = {("GET", "/api/v1/work/status/{client_id}"), ("GET", "/api/v1/checks")}


@pytest.fixture(scope="module")
def client(serving_in, tmp_path_factory):
    with serving_in(tmp_path_factory.mktemp("data"), allow_anonymous=("read", "work", "submit")) as client:
        yield client


@pytest.fixture(scope="module")
def key_of(client):
    """A function that returns the header with somebody's key."""
    made = {}

    def key_of(user, roles=("work", "submit", "read")):
        if user not in made:
            wanted = {"roles": roles, "label": user}
            made[user] = client.post(KEYS, json=wanted, headers={"X-Admin-Key": "open-sesame"}).json()["key"]
        return {"Authorization": f"Bearer {made[user]}"}

    return key_of


@pytest.fixture(scope="module")
def box(client, key_of):
    """The name of a client that is alice's: she holds a residue file."""
    client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER), "target_t_level": 20}])
    client.post("/api/v1/tasks", json={"operation": "add", "args": ["1", "2"]})
    alice = key_of(ALICE) | {"X-Client-ID": "box"}
    uploaded = client.post("/api/v1/residues/upload", files={"file": residue_file(NUMBER, [7])}, headers=alice)
    assert uploaded.status_code == 200, uploaded.text
    taken = client.get("/api/v1/residues/work", headers=alice)
    assert taken.json()["residue_id"] == 1, taken.text
    return "box"


def refused(answer, name="box"):
    assert answer.status_code == 403, answer.text
    assert f"The name '{name}' belongs to alice" in answer.json()["detail"]


@pytest.fixture(params=[BOB, None], ids=["with another's key", "without a key"])
def somebody(request, key_of):
    """The headers of somebody else."""
    return key_of(request.param) if request.param else {}


@pytest.mark.parametrize(("method", "address"), IN_QUERY)
def test_a_name_in_the_query_is_taken_from_its_user_only(client, box, key_of, somebody, method, address):
    refused(client.request(method, address, params={"client_id": box}, headers=somebody))
    assert client.request(method, address, params={"client_id": box}, headers=key_of(ALICE)).status_code in {200, 404}


@pytest.mark.parametrize(("address", "body"), IN_BODY)
def test_a_name_in_the_body_is_taken_from_its_user_only(client, box, key_of, somebody, address, body):
    before = client.get("/health").json()["log"]["position"]
    refused(client.post(address, json=body | {"client_id": box}, headers=somebody))
    assert client.get("/health").json()["log"]["position"] == before
    assert client.post(address, json=body | {"client_id": box}, headers=key_of(ALICE)).status_code in {200, 201, 404}


@pytest.mark.parametrize(("method", "address"), BY_HEADER)
def test_a_name_in_a_header_is_taken_from_its_user_only(client, box, somebody, method, address):
    sent = {}
    if address.endswith("upload"):
        sent = {"files": {"file": residue_file(NUMBER, [99])}}
    elif address.endswith("complete"):
        reported = client.post("/api/v1/submit_result", json=TEN_CURVES | {"client_id": "somebody"}).json()
        sent = {"json": {"stage2_attempt_id": reported["attempt_id"]}}
    refused(client.request(method, address, headers=somebody | {"X-Client-ID": box}, **sent))


def test_a_report_without_a_name_is_credited_to_nobody_else(client, key_of):
    # The box may hold already, for other tests, as many assignments as anybody may.
    holder = {"client_id": "box with one report"}
    # No small prime divides it: one that is factored when it is handed in would leave the work to what other tests did.
    number = {"number": "(10^49+9)*(10^50+151)", "target_t_level": 20, "priority": 9}
    client.post("/api/v1/composites/bulk", json=[number])
    work = client.get("/api/v1/ecm-work", params=holder, headers=key_of(ALICE)).json()["work_id"]
    report = {"work_assignment_id": work, "curves_completed": 1}
    for somebody in (key_of(BOB), {}):
        refused(client.post("/api/v1/results/ecm", json=report, headers=somebody), holder["client_id"])
    assert client.post("/api/v1/results/ecm", json=report, headers=key_of(ALICE)).status_code == 200


def test_whoever_was_refused_is_not_said_to_have_been_here(client, key_of):
    wanted = {"client_id": "alices quiet box"}
    client.post("/api/v1/submit_result", json=TEN_CURVES | wanted, headers=key_of(ALICE))
    client.app.state.shared.node.presence.forget("alices quiet box")
    assert client.get("/api/v1/ecm-work", params=wanted, headers=key_of(BOB)).status_code == 403
    assert client.app.state.shared.node.presence.last_seen("alices quiet box") is None


def test_a_resend_is_answered_as_the_first_time_whoever_has_the_name_now(client, key_of, admin):
    name, header = "box that moves", key_of(ALICE) | {"Idempotency-Key": "once"}
    body = TEN_CURVES | {"client_id": name}
    first = client.post("/api/v1/submit_result", json=body, headers=header)
    given = {"client": name, "users": ["bob"]}
    key_of(BOB)
    assert client.post("/api/v1/admin/clients/give", json=given, headers=admin).status_code == 200
    again = client.post("/api/v1/submit_result", json=body, headers=header)
    assert (again.status_code, again.json()["attempt_id"]) == (200, first.json()["attempt_id"])
    assert client.post("/api/v1/submit_result", json=body, headers=key_of(ALICE)).status_code == 403


def test_in_bulk_each_item_is_refused_by_itself(client, box, key_of):
    items = [BULK_ITEM | {"client_id": box}, BULK_ITEM | {"id": "m", "client_id": "bobs own"}]
    answer = client.post("/api/v1/events", json=items, headers=key_of(BOB)).json()
    assert [one["status"] for one in answer["results"]] == ["refused", "accepted"]
    assert "belongs to alice" in answer["results"][0]["error"]


@pytest.mark.parametrize("agent", ["crawler", "x" * 200, "no\u00a0break"])
def test_an_agent_is_its_users_whichever_way_its_summary_comes(client, key_of, somebody, agent):
    def pushed(headers, agent=agent):
        summary = {"agent_id": agent, "timestamp": "2026-11-22T10:00:00Z"}
        item = {
            "type": "federation.summary_pushed",
            "id": str(uuid.uuid4()),
            "client_id": "anybody",
            "summary": summary,
        }
        (in_bulk,) = client.post("/api/v1/events", json=[item], headers=headers).json()["results"]
        return client.post("/push", json={"summary": summary}, headers=headers).status_code, in_bulk["status"]

    assert pushed(key_of(ALICE)) == (200, "accepted")
    assert pushed(somebody) == (403, "refused")
    assert pushed(somebody, f"{agent} {uuid.uuid4()}") == (200, "accepted")


def test_no_other_address_takes_a_name(client):
    described = client.app.openapi_schema.to_schema()
    schemas = described["components"]["schemas"]

    def fields(schema, seen=()):
        if isinstance(schema, list):
            return set().union(*(fields(one, seen) for one in schema))
        if not isinstance(schema, dict):
            return set()
        name = schema.get("$ref", "").rpartition("/")[2]
        if name:
            return set() if name in seen else fields(schemas[name], (*seen, name))
        return set(schema.get("properties", ())).union(*(fields(one, seen) for one in schema.values()))

    taking = {
        (method.upper(), path)
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if {"client_id", "X-Client-ID"} & {one["name"] for one in operation.get("parameters", ())}
        or "client_id" in fields(operation.get("requestBody", {}))
    }
    tried = {
        (method, address.replace(NOT_THERE, "{id}").replace("/1/", "/{id}/"))
        for method, address in IN_QUERY + BY_HEADER
    }
    tried |= {("POST", address) for address, _ in IN_BODY}
    plain = {
        (method, path.replace("{work}", "{id}").replace("{lease}", "{id}").replace("{residue}", "{id}"))
        for method, path in taking
    }
    assert plain - OF_ADMINISTRATION - ONLY_READ <= tried
