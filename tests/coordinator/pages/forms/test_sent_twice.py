"""A form that is sent twice from one page, as by a double click, does once what it says, and is answered alike."""

import re

import pytest

from tests.browser.written import forms_of

PUBLIC = "https://1.1.1.1/hook"
NUMBER = str((10**39 + 3) * (10**40 + 121))
SECRET = re.compile(r"ts_[\w-]{43}|whsec_[\w+/=]{44}|/join/[\w-]{43}(?=<)")
FORMS = {
    "key": ("/admin/keys", "/admin/keys", {"roles": "work", "user": "ann"}),
    "invitation": ("/admin/keys", "/admin/invitations", {"roles": "work", "user": "ann"}),
    "renewal": ("/admin/keys", "/admin/keys/1/renew", {}),
    "revocation": ("/admin/keys", "/admin/keys/1/revoke", {"confirmed": "yes"}),
    "withdrawal": ("/admin/keys", "/admin/invitations/1/withdraw", {}),
    "join": ("{join}", "{join}", {}),
    "subscription": ("/admin/webhooks", "/admin/webhooks", {"url": PUBLIC, "types": "simulations"}),
    "secret": ("/admin/webhooks", "/admin/webhooks/1/secret", {}),
    "end": ("/admin/webhooks", "/admin/webhooks/1/end", {"confirmed": "yes"}),
    "pause": ("/admin/pauses", "/admin/pauses", {"reason": "a storm"}),
    "wanted": ("/admin/numbers/1", "/admin/numbers/1/wanted", {"priority": "7", "snfs_difficulty": "70"}),
    "deletion": ("/admin/numbers/1", "/admin/numbers/1/delete", {"confirmed": "yes"}),
    "reservation": ("/admin/reservations", "/admin/reservations", {"composite_identifier": "1", "client_id": "ann"}),
    "count": ("/counting", "/counting", {"n": "10^6", "chunks": "3"}),
    "task": ("/tasks", "/tasks", {"args": "12 34"}),
    "list": ("/submit", "/submit", {"text": NUMBER}),
    "verification": ("/admin/projections", "/admin/verification", {}),
}


@pytest.fixture
def known(administrator, client):
    """A key, an invitation, a subscription and a number, each the first of its kind; the values in addresses."""
    administrator.post("/admin/keys", {"roles": "read", "user": "bob"})
    invited = administrator.post("/admin/invitations", {"roles": "read", "user": "bob"})
    administrator.post("/admin/webhooks", {"url": PUBLIC, "types": "simulations"})
    client.post("/api/v1/composites/bulk", json=[NUMBER]).raise_for_status()
    return {"join": re.search(r"/join/[\w-]+", invited.text)[0]}


@pytest.mark.parametrize(("page", "action", "filled"), FORMS.values(), ids=list(FORMS))
def test_a_form_that_is_sent_twice_is_done_once_and_answered_alike(administrator, client, known, page, action, filled):
    page, action = page.format(**known), action.format(**known)
    forms = forms_of(administrator.get(page).text)
    # A button may send its form elsewhere.
    form = next((one for one in forms if one.action == action), forms[-1])
    fields = form.fields | filled

    def send():
        answer = administrator.client.post(action, data=fields, headers={"Accept": "text/html"}, follow_redirects=False)
        return answer.status_code, answer.headers.get("location"), SECRET.findall(answer.text)

    first, position = send(), client.get("/health").json()["log"]["position"]
    assert first[0] in {200, 303}
    assert send() == first
    assert client.get("/health").json()["log"]["position"] == position


def test_the_same_form_of_another_page_is_another(administrator):
    def make():
        form = next(one for one in forms_of(administrator.get("/admin/keys").text) if one.action == "/admin/keys")
        return SECRET.findall(administrator.client.post("/admin/keys", data=form.fields | {"roles": "read"}).text)

    assert make() != make()


def test_a_form_that_was_refused_is_the_same_when_it_is_sent_again(administrator):
    form = next(one for one in forms_of(administrator.get("/admin/keys").text) if one.action == "/admin/keys")
    refused = administrator.client.post("/admin/keys", data=form.fields, headers={"Accept": "text/html"})
    assert refused.status_code == 400
    again = next(one for one in forms_of(refused.text) if one.action == "/admin/keys")
    assert again.fields["once"] == form.fields["once"]


def test_the_log_tells_nobody_what_a_secret_came_of(administrator, last_event):
    form = next(one for one in forms_of(administrator.get("/admin/keys").text) if one.action == "/admin/keys")
    administrator.client.post("/admin/keys", data=form.fields | {"roles": "read"})
    assert form.fields["once"] not in str(last_event())


@pytest.mark.parametrize("bits", ["", "0" * 63, "g" * 64])
def test_a_form_whose_bits_no_page_has_put_there_makes_another_secret_each_time(administrator, bits):
    made = [SECRET.findall(administrator.post("/admin/keys", {"roles": "read", "once": bits}).text) for _ in range(2)]
    assert made[0] != made[1]
