"""The API's description, and the pages that show it."""

import itertools
import re
from collections import defaultdict
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from coordinator.http.description.routes import ASSETS
from coordinator.http.responses.problems import KINDS

FAR_OUT = ("1" * 30, "-" + "1" * 30, "nan", "-1", "", "x" * 400, "\N{REPLACEMENT CHARACTER}", "\0")


@pytest.fixture(scope="module")
def client(serving_in, tmp_path_factory):
    with serving_in(tmp_path_factory.mktemp("data")) as client:
        yield client


@pytest.fixture(scope="module")
def description(client):
    response = client.get("/openapi.json")
    assert response.headers["content-type"] == "application/vnd.oai.openapi+json"
    return response.json()


def operations(description):
    for path, item in description["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict):
                yield f"{method.upper()} {path}", operation


def test_every_operation_states_its_role_and_how_a_key_is_sent(description):
    for name, operation in operations(description):
        role = operation["x-role"]
        assert set(role.split(" or ")) <= {"read", "work", "submit", "admin", "none"}, name
        assert ("security" in operation) == (role != "none"), name
        if role != "none":
            assert {"bearer": []} in operation["security"], name
            assert ({} in operation["security"]) == (role != "admin"), name
            assert f"Needs the role {role}." in operation["description"], name
    assert set(description["components"]["securitySchemes"]) == {"bearer", "apiKey", "adminKey"}


def test_every_error_of_every_operation_is_a_problem(description):
    statuses = {str(status) for status, _ in KINDS.values()}
    for name, operation in operations(description):
        errors = {status: response for status, response in operation["responses"].items() if status >= "400"}
        assert "500" in errors, name
        assert set(errors) <= statuses, name
        if name.endswith("/health"):
            assert errors.pop("503")["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Health"}
        for status, response in errors.items():
            content = response["content"]
            assert list(content) == ["application/problem+json"], (name, status)
            assert content["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert response["description"]


def test_every_operation_has_a_summary_a_tag_and_an_id_of_its_own(description):
    found = dict(operations(description))
    assert all(operation["summary"] and operation["tags"] for operation in found.values())
    assert len({operation["operationId"] for operation in found.values()}) == len(found)


def requests_with_far_out_values(description):
    for name, operation in operations(description):
        method, path = name.split()
        parameters = [p for p in operation.get("parameters", ()) if p["in"] in {"path", "query"}]
        needed = [p["name"] for p in parameters if p["in"] == "query" and p["required"]]
        for parameter, value in itertools.product([p["name"] for p in parameters], FAR_OUT):
            values = defaultdict(lambda: "1", {parameter: quote(value) or "0"})
            queried = dict.fromkeys(needed, "1") | ({} if f"{{{parameter}}}" in path else {parameter: value})
            yield method, path.format_map(values), queried


def test_no_value_of_a_parameter_is_a_fault_of_ours(client, admin, description):
    asked = list(requests_with_far_out_values(description))
    assert len(asked) > 1000
    for method, path, queried in asked:
        response = client.request(method, path, params=queried, headers=admin)
        assert response.status_code < 500, (method, path, queried, response.text)


def test_writes_take_an_idempotency_key_and_answer_with_a_receipt(description):
    created = dict(operations(description))["POST /api/v1/admin/keys"]
    assert "Idempotency-Key" in [parameter["name"] for parameter in created["parameters"]]
    assert "Tallystick-Position" in created["responses"]["201"]["headers"]
    for name, operation in operations(description):
        named = [parameter["name"] for parameter in operation.get("parameters", ())]
        assert "Idempotency-Key" not in named or "409" in operation["responses"], name


def test_every_reference_leads_somewhere_and_every_type_is_referred_to(description):
    found = []

    def walk(part):
        if isinstance(part, dict):
            found.append(part.get("$ref"))
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(description)
    wanted = {reference for reference in found if isinstance(reference, str)}
    assert wanted
    for reference in wanted:
        target = description
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        assert target
    assert {reference.rpartition("/")[2] for reference in wanted} == set(description["components"]["schemas"])


def test_no_alternative_takes_what_another_does(description):
    def walk(part):
        if isinstance(part, dict):
            assert {} not in part.get("oneOf", []), part
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(description)


def test_the_description_is_described_as_what_it_is(description):
    (answer,) = dict(operations(description))["GET /openapi.json"]["responses"]["200"]["content"].values()
    assert answer["schema"]["type"] == "object"


@pytest.mark.parametrize(
    ("address", "path", "stated"),
    [
        ("/api/count-primes", ["n"], {"type": "integer", "minimum": 10_000}),
        ("/convergence/data", ["metrics"], {"type": "object", "additionalProperties": {"type": "number"}}),
        ("/push", ["summary", "topic_counts"], {"additionalProperties": {"type": "integer"}}),
    ],
)
def test_what_fields_hold_is_described_where_their_types_take_anything(description, address, path, stated):
    def whole(part):
        reference = part.get("$ref", "")
        return description["components"]["schemas"][reference.rpartition("/")[2]] if reference else part

    content = dict(operations(description))[f"POST {address}"]["requestBody"]["content"]
    part = content["application/json"]["schema"]
    for field in path:
        part = whole(part)["properties"][field]
    described = [one for one in part.get("anyOf", [part]) if one.get("type") != "null"]
    assert holds(described[0], stated), described


def holds(described, stated):
    return all(
        holds(described[key], value) if isinstance(value, dict) else described[key] == value
        for key, value in stated.items()
    )


def test_the_body_of_the_bulk_address_is_described(description):
    content = dict(operations(description))["POST /api/v1/events"]["requestBody"]["content"]
    assert "application/x-ndjson" in content
    items = content["application/json"]["schema"]["items"]
    schemas = description["components"]["schemas"]
    for name, reference in items["discriminator"]["mapping"].items():
        assert {"$ref": reference} in items["oneOf"]
        assert schemas[reference.rpartition("/")[2]]["properties"]["type"] == {"const": name}


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, _tag, attributes):
        self.found += [value for name, value in attributes if name in {"src", "href", "spec-url"}]


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_the_pages_ask_no_other_host_for_anything(client, page):
    response = client.get(page)
    assert response.headers["content-type"].startswith("text/html")
    links = Links()
    links.feed(response.text)
    assert "://" not in response.text
    assert 'aria-label="Sections"' in response.text
    assert len(links.found) >= 3
    for link in links.found:
        served = client.get(link)
        assert served.status_code == 200, f"{link}: is the distribution installed, with what hatch_build.py copies?"
        assert served.content


def test_a_policy_keeps_the_pages_to_this_host(client):
    assert "default-src 'self'" in client.get("/docs").headers["content-security-policy"]


def test_nothing_that_the_pages_load_by_themselves_comes_from_elsewhere():
    script = (ASSETS / "redoc.standalone.js").read_text()
    assert not re.findall(r"https://cdn[^\"']*", script)


def test_only_the_listed_files_are_served(client):
    for name in ("redoc.LICENSE.txt", "..%2froutes.py", "nothing.js"):
        response = client.get(f"/docs/assets/{name}")
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"


def test_a_body_that_may_be_left_out_is_not_said_to_be_required(description):
    found = dict(operations(description))
    assert found["PATCH /machines/{number}/status"]["requestBody"]["required"] is False
    assert found["POST /machines"]["requestBody"]["required"] is True
