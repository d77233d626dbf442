"""What people write in their own words is turned down in one way where it does not print, at every address that takes it."""

from urllib.parse import quote

import pytest

BAD = "red \x1b[31m"
SAID = r"is 'red \x1b[31m', of which U+001B (a control character) does not print; "
THOUSANDS = "1\u202f227 curves"
API = "/api/v1/admin"
WORK = {"roles": ["work"]}
REFUSED = [
    ("label", "POST", f"{API}/keys", {**WORK, "label": BAD, "user": "al"}),
    ("label", "POST", f"{API}/keys", {**WORK, "label": BAD}),
    ("user", "POST", f"{API}/keys", {**WORK, "user": BAD}),
    ("label", "POST", f"{API}/invitations", {**WORK, "label": BAD, "user": "al"}),
    ("user", "POST", f"{API}/invitations", {**WORK, "user": BAD}),
    ("name", "POST", f"{API}/users/rename", {"user": "al", "name": BAD}),
    ("name", "POST", f"{API}/clients/rename", {"client": "box", "name": BAD}),
    ("client_id", "GET", f"/api/v1/work/request?client_id={quote(BAD)}", None),
    ("reason", "POST", f"{API}/pause", {"of": "everything", "reason": BAD}),
    ("reason", "POST", f"{API}/drain", {"of": "kind", "name": "factoring", "reason": BAD}),
    ("project", "POST", f"{API}/subscriptions", {"url": "https://203.0.113.7/", "project": BAD}),
    ("reason", "POST", f"{API}/corrections", {"positions": [1], "reason": BAD}),
    ("name", "POST", f"{API}/projects", {"name": BAD}),
    ("description", "POST", f"{API}/projects", {"name": "a", "description": BAD}),
    ("reason", "POST", f"{API}/composites/{{number}}/complete?reason={quote(BAD)}", None),
    ("reason", "DELETE", f"/api/v1/work/{{work}}?client_id=box&reason={quote(BAD)}", None),
    ("reason", "DELETE", f"{API}/work/assignments/{{work}}?reason={quote(BAD)}", None),
    ("name", "POST", "/simulations", {"name": BAD}),
    ("cpu", "POST", "/machines", {"name": "a", "cpu": BAD, "memory": 4}),
]


@pytest.fixture(scope="module")
def client(serving_in, tmp_path_factory):
    """A client of a coordinator that all these are sent to."""
    with serving_in(tmp_path_factory.mktemp("data"), webhook_networks=("203.0.113.0/24",)) as client:
        yield client


@pytest.fixture(scope="module")
def there(client):
    """What the addresses name: a user, a client, a number and an assignment."""
    client.post(f"{API}/keys", json={**WORK, "user": "al"}, headers={"X-Admin-Key": "open-sesame"})
    (number,) = client.post("/api/v1/composites/bulk", json=[{"number": "2^193-1"}]).json()["composites"]
    work = client.get("/api/v1/work/request", params={"client_id": "box"}).json()
    return {"number": number["id"], "work": work["work_assignment_id"]}


@pytest.mark.parametrize(("field", "method", "address", "body"), REFUSED)
def test_it_is_turned_down(client, admin, there, field, method, address, body):
    before = client.get("/health").json()["log"]["position"]
    answer = client.request(method, address.format(**there), json=body, headers=admin)
    assert (answer.status_code, f"{field} {SAID}" in answer.json()["detail"]) == (400, True), answer.text
    assert client.get("/health").json()["log"]["position"] == before


@pytest.mark.parametrize(
    ("field", "method", "address", "body"),
    [
        ("user", "POST", f"{API}/keys", {**WORK, "user": THOUSANDS}),
        ("name", "POST", f"{API}/users/rename", {"user": "al", "name": THOUSANDS}),
        ("client_id", "GET", f"/api/v1/work/request?client_id={quote(THOUSANDS)}", None),
        ("project", "POST", f"{API}/subscriptions", {"url": "https://203.0.113.7/", "project": THOUSANDS}),
        ("name", "POST", f"{API}/projects", {"name": THOUSANDS}),
        ("name", "POST", "/simulations", {"name": THOUSANDS}),
        ("cpu", "POST", "/machines", {"name": "a", "cpu": THOUSANDS, "memory": 4}),
    ],
)
@pytest.mark.usefixtures("there")
def test_a_name_has_no_blank_that_looks_like_another(client, admin, field, method, address, body):
    answer = client.request(method, address, json=body, headers=admin)
    assert answer.status_code == 400, answer.text
    assert (
        f"{field} is {THOUSANDS!r}, of which U+202F (narrow no-break space) is not the plain space; "
        in answer.json()["detail"]
    )


def test_labels_reasons_and_descriptions_have_numbers_as_pages_write_them(client, admin):
    def posted(address, **body):
        return client.post(f"{API}/{address}", json=body, headers=admin).raise_for_status().json()

    posted("keys", **WORK, label=THOUSANDS, user="al")
    assert THOUSANDS in [key["label"] for key in client.get(f"{API}/keys", headers=admin).json()["keys"]]
    posted("pause", of="kind", name="tasks", reason=THOUSANDS)
    assert client.get("/health").json()["paused"][0]["reason"] == THOUSANDS
    assert posted("projects", name="thousands", description=THOUSANDS)["description"] == THOUSANDS


def test_a_description_may_have_several_lines(client, admin):
    description = "The first table.\n\tThe second."
    made = client.post(f"{API}/projects", json={"name": "tables", "description": description}, headers=admin)
    assert made.json()["description"] == description
