"""Pages of the past in a real browser: they say what they are, stay as they are, and lead to the same moment."""

import pytest

from coordinator.pages.contents import contents
from coordinator.server.contexts import CONTEXTS
from tests.browser.test_pages import CUT, SCROLLED, SPILLED
from tests.real.servers import HTTP

SITE = contents([context.pages for context in CONTEXTS])


@pytest.mark.parametrize("path", [page.path for page in SITE.pages if page.role == "read"])
def test_a_page_of_the_past_renders_without_complaint_and_is_not_followed(visit, site, path):
    end = HTTP.get(f"{site.address}/api/v1/events?limit=1").json()["head"]
    page = visit(f"{path}?as_of={end}&id={{agent}}")
    assert "As of event" in page.value("document.querySelector('.banner[role=status]').textContent")
    assert page.errors() == []
    for width in (320, 1280):
        page.resize(width)
        assert page.value("document.documentElement.scrollWidth") <= width
        assert page.value(f"[...{SPILLED}, ...{CUT}, ...{SCROLLED}]") == []
    assert not [address for address in page.requested() if "/live" in address.removeprefix(site.address)[:6]]


def test_a_page_of_the_past_leads_to_the_same_moment_and_back(visit):
    page = visit("/composites?as_of=5")
    links = page.value("[...document.querySelectorAll('#sections a')].map((link) => link.search)")
    assert set(links) == {"?as_of=5"}
    assert page.value("document.querySelector('.find input[name=as_of]').value") == "5"
    assert page.value("document.querySelector('[data-now]').getAttribute('href')") == "/composites"


def test_any_page_can_be_looked_at_as_it_was(visit):
    page = visit("/composites?sort=digits")
    page.value(
        "document.querySelector('.travel input[name=as_of]').value = '4'; document.querySelector('.travel').submit()"
    )
    page.wait_for("location.search.includes('as_of=4') && document.querySelector('.banner[role=status]') !== null")
    assert "sort=digits" in page.value("location.search")


def test_the_slider_of_a_number_goes_to_the_past_and_needs_no_script(visit, fetch):
    page = visit("/composites/{number}")
    first = page.value("Number(document.querySelector('.slider input').min)")
    page.value(
        "((slider) => { slider.value = slider.min; slider.dispatchEvent(new Event('input'));"
        " window.told = slider.form.querySelector('output').textContent;"
        " slider.dispatchEvent(new Event('change')); return window.told; })(document.querySelector('.slider input'))"
    )
    page.wait_for(f"location.search === '?as_of={first}' && document.readyState === 'complete'")
    assert page.value("Number(document.querySelector('.slider input').value)") == first
    assert page.value("document.querySelectorAll('.slider input[type=hidden]').length") == 0
    then = fetch(f"/composites/{{number}}?as_of={first}").text
    assert "As of event" in then
