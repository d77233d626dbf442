"""Nothing that is asked, in whatever way, ends in a fault: every address, every method, every role."""

import re
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
