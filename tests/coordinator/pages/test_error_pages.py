"""What a browser sees when something can't be shown: the sentence that the API gives."""

import re
import sqlite3
from html import unescape

import pytest

from coordinator.pages.rendering import stopped


def detail_of(page):
    return unescape(re.search(r'<p class="lead">(.*?)</p>', page.text, re.DOTALL)[1])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/composites/99", 404),
        ("/composites?status=red", 400),
        ("/events/99", 404),
        ("/events?before=x", 400),
        ("/api/v1/events/99", 404),
        ("/static/0/nothing.css", 404),
    ],
)
def test_a_browser_gets_a_page_with_the_sentence_that_a_program_gets(visitor, client, path, status):
    page, problem = visitor.get(path), client.get(path)
    assert (page.status_code, problem.status_code) == (status, status)
    assert page.headers["content-type"].startswith("text/html")
    assert problem.headers["content-type"] == "application/problem+json"
    assert detail_of(page) == problem.json()["detail"]


def counts_at_the_side(page):
    return dict(re.findall(r'<span data-count="([^"]+)">([^<]+)</span>', page.text))


@pytest.mark.parametrize(
    ("path", "status", "section"),
    [
        ("/nowhere", 404, None),
        ("/composites/99", 404, "/composites"),
        ("/task", 405, None),
        ("/events?before=x", 400, "/events"),
    ],
)
def test_the_same_stands_around_it_as_around_any_page(visitor, client, path, status, section):
    client.post("/api/v1/composites/bulk", json=[{"number": "2^67-1"}]).raise_for_status()
    page, overview = visitor.get(path), visitor.get("/")
    assert page.status_code == status
    assert counts_at_the_side(page) == counts_at_the_side(overview)
    assert counts_at_the_side(page)["/composites"] == "1 open"
    current = re.search(r'<a href="([^"]+)"[^>]* aria-current="page"', page.text)
    assert (current and current[1]) == section


def test_who_may_not_read_is_not_told_what_there_is(serving, browsing):
    with serving(allow_anonymous=()) as client:
        page = browsing(client).get("/nowhere")
    assert page.status_code == 404
    assert counts_at_the_side(page) == {}


def test_a_page_comes_also_where_what_stands_around_it_cant_be_read(visitor, monkeypatch):
    def malformed(_connection):
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error

    monkeypatch.setattr(stopped, "degraded", malformed)
    page = visitor.get("/events")
    assert page.status_code == 503
    assert "can't be read just now (database disk image is malformed)" in detail_of(page)
    assert counts_at_the_side(page) == {}


def test_markup_in_an_address_stays_text(visitor):
    assert "<script>alert" not in visitor.get("/composites/<script>alert(1)</script>").text


def test_every_page_states_the_strict_policy(visitor):
    for path in ("/", "/admin/login", "/nowhere"):
        policy = visitor.get(path).headers["content-security-policy"]
        assert policy.startswith("default-src 'self'")
        assert "unsafe" not in policy
