"""Nothing that is asked, in whatever way, ends in a fault: every address, every method, every role, every field."""

import re
from functools import partial
from itertools import cycle

import pytest

from coordinator.pages.contents import contents
from coordinator.server.contexts import CONTEXTS

QUERY = [
    "page",
    "size",
    "limit",
    "offset",
    "min_digits",
    "max_digits",
    "status",
    "state",
    "project",
    "search",
    "sort",
    "order",
    "as",
    "as_of",
    "of",
    "format",
    "after",
    "before",
    "since",
    "until",
    "from",
    "to",
    "type",
    "stream",
    "actor",
    "correlation",
    "client",
    "client_id",
    "work_id",
    "method",
    "number",
    "target",
    "next",
    "wait",
    "context",
]
ODD = (
    "9223372036854775808",
    "922337203685477580",
    "-1",
    "1e400",
    "http://[",
    "//[",
    "%00",
    "%ff",
    "%F0%9F%A6%A5",
    "'\";--",
    "",
    "x" * 3_000,
    "nan",
    "٣",
    "2026-13-45T99:99:99Z",
)
OF_NO_FIELD = {"x": [True]}
ODD_IN_BODIES = (OF_NO_FIELD, True, 10**30, -1, 1.5, "NaN", "Infinity", "1e400", "\0", [], [[]], None)
ROLES = [{}, {"X-Admin-Key": "open-sesame"}]


def fault(answer):
    """Tell whether an answer says that something went wrong here."""
    return answer.status_code >= 500 and answer.status_code != 503


def addresses_of(client):
    paths = {re.sub(r"\{[^}]*\}", "1", route.path_format) for route in client.app.routes if hasattr(route, "methods")}
    return sorted(paths - {"/live", "/api/v1/events/stream"})


@pytest.mark.parametrize("role", ROLES, ids=["anonymous", "operator"])
def test_every_method_at_every_address(client, role):
    faults = [
        (method, address)
        for address in addresses_of(client)
        for method in ("OPTIONS", "PUT", "PATCH", "DELETE", "POST", "TRACE")
        if fault(client.request(method, address, headers=role, follow_redirects=False))
    ]
    assert faults == []


@pytest.mark.parametrize("role", ROLES, ids=["anonymous", "operator"])
def test_every_address_with_odd_queries(client, role):
    odd = cycle(ODD)
    faults = []
    for address in addresses_of(client):
        for names in (QUERY[start::6] for start in range(6)):
            query = "&".join(f"{name}={next(odd)}" for name in names)
            answer = client.get(f"{address}?{query}", headers=role, follow_redirects=False)
            if fault(answer):
                faults.append(f"{address}?{query}"[:300])
    assert faults == []


def test_every_page_with_each_odd_value(client):
    faults = [
        (page.path, name, value[:50])
        for page in contents([context.pages for context in CONTEXTS]).pages
        for name in ("page", "as_of", "search")
        for value in ODD
        if fault(client.get(f"{re.sub(r'{[^}]*}', '1', page.path)}?{name}={value}", follow_redirects=False))
    ]
    assert faults == []


@pytest.mark.parametrize("page", ["http://[", "//[::1", "?", "", "/nowhere"])
def test_pages_that_can_not_be_followed(client, page):
    answer = client.get("/live", params={"page": page, "after": 2**63}, headers={"Accept": "application/json"})
    assert answer.status_code in {400, 404}


def test_every_field_of_every_body_with_each_odd_value(client, admin):
    """What a field takes no value like is refused by the field's name."""
    headers = {**admin, "X-Client-ID": "ada"}
    faults, unnamed, tried = [], [], 0
    for method, address, fields, sample in bodies_of(client.get("/openapi.json").json()):
        for field in fields:
            for value in ODD_IN_BODIES:
                tried += 1
                answer = client.request(method, address, json={**sample, field: value}, headers=headers)
                if fault(answer):
                    faults.append((method, address, field, value))
                if value is OF_NO_FIELD and not takes_objects(fields[field]) and field not in answer.json()["detail"]:
                    unnamed.append((method, address, field, answer.json()["detail"]))
    assert (faults, unnamed) == ([], [])
    assert tried > 100 * len(ODD_IN_BODIES)


def bodies_of(described):
    """Return each method and address that takes an object in JSON, with its fields and a body as it is described."""
    schemas = described["components"]["schemas"]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            whole = content and resolved(schemas, content["schema"])
            for one in map(partial(resolved, schemas), alternatives(whole or {})):
                if one.get("properties"):
                    yield method, re.sub(r"\{[^}]*\}", "1", path), one["properties"], sample_of(schemas, one)


def resolved(schemas, schema):
    return schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def alternatives(schema):
    return schema.get("oneOf") or schema.get("anyOf") or [schema]


def takes_objects(schema):
    """Tell whether a field's description leaves room for an object, or for anything at all."""
    return any(one.get("type", "object") == "object" and "enum" not in one for one in alternatives(schema))


def sample_of(schemas, schema):
    """Return a value as it is described."""
    one = resolved(schemas, alternatives(schema)[0])
    if "enum" in one:
        return one["enum"][0]
    if one.get("type") == "object":
        return {name: sample_of(schemas, one["properties"][name]) for name in one.get("required", ())}
    if one.get("type") == "array":
        return [sample_of(schemas, one["items"])] if one.get("minItems") else []
    return {"string": "x", "integer": one.get("minimum", 1), "number": 1.0, "boolean": False}[one["type"]]
