"""What administrators ask for in words that nobody knows is not done in part."""

import pytest

DROP_IN = {"projects", "imports", "composites", "work"}
"""Clients of the system replaced send fields besides."""


def test_no_body_of_administration_has_room_for_an_unknown_field(client):
    described = client.get("/openapi.json").json()
    seen = set()
    for path, methods in described["paths"].items():
        for method in methods.values():
            content = method.get("requestBody", {}).get("content", {}) if isinstance(method, dict) else {}
            if (
                not path.startswith("/api/v1/admin/")
                or path.split("/")[4] in DROP_IN
                or "application/json" not in content
            ):
                continue
            name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert described["components"]["schemas"][name]["additionalProperties"] is False, path
            seen.add(path)
    assert {"/api/v1/admin/corrections", "/api/v1/admin/keys", "/api/v1/admin/users/forget"} <= seen


@pytest.mark.parametrize(
    ("address", "body", "unknown", "known"),
    [
        ("/api/v1/admin/corrections", {"positions": [3]}, "dry_run", "positions, reason, undo"),
        ("/api/v1/admin/keys", {"roles": ["work"]}, "expires", "roles, label, user, expires_at"),
        ("/api/v1/admin/clients/forget", {"client": "ada"}, "keep", "client"),
    ],
)
def test_an_unknown_field_is_refused_and_nothing_is_done(client, admin, address, body, unknown, known):
    before = client.get("/health").json()["log"]["position"]
    answer = client.post(address, json={**body, unknown: True}, headers=admin)
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        f"{unknown} is not known here; the fields are {known}.",
    )
    assert client.get("/health").json()["log"]["position"] == before
