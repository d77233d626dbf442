"""API keys over HTTP."""

import hashlib

import pytest


@pytest.fixture
def client(serving):
    with serving(routers=[], ingests=[]) as client:
        yield client


def test_a_key_is_shown_once_and_kept_as_a_hash(client, admin, tmp_path):
    response = client.post("/api/v1/admin/keys", json={"roles": ["work", "read"], "label": "box 7"}, headers=admin)
    assert response.status_code == 201
    created = response.json()
    whose = {"user": "user-1", "user_name": "box 7"}
    shown = {"id": 1, "key": created["key"], "roles": ["read", "work"], "label": "box 7", "expires_at": None}
    assert created == shown | whose
    listed = client.get("/api/v1/admin/keys", headers=admin)
    assert created["key"] not in listed.text
    (known,) = listed.json()["keys"]
    assert (known["id"], known["label"], known["revoked_at"]) == (1, "box 7", None)
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert created["key"].encode() not in stored
    assert hashlib.sha256(created["key"].encode()).hexdigest().encode() in stored


def test_a_key_can_be_revoked_once(client, admin):
    client.post("/api/v1/admin/keys", json={"roles": ["read"]}, headers=admin)
    assert client.delete("/api/v1/admin/keys/1", headers=admin).status_code == 200
    assert client.delete("/api/v1/admin/keys/1", headers=admin).status_code == 409
    assert client.delete("/api/v1/admin/keys/7", headers=admin).status_code == 404
    assert client.get("/api/v1/admin/keys", headers=admin).json()["keys"][0]["revoked_at"].endswith("Z")


def test_a_key_without_a_role_or_with_an_unknown_one_is_refused(client, admin):
    for roles, detail in (
        ([], "No role was named; the roles are read, work, submit, admin."),
        (["root"], "roles[0] is 'root'; one of admin, read, submit, work is accepted."),
    ):
        response = client.post("/api/v1/admin/keys", json={"roles": roles}, headers=admin)
        assert (response.status_code, response.json()["detail"]) == (400, detail)


def test_an_id_beyond_what_a_column_holds_is_bad_input(client, admin):
    assert client.delete(f"/api/v1/admin/keys/{2**70}", headers=admin).status_code == 400


def test_two_requests_with_the_same_idempotency_key_make_two_keys(client, admin):
    # A key is shown once; the second request can't be told the first one's.
    header = admin | {"Idempotency-Key": "again"}
    ids = [client.post("/api/v1/admin/keys", json={"roles": ["read"]}, headers=header).json()["id"] for _ in range(2)]
    assert ids == [1, 2]


def test_without_the_admin_key_keys_are_neither_seen_nor_made(client):
    assert client.get("/api/v1/admin/keys").status_code == 401
    assert client.post("/api/v1/admin/keys", json={"roles": ["admin"]}).status_code == 401
