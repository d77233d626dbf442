"""Signing in with a key, what a session opens, and when it ends."""

import re

import pytest

from coordinator.http.admission import sessions


def make_key(client, admin, *roles):
    return client.post("/api/v1/admin/keys", json={"roles": roles}, headers=admin).json()


def test_administration_leads_to_signing_in_and_back(visitor, admin_key):
    asked = visitor.get("/admin/numbers?shelf=inactive", follow_redirects=False)
    assert (asked.status_code, asked.headers["location"]) == (
        303,
        "/admin/login?next=%2Fadmin%2Fnumbers%3Fshelf%3Dinactive",
    )
    led = visitor.sign_in(admin_key, next="/admin/numbers?shelf=inactive")
    assert (led.status_code, led.url.path, led.url.params["shelf"]) == (200, "/admin/numbers", "inactive")


@pytest.mark.parametrize("page", ["/counting?state=SUCCESS", "/tasks", "/composites/1"])
def test_whoever_signs_in_for_what_a_page_takes_comes_back_to_it(serving, browsing, admin, admin_key, page):
    with serving(allow_anonymous=("read",)) as client:
        client.post("/api/v1/composites/bulk", json=[{"number": "2^67-1"}], headers=admin).raise_for_status()
        visitor = browsing(client)
        ways = re.findall(r'href="(/admin[^"]*)">[Ss]ign in</a>', visitor.get(page).text)
        assert len(ways) >= 3, "at the side, in the menu and in the page"
        for way in ways:
            back = re.search(r'name="next" value="([^"]+)"', visitor.get(way).text)[1]
            assert back == page
            assert visitor.sign_in(admin_key, next=back).url.path == page.partition("?")[0]
            visitor.client.cookies.clear()


def test_the_address_that_most_sites_have_leads_to_signing_in(visitor, admin_key):
    asked = visitor.get("/login")
    assert (asked.status_code, asked.url.path) == (200, "/admin/login")
    back = re.search(r'name="next" value="([^"]+)"', asked.text)[1]
    assert visitor.sign_in(admin_key, next=back).url.path == "/"


def test_the_cookie_is_out_of_reach_and_does_not_hold_the_key(visitor, admin_key):
    answer = visitor.client.post("/admin/login", data={"key": admin_key}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/", "max-age=43200"))
    assert "secure" not in cookie
    assert admin_key not in cookie
    forwarded = {"X-Forwarded-Proto": "https"}
    answer = visitor.client.post("/admin/login", data={"key": admin_key}, headers=forwarded, follow_redirects=False)
    assert "; secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(visitor, admin_key, elsewhere):
    answer = visitor.client.post("/admin/login", data={"key": admin_key, "next": elsewhere}, follow_redirects=False)
    assert answer.headers["location"] == "/admin"


def test_a_wrong_key_opens_nothing_and_ten_of_them_make_the_next_wrong_one_wait(visitor, admin_key):
    for _ in range(10):
        answer = visitor.sign_in("guess")
        assert (answer.status_code, "The key is not known, or was revoked." in answer.text) == (401, True)
    assert visitor.sign_in("guess").status_code == 429
    assert visitor.get("/admin", follow_redirects=False).status_code == 303
    assert visitor.sign_in(admin_key).url.path == "/admin", "who knows a key is not locked out by who guesses"


def test_signing_out_ends_the_session(administrator):
    cookie = dict(administrator.client.cookies)
    assert administrator.post("/admin/logout").url.path == "/admin/login"
    administrator.client.cookies.update(cookie)
    assert administrator.get("/admin", follow_redirects=False).status_code == 303


def test_a_revoked_key_ends_its_sessions(visitor, client, admin):
    key = make_key(client, admin, "admin")
    visitor.sign_in(key["key"])
    assert visitor.get("/admin").url.path == "/admin"
    client.delete(f"/api/v1/admin/keys/{key['id']}", headers=admin)
    assert visitor.get("/admin", follow_redirects=False).status_code == 303


def test_a_session_ends_by_itself(administrator, admin_key, monkeypatch):
    monkeypatch.setattr(sessions, "LIFETIME_SECONDS", -1)
    assert administrator.get("/admin", follow_redirects=False).status_code == 200
    administrator.sign_in(admin_key)
    assert administrator.get("/admin", follow_redirects=False).status_code == 303


def test_a_key_that_reads_opens_pages_but_not_administration(serving, browsing, admin):

    with serving(allow_anonymous=()) as client:
        visitor = browsing(client)
        assert visitor.get("/", follow_redirects=False).headers["location"] == "/admin/login?next=%2F"
        assert visitor.get("/composites", follow_redirects=False).status_code == 303
        led = visitor.sign_in(make_key(client, admin, "read")["key"])
        assert (led.status_code, led.url.path) == (200, "/")
        assert 'href="/admin/keys"' not in led.text
        assert visitor.get("/composites").status_code == 200
        assert visitor.get("/").status_code == 200
        refused = visitor.get("/admin")
        assert (refused.status_code, "this page needs admin" in refused.text) == (403, True)
        assert visitor.sign_in(make_key(client, admin, "work")["key"]).status_code == 403


def test_who_has_not_signed_in_where_reading_takes_a_key_is_told_of_no_project(serving, browsing, admin):
    with serving(allow_anonymous=()) as client:
        client.post("/api/v1/composites/bulk", json=[{"number": "2^67-1", "project": "secret"}], headers=admin)
        order = {"of": "project", "name": "secret", "reason": "sold"}
        client.post("/api/v1/admin/pause", json=order, headers=admin).raise_for_status()
        visitor = browsing(client)
        assert "secret" not in visitor.get("/admin/login").text + visitor.get("/join").text
        visitor.sign_in(make_key(client, admin, "read")["key"])
        assert "secret" in visitor.get("/join").text


def test_who_sends_more_than_goes_along_with_signing_in_is_told_so(visitor):
    answer = visitor.post("/admin/keys", {"label": "x" * 2**16, "token": "of a session that has ended"}, token=False)
    assert (answer.status_code, 'name="unsent"' in answer.text) == (401, False)
    assert "too large to come back" in answer.text


def test_signing_in_takes_no_more_than_what_may_go_along(visitor):
    answer = visitor.sign_in("nobody's", unsent="x" * 2**17)
    assert (answer.status_code, "at most 69632 bytes are accepted here" in answer.text) == (413, True)


def test_a_session_adds_nothing_but_reading_to_the_api(administrator):
    assert administrator.client.post("/api/v1/admin/keys", json={"roles": ["read"]}).status_code == 401
    assert administrator.client.get("/api/v1/admin/keys").status_code == 401


def test_a_form_without_the_token_of_its_session_does_nothing(administrator, client):
    before = client.get("/health").json()["log"]["position"]
    for fields in ({}, {"token": ""}, {"token": "x" * 43}):
        answer = administrator.post("/admin/keys", {"roles": "read", **fields}, token=False)
        assert (answer.status_code, "does not belong to the session" in answer.text) == (403, True)
    assert administrator.post("/admin/logout", token=False).status_code == 403
    assert client.get("/health").json()["log"]["position"] == before


def test_a_form_on_another_sites_page_does_nothing(administrator, visitor, admin_key):
    elsewhere = {"Origin": "https://example.org"}
    assert administrator.post("/admin/keys", {"roles": "read"}, headers=elsewhere).status_code == 403
    assert visitor.client.post("/admin/login", data={"key": admin_key}, headers=elsewhere).status_code == 403


def test_pages_of_administration_are_not_followed_by_those_who_only_read(visitor):
    answer = visitor.client.get("/live", params={"page": "/admin/keys"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/api/v1/dashboard/", "/"),
        ("/api/v1/admin/dashboard", "/admin"),
        ("/api/v1/admin/login", "/admin/login"),
        ("/api/v1/dashboard/composites/7/details", "/composites/7"),
    ],
)
def test_the_old_addresses_lead_to_the_pages(visitor, old, new):
    assert visitor.get(old, follow_redirects=False).headers["location"] == new
