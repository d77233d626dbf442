"""What was written into a form is not lost: when its session has ended, and when the form is refused."""

import re

import httpx
import pytest

from tests.browser.conftest import ADMIN_KEY
from tests.browser.written import forms_of

LOADED = "document.readyState === 'complete'"
REASON = "document.querySelector('main [name=\"reason\"]')"
LIVE = "document.getElementById('stream-state').dataset.state === 'live'"


def write(page, **fields):
    for name, text in fields.items():
        page.value(f"document.querySelector('main [name=\"{name}\"]').value = {text!r}")


def send(page):
    page.value("window.before = true")
    page.value("document.querySelector('main form[method=\"post\"] .primary').click()")
    page.wait_for(f"!window.before && {LOADED}")


def sign_in(page):
    write(page, key=ADMIN_KEY)
    send(page)


def test_what_was_written_comes_back_when_the_session_had_ended_before_it_was_sent(visit, client):
    page = visit("/admin/pauses")
    write(page, of="project", name="mersenne", reason="the disk is full", how="drain")
    page.call("Network.clearBrowserCookies")
    send(page)
    assert page.value("document.querySelector('h1').textContent") == "Sign in"
    assert "What you wrote comes back" in page.value("document.getElementById('unsent').textContent")
    sign_in(page)
    assert page.value("document.body.dataset.page") == "/admin/pauses"
    shown = "['of', 'name', 'reason', 'how'].map((name) => document.querySelector(`main [name=\"${name}\"]`).value)"
    page.wait_for(f"{REASON}.value")
    assert page.value(shown) == ["project", "mersenne", "the disk is full", "drain"]
    assert client.get("/api/v1/pauses").json() == {"pauses": []}


def load_again(page):
    page.value("window.before = true")
    page.call("Page.reload")
    page.wait_for(f"!window.before && {LOADED}")
    return [page.value("location.pathname"), page.value("document.querySelector('.banner.good, .banner.bad') !== null")]


def test_what_was_sent_is_not_sent_again_by_loading_the_page_that_answers_again(visit, client):
    page = visit("/admin/keys")
    send(page)
    assert "No role was named" in page.value("document.querySelector('.banner.bad').textContent")
    assert load_again(page) == ["/admin/keys", False]
    page.value("document.querySelector('main [value=read]').click()")
    send(page)
    position = client.get("/health").json()["log"]["position"]
    assert "was made" in page.value("document.querySelector('.banner.good').textContent")
    assert load_again(page) == ["/admin/keys", False]
    page.call("Network.clearBrowserCookies")
    send(page)
    sign_in(page)
    assert page.value("location.pathname") == "/admin/keys"
    assert load_again(page) == ["/admin/keys", False]
    assert client.get("/health").json()["log"]["position"] == position


def test_what_was_written_outlasts_loading_the_page_for_signing_in_again(visit):
    page = visit("/admin/pauses")
    write(page, reason="the disk is full")
    page.call("Network.clearBrowserCookies")
    send(page)
    load_again(page)
    sign_in(page)
    assert page.value(f"{REASON}.value") == "the disk is full"


def test_a_row_that_was_acted_on_too_late_leads_back_to_its_page(visit):
    page = visit("/admin/keys")
    page.value("document.querySelector('#keys-made details').open = true")
    page.value("window.before = true")
    page.call("Network.clearBrowserCookies")
    page.value("document.querySelector('#keys-made details form').submit()")
    page.wait_for(f"!window.before && {LOADED}")
    sign_in(page)
    assert page.value("document.querySelector('h1').textContent") == "Keys"
    assert page.value("document.querySelector('#keys-made details').open")


def test_a_page_opened_before_somebody_signed_in_anew_comes_back_with_what_was_written(visit):
    page = visit("/admin/pauses")
    write(page, name="", reason="the disk is full")
    page.value("document.querySelector('main [name=\"token\"]').value = 'of another session'")
    send(page)
    assert "does not belong to the session" in page.value("document.querySelector('.banner.bad').textContent")
    assert page.value(f"{REASON}.value") == "the disk is full"


@pytest.mark.parametrize("path", ["/counting", "/composites/{number}"])
def test_a_page_that_comes_back_with_a_refused_form_is_live(visit, path):
    page = visit(path)
    page.wait_for(LIVE)
    page.value("window.before = true")
    page.value("document.querySelector('main form[method=\"post\"]').submit()")
    page.wait_for(f"!window.before && {LOADED}")
    assert page.value("document.querySelector('.banner.bad') !== null")
    page.wait_for(LIVE)


def test_signing_in_leads_back_to_what_was_looked_at(visit):
    page = visit("/composites?search=digits:40..&sort=digits")
    page.value("[...document.querySelectorAll('a')].find((one) => one.textContent === 'Sign in').click()")
    page.wait_for(f"location.pathname === '/admin/login' && {LOADED}")
    sign_in(page)
    assert (
        page.value("location.pathname + decodeURIComponent(location.search)")
        == "/composites?search=digits:40..&sort=digits"
    )


@pytest.fixture
def signed_out(site):
    """A browser without scripts, of somebody whose session has ended."""
    with httpx.Client(base_url=site.address, timeout=30, headers={"Accept": "text/html"}) as client:
        yield client


def submit(client, form):
    files = {name: (None, value) for name, value in form.fields.items()} if "multipart" in form.encoding else None
    return client.post(form.action, files=files, data=None if files else form.fields)


def test_every_form_has_what_was_written_into_it_when_somebody_signs_in_again(path, fetch, signed_out):
    kinds = {}
    for form in forms_of(fetch(path).text):
        if form.action not in ("/admin/login", "/admin/logout") and not form.action.startswith("/join/"):
            kinds.setdefault(re.sub(r"\d+", "", form.action), form)
    for form in kinds.values():
        form.fill()
        asked = submit(signed_out, form)
        login = next(one for one in forms_of(asked.text) if one.action == "/admin/login")
        assert (asked.status_code, "unsent" in login.fields) == (401, True), form.action
        login.fields["key"] = ADMIN_KEY
        answer = submit(signed_out, login)
        assert answer.status_code == 200, (form.action, answer.text[:2000])
        assert "nothing was recorded" in answer.text
        again = next(one for one in forms_of(answer.text) if one.action == form.action)
        assert again.written == form.written, form.action
        signed_out.cookies.clear()


def test_whoever_sends_a_form_stands_at_what_it_was_answered_with(visit):
    page = visit("/tasks")
    write(page, args="12 x")
    send(page)
    assert page.value("document.activeElement.textContent").startswith("b is 'x'")
    page.press("Tab")
    assert page.value("document.activeElement.name") == "operation"
    page = visit("/admin/keys")
    page.value("document.querySelector('main [value=read]').click()")
    send(page)
    assert "was made" in page.value("document.activeElement.textContent")


def test_a_list_that_is_gone_back_to_says_in_its_fields_what_it_shows(visit):
    page = visit("/composites")
    write(page, search="digits:30..40")
    page.value("document.querySelector('main form').requestSubmit()")
    page.wait_for(f"location.search !== '' && {LOADED}")
    page.value("history.back()")
    page.wait_for("location.search === '' && document.querySelector('main [name=search]').value === ''")
