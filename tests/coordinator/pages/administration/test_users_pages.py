"""Users, their keys and their names on pages: by a link somebody gets a key, and what is decided shows in the credit."""

import itertools
import re
from html import unescape

import pytest

from tests.submitted import TEN_CURVES


@pytest.fixture
def key_of(administrator):
    """A function that makes a key for a user by a form, and returns the header that brings it."""

    def key_of(user):
        shown = administrator.post("/admin/keys", {"roles": ["read", "work", "submit"], "user": user})
        return {"X-API-Key": re.search(r"ts_[\w-]+", shown.text)[0]}

    return key_of


@pytest.fixture
def reports(client):
    """A function that reports ten curves under a name, each time others, and returns the status."""
    seconds = itertools.count(1)

    def reports(name, key):
        results = TEN_CURVES["results"] | {"execution_time": next(seconds)}
        body = TEN_CURVES | {"client_id": name, "results": results}
        return client.post("/api/v1/submit_result", json=body, headers=key).status_code

    return reports


def credit(client, **query):
    """Return the curves of each user or name, as the page of contributors gives them away."""
    rows = client.get("/contributors", params={"format": "json", **query}).json()["ever"]
    return {row.get("name") or row["client_id"]: row["curves"] for row in rows}


def test_keys_of_a_user_are_named_and_lead_to_what_is_recorded_of_them(administrator, key_of):
    for user in ("alice", "bob", "bob"):
        key_of(user)
    page = administrator.get("/admin/users").text
    assert re.findall(r'<td data-label="Keys">(.*?)</td>', page) == [
        '<a class="run" href="/events?stream=key-1">key-1</a>',
        '<a class="run" href="/events?stream=key-2">key-2</a>, <a class="run" href="/events?stream=key-3">key-3</a>',
    ]


def test_a_link_makes_one_key_once(administrator, client):
    made = administrator.post("/admin/invitations", {"roles": ["read", "work"], "user": "carol", "label": "laptop"})
    assert made.headers["cache-control"] == "no-store"
    link = re.search(r"/join/[\w-]+", made.text)[0]
    assert "carol" in administrator.get("/admin/keys").text
    page = client.get(link, headers={"Accept": "text/html"})
    assert "carol: laptop. It opens read, work." in unescape(page.text)
    shown = client.post(link)
    key = re.search(r"ts_[\w-]+", shown.text)[0]
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    assert client.get("/api/v1/composites", headers={"X-API-Key": key}).status_code == 200
    again = client.post(link)
    assert (again.status_code, "used already" in again.text, "ts_" in again.text) == (409, True, False)
    assert "used already" in client.get(link, headers={"Accept": "text/html"}).text


def test_a_link_that_was_withdrawn_or_never_was_makes_none(administrator, client):
    made = administrator.post("/admin/invitations", {"roles": ["work"], "user": "carol"})
    link = re.search(r"/join/[\w-]+", made.text)[0]
    administrator.post("/admin/invitations/1/withdraw")
    assert (client.post(link).status_code, client.post("/join/guessed").status_code) == (409, 404)
    assert "was withdrawn" in client.get(link, headers={"Accept": "text/html"}).text
    assert "no such invitation" in client.get("/join/guessed", headers={"Accept": "text/html"}).text


def test_a_renewed_key_goes_by_the_same_names(administrator, key_of, reports):
    alice = key_of("alice")
    assert reports("box", alice) == 200
    renewed = re.search(r"ts_[\w-]+", administrator.post("/admin/keys/1/renew").text)[0]
    administrator.post("/admin/keys/1/revoke", {"confirmed": "yes"})
    assert (reports("box", alice), reports("box", {"X-API-Key": renewed})) == (401, 200)


def test_credit_adds_up_over_names_and_users_as_they_are_merged_and_parted(administrator, client, key_of, reports):
    alice, bob = key_of("alice"), key_of("bob")
    for name, key in (("box", alice), ("desk", alice), ("farm", bob), ("passer-by", {})):
        assert reports(name, key) == 200
    apart = {"alice": 20, "bob": 10, "anonymous": 10}
    assert credit(client) == apart
    before = client.get("/health").json()["log"]["position"]
    administrator.post("/admin/users/user-2/merge", {"into": "alice"})
    assert credit(client) == {"alice": 30, "anonymous": 10}
    assert credit(client, as_of=before) == apart
    assert reports("farm", alice) == 200
    administrator.post("/admin/users/user-2/merge")
    assert credit(client) == {"alice": 20, "bob": 20, "anonymous": 10}
    assert reports("farm", alice) == 403
    administrator.post("/admin/clients/merge", {"client": "farm", "into": "box"})
    assert credit(client) == {"alice": 40, "anonymous": 10}
    page = client.get("/contributors/1", headers={"Accept": "text/html"}).text
    assert (">30<" in page, "With the credit of" in page) == (True, True)
    administrator.post("/admin/clients/merge", {"client": "farm"})
    assert credit(client) == {"alice": 20, "bob": 20, "anonymous": 10}


def test_a_shared_name_stands_for_itself_until_it_is_given_to_somebody(administrator, client, key_of, reports):
    alice, bob = key_of("alice"), key_of("bob")
    assert reports("box", alice) == 200
    administrator.post("/admin/clients/give", {"client": "box", "users": "alice, bob"})
    assert reports("box", bob) == 200
    assert credit(client) == {"box, shared by alice, bob": 20}
    assert "Names that several users share" in administrator.get("/admin/users").text
    administrator.post("/admin/clients/give", {"client": "client-1", "users": "bob"})
    assert (reports("box", alice), credit(client)) == (403, {"bob": 20})


def test_a_client_is_shown_under_another_name_and_still_goes_by_its_own(administrator, client, key_of, reports):
    alice = key_of("alice")
    assert reports("box", alice) == 200
    administrator.post("/admin/clients/rename", {"client": "box", "name": "the big box"})
    assert (reports("box", alice), credit(client, per="name")) == (200, {"the big box": 20})
    assert "It goes by box as well" in client.get("/contributors/1", headers={"Accept": "text/html"}).text
    assert reports("desk", alice) == 200
    refused = administrator.post("/admin/clients/rename", {"client": "desk", "name": "box"})
    assert (refused.status_code, "is the name of client-1" in refused.text) == (409, True)


def test_whoever_wants_to_be_forgotten_is_and_keeps_the_credit(administrator, client, key_of, reports, tmp_path):
    alice = key_of("Ada-Lovelace")
    assert (reports("Adas-box", alice), reports("shared", alice)) == (200, 200)
    key_of("bob")
    administrator.post("/admin/clients/give", {"client": "shared", "users": "Ada-Lovelace,bob"})
    administrator.post("/admin/users/user-1/rename", {"name": "Ada-Byron"})
    administrator.post("/admin/users/user-1/forget", {"confirmed": "yes"})
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert [name for name in (b"Ada-Lovelace", b"Ada-Byron", b"Adas-box") if name in held] == []
    assert b"shared" in held
    assert credit(client) == {"user-1": 10, "shared, shared by bob, user-1": 10}


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("/admin/users/user-1/rename", {"name": "user-9"}, "name is 'user-9', as users without a name are shown; "),
        ("/admin/users/user-9/rename", {"name": "x"}, "There is no user 'user-9'"),
        ("/admin/users/user-1/merge", {"into": "nobody"}, "There is no user 'nobody'"),
        ("/admin/users/user-1/merge", {"into": "anonymous"}, "anonymous callers are not one that can be changed"),
        ("/admin/users/user-1/forget", {}, "tick the box"),
        ("/admin/clients/give", {"client": "nobody", "users": "alice"}, "There is no client 'nobody'"),
        ("/admin/keys/1/renew", {"expires": "2020-01-01"}, "which is past"),
        ("/admin/keys/9/renew", {}, "There is no key 9"),
    ],
)
def test_what_can_not_be_is_said_on_the_page(administrator, key_of, path, fields, words):
    key_of("alice")
    answer = administrator.post(path, fields)
    assert answer.status_code in {400, 404, 409}
    assert words in unescape(answer.text)
