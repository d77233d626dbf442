"""What a browser sees when something can't be shown: the sentence that the API gives."""

import re
from html import unescape

import pytest


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


def test_markup_in_an_address_stays_text(visitor):
    assert "<script>alert" not in visitor.get("/composites/<script>alert(1)</script>").text


def test_every_page_states_the_strict_policy(visitor):
    for path in ("/", "/admin/login", "/nowhere"):
        policy = visitor.get(path).headers["content-security-policy"]
        assert policy.startswith("default-src 'self'")
        assert "unsafe" not in policy
