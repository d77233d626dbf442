"""Users, clients and invitations over HTTP: what administration changes, what keys open, and for how long."""

import itertools
from functools import partial

import pytest
from msgspec.structs import replace

from coordinator.http.admission import keyring
from coordinator.operations.upkeep import clock
from coordinator.time.wallclock import now
from core.access.commands import CreateKey, Invite
from core.deciding import Order
from core.timestamps import SECOND, to_iso
from tests.submitted import TEN_CURVES
from tests.waiting import until

KEYS, USERS, CLIENTS = "/api/v1/admin/keys", "/api/v1/admin/users", "/api/v1/admin/clients"
INVITATIONS = "/api/v1/admin/invitations"


@pytest.fixture
def client(serving):
    with serving() as client:
        yield client


@pytest.fixture
def ask(client, admin):
    """A function that asks administration for something."""

    def ask(method, path, status=200, **body):
        answer = client.request(method, path, json=body or None, headers=admin)
        assert answer.status_code == status, answer.text
        return answer.json()

    return ask


@pytest.fixture
def works(client):
    """A function that reports curves under a name with a key, each time others, and returns the status."""
    seconds = itertools.count(1)

    def works(name, key):
        results = TEN_CURVES["results"] | {"execution_time": next(seconds)}
        body = TEN_CURVES | {"client_id": name, "results": results}
        return client.post("/api/v1/submit_result", json=body, headers={"X-API-Key": key}).status_code

    return works


def create(ask, **wanted):
    return ask("POST", KEYS, 201, **{"roles": ["work", "read"], **wanted})


def test_a_key_opens_nothing_from_its_end_on_and_says_so(client, ask, works, monkeypatch):
    made = create(ask, user="alice", expires_at=to_iso(now() + 3_600 * SECOND))
    assert works("box", made["key"]) == 200
    monkeypatch.setattr(keyring, "now", lambda: now() + 3_601 * SECOND)
    refused = client.get("/api/v1/composites", headers={"X-API-Key": made["key"]})
    assert (refused.status_code, made["expires_at"] in refused.json()["detail"]) == (401, True)
    renewed = ask("POST", f"{KEYS}/1/renewal", 201, expires_at=None)
    assert (renewed["user_name"], renewed["expires_at"], works("box", renewed["key"])) == ("alice", None, 200)


def test_when_a_key_was_used_is_known_soon_and_recorded_once_an_hour(client, ask, works):
    made = create(ask, user="alice")
    assert ask("GET", KEYS)["keys"][0]["last_used_at"] is None
    works("box", made["key"])
    until(lambda: ask("GET", KEYS)["keys"][0]["last_used_at"])  # a desk tells its office once a second
    shared = client.app.state.shared
    note = partial(clock.note_uses, shared.node)
    before = shared.node.log.head().position
    later = {1: now() + 3_601 * SECOND, 7: now()}
    for used, events in ((shared.door.keyring.used, 1), ({1: now()}, 1), (later, 2)):
        client.in_loop(note, used)
        assert shared.node.log.head().position == before + events


def test_users_are_listed_with_their_keys_and_names(ask, works):
    alice, bob = create(ask, user="alice"), create(ask, label="bob")
    assert (works("box", alice["key"]), works("desk", bob["key"])) == (200, 200)
    ask("POST", f"{USERS}/merge", user="bob", into="user-1")
    assert ask("GET", USERS) == [
        {"user": "user-1", "name": "alice", "merged_into": None, "keys": [1, 2], "clients": ["box", "desk"]},
        {"user": "user-2", "name": "bob", "merged_into": "user-1", "keys": [], "clients": []},
    ]
    ask("POST", f"{USERS}/part", user="bob")
    ask("POST", f"{USERS}/rename", user="user-2", name="Robert")
    assert ask("GET", USERS)[1] == {
        "user": "user-2",
        "name": "Robert",
        "merged_into": None,
        "keys": [2],
        "clients": ["desk"],
    }


def test_the_same_label_is_the_same_user_whose_name_no_other_gets(ask):
    users = [create(ask, label=label)["user"] for label in ("Zo\u00eb", "Zoe\u0308", " Zo\u00eb ")]
    other = create(ask)["user"]
    assert (users, other) == (["user-1"] * 3, "user-2")
    for name in ("Zo\u00eb", "Zoe\u0308", "Zo\u00eb "):
        refused = ask("POST", f"{USERS}/rename", 409, user="user-2", name=name)
        assert refused["detail"] == f"{name!r} is the name of user-1; merge the two, or rename that one first."
    ask("POST", f"{USERS}/rename", user="user-1", name=" Zoe")
    assert [user["name"] for user in ask("GET", USERS)] == [" Zoe", "user-2"]


def test_whoever_was_merged_keeps_the_name_until_it_gets_another(ask):
    for label in ("alice", "alice-2"):
        create(ask, label=label)
    ask("POST", f"{USERS}/merge", user="alice-2", into="alice")
    refused = ask("POST", f"{USERS}/rename", 409, user="alice", name="alice-2")
    assert refused["detail"] == "'alice-2' is the name of user-2; merge the two, or rename that one first."
    ask("POST", f"{USERS}/rename", user="user-2", name="alice-1")
    assert ask("POST", f"{USERS}/rename", user="alice", name="alice-2") == {"user": "user-1"}


def test_what_is_made_at_once_for_one_who_is_new_is_made_for_one(client, ask):
    node = client.app.state.shared.node
    with_a_key = [
        CreateKey(f"{n:064}", ("work",), name=node.sealing.seal(name)) for n, name in enumerate(("zoe", "zoe "))
    ]
    invited = Invite(f"{3:064}", ("work",), now() + SECOND, name=node.sealing.seal("zoe"))
    orders = [Order(command=one, now=now(), correlation="", actor="operator") for one in (*with_a_key, invited)]
    client.in_loop(node.perform_all, orders)
    assert [user["name"] for user in ask("GET", USERS)] == ["zoe"]
    assert [key["user"] for key in ask("GET", KEYS)["keys"]] == ["user-1", "user-1"]
    assert [one["user_name"] for one in ask("GET", INVITATIONS)] == ["zoe"]


def test_two_whom_an_earlier_version_let_bear_one_name_are_told_apart(client, ask):
    """Two keys for one new user that were made at once made two users, whose names nothing but the seals tells."""
    node = client.app.state.shared.node
    for number in (1, 2):
        sealed = replace(node.sealing.seal("alice"), name="")
        made = CreateKey(hash=f"{number:064}", roles=("work",), name=sealed)
        client.in_loop(node.perform, Order(command=made, now=now(), correlation="", actor="operator"))
    refused = ask("POST", f"{USERS}/part", 409, user="alice")
    assert refused["detail"] == "user-1, user-2 are all called 'alice'; say which by its number."
    ask("POST", f"{USERS}/rename", user="user-2", name="alice-2")
    assert ask("POST", f"{USERS}/part", user="alice") == {"user": "user-1"}


def test_an_invitation_is_accepted_once_and_its_bits_are_kept_nowhere(client, ask, works, tmp_path):
    made = ask("POST", INVITATIONS, 201, roles=["work"], user="carol", label="laptop")
    secret = made["link"].rpartition("/")[2]
    accepted = client.post("/api/v1/invitations/accept", json={"invitation": secret})
    assert (accepted.status_code, accepted.json()["user_name"], accepted.json()["label"]) == (201, "carol", "laptop")
    assert works("box", accepted.json()["key"]) == 200
    assert client.post("/api/v1/invitations/accept", json={"invitation": secret}).status_code == 409
    (listed,) = ask("GET", INVITATIONS)
    assert (listed["key"], listed["user_name"]) == (1, "carol")
    assert ask("DELETE", f"{INVITATIONS}/1", 409)["detail"] == "Invitation 1 was used; revoke key 1 instead."
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert (secret.encode() in held, accepted.json()["key"].encode() in held) == (False, False)


def test_an_administrators_key_reserves_for_a_client_without_taking_its_name(client, ask, works):
    alice, boss = create(ask, user="alice"), create(ask, user="boss", roles=["admin"])
    assert works("box", alice["key"]) == 200
    body = {"composite_identifier": TEN_CURVES["composite"], "client_id": "box", "method": "nfs"}
    reserved = client.post("/api/v1/admin/work/reserve", json=body, headers={"X-API-Key": boss["key"]})
    assert (reserved.status_code, reserved.json()["client_id"]) == (200, "box"), reserved.text
    assert works("box", boss["key"]) == 403


def test_a_client_is_renamed_merged_parted_and_given(ask, works):
    alice = create(ask, user="alice")
    assert (works("box", alice["key"]), works("desk", alice["key"])) == (200, 200)
    assert ask("POST", f"{CLIENTS}/rename", client="box", name="big box") == {"client": "client-1"}
    assert ask("POST", f"{CLIENTS}/merge", client="big box", into="desk") == {"client": "client-1"}
    assert "the same already" in ask("POST", f"{CLIENTS}/merge", 409, client="desk", into="box")["detail"]
    assert ask("POST", f"{CLIENTS}/part", client="box") == {"client": "client-1"}
    assert ask("POST", f"{CLIENTS}/give", client="box", users=[]) == {"client": "client-1"}
    assert works("box", create(ask, user="bob")["key"]) == 200
    assert works("box", alice["key"]) == 403


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "x" * 129])
def test_a_client_is_renamed_to_what_can_be_read_only(ask, works, name):
    works("box", create(ask)["key"])
    refused = ask("POST", f"{CLIENTS}/rename", 400, client="box", name=name)
    assert refused["detail"].startswith("name is '"), refused


def test_without_the_admin_key_nothing_of_it_is_seen_or_done(client):
    for method, path in (("GET", USERS), ("POST", f"{USERS}/merge"), ("GET", INVITATIONS), ("POST", f"{CLIENTS}/give")):
        assert client.request(method, path, json={}).status_code == 401
