"""What somebody does with a page is kept when it changes under them, and it is live again when the coordinator is."""

import os
import re
import signal

import pytest

from tests.real.servers import CoordinatorProcess, part
from tests.waiting import until

ADMIN_KEY = "open-sesame"
STATE = "document.getElementById('stream-state')?.dataset.state"
SHOWN = "document.querySelector('[data-shown]').textContent"
STUCK = "document.getElementById('live_banners').textContent.includes('Nothing can be written')"
NEW = '[data-copy="2^{}-1"]'


@pytest.fixture
def coordinator(tmp_path):
    """A coordinator of the test's own."""
    process = CoordinatorProcess(tmp_path / "data", TALLYSTICK_ADMIN_KEY=ADMIN_KEY).start()
    yield process
    process.close()


@pytest.fixture
def with_desks(tmp_path):
    """The same, with a desk before it."""
    process = CoordinatorProcess(tmp_path / "data", "--desks", "1", TALLYSTICK_ADMIN_KEY=ADMIN_KEY).start()
    yield process
    process.close()


@pytest.fixture
def looking(browser, coordinator):
    """A page of that, live, at which an administrator looks."""
    page = signed_in(browser, coordinator)
    yield page
    page.close()


def signed_in(browser, coordinator):
    """Sign in; return the page, which is live."""
    browser.call("Storage.clearCookies")
    page = browser.page(f"{coordinator.address}/admin/login?next=/admin/assignments")
    page.value(f"document.querySelector('main [name=key]').value = '{ADMIN_KEY}'")
    page.value("document.querySelector('main .primary').click()")
    page.wait_for(f"location.pathname === '/admin/assignments' && {STATE} === 'live'")
    return page


def change(client, exponent):
    client.post("/api/v1/composites/bulk", json=[f"2^{exponent}-1"]).raise_for_status()


def test_a_page_is_live_again_after_the_coordinator_was_killed(browser, coordinator):
    page = browser.page(f"{coordinator.address}/")
    page.wait_for(f"{STATE} === 'live'")
    coordinator.kill()
    page.wait_for(f"{STATE} === 'reconnecting'")
    coordinator.start()
    page.wait_for(f"{STATE} === 'live'")
    page.close()


def test_a_page_says_at_once_that_nothing_can_be_written_and_when_that_is_over(browser, coordinator):
    log, aside = coordinator.directory / "log.db", coordinator.directory / "log.aside"
    page = browser.page(f"{coordinator.address}/composites")
    page.wait_for(f"{STATE} === 'live'")
    assert not page.value(STUCK)
    log.rename(aside)
    page.wait_for(STUCK)
    aside.rename(log)
    page.wait_for(f"!{STUCK}")
    page.close()


@pytest.mark.slow
def test_whoever_has_signed_in_is_told_that_nothing_can_be_written_while_the_office_is_paused(browser, with_desks):
    page, office = signed_in(browser, with_desks), part(with_desks, "office")
    os.kill(office, signal.SIGSTOP)
    page.wait_for(STUCK)
    assert page.value(STATE) == "reconnecting"
    os.kill(office, signal.SIGCONT)
    page.wait_for(f"{STATE} === 'live' && !{STUCK}")
    page.close()


def test_what_cant_be_shown_just_now_is_shown_as_soon_as_it_can(browser, coordinator):
    log, aside = coordinator.directory / "log.db", coordinator.directory / "log.aside"
    page = browser.page(f"{coordinator.address}/composites")
    log.rename(aside)
    wait_for(page, "/health")  # which answers 503 while nothing can be written
    until(lambda: [address for address in page.requested() if address.endswith("/health")][1:])
    assert page.value("window.before")
    aside.rename(log)
    page.wait_for("window.before === undefined && document.readyState === 'complete'")
    page.close()


@pytest.mark.parametrize("address", ["/composites/999", "/composites?page=none"])
def test_what_turns_out_to_be_refused_is_said_so_without_being_asked_for_again(visit, address):
    page = visit("/composites")
    wait_for(page, address)
    page.wait_for("window.before === undefined && document.readyState === 'complete'")


def wait_for(page, address):
    """Have a page wait until what stands at an address can be shown."""
    page.value("window.before = document.querySelector('main').dataset.passing = 'so'")
    page.value(f"document.body.dataset.page = '{address}'")
    page.value("import(document.querySelector('script[src*=going]').src + '?once-more').then(() => true)")


TOLD = "document.dispatchEvent(new CustomEvent('arrived', {{ detail: {{ live_banners: '{}' }} }}))"
ANEW = '<p class="banner" data-anew>Nothing of factoring is shown or recorded just now.</p>'


def test_what_was_built_anew_is_shown_when_it_is_there(visit):
    page = visit("/composites")
    page.value("window.before = true")
    page.value(TOLD.format(ANEW))
    page.value(TOLD.format(ANEW + "<p>So is counting.</p>"))
    assert page.value("window.before && document.querySelector('[data-anew]') !== null")
    page.value("document.querySelector('main input[type=search]').value = 'digits:60'")
    page.value(TOLD.format(""))
    assert page.value("window.before"), "what is written stays"
    page.value("document.querySelector('main input[type=search]').value = ''")
    page.value(TOLD.format(ANEW))
    page.value(TOLD.format(""))
    page.wait_for("window.before === undefined && document.readyState === 'complete'")


def test_a_page_says_when_its_session_has_ended(looking, coordinator):
    coordinator.kill()
    coordinator.start()
    looking.wait_for(f"{STATE} === 'out'")
    assert looking.value("document.getElementById('stream-state').textContent") == "Signed out"


BREAKS_OFF = """
(() => {
  const fetched = window.fetch;
  window.fetch = async () => {
    window.fetch = fetched;
    return new Response(new ReadableStream({ start: (body) => body.error(new TypeError("gone")) }));
  };
})()
"""


def test_whoever_is_answered_half_asks_again(looking, coordinator):
    looking.value(BREAKS_OFF)
    coordinator.kill()
    coordinator.start()
    looking.wait_for(f"{STATE} === 'out'")


def test_what_is_selected_stays_selected_until_it_is_let_go(visit, client):
    page = visit("/composites")
    page.wait_for(f"{STATE} === 'live'")
    page.value("getSelection().selectAllChildren(document.querySelector('#live_list tbody'))")
    selected = page.value("getSelection().toString()")
    before = page.value(SHOWN)
    change(client, 191)
    page.wait_for(f"{SHOWN} !== {before!r}")
    assert page.value("getSelection().toString()") == selected
    page.value("getSelection().removeAllRanges()")
    page.value("document.querySelector('h1').focus()")
    page.wait_for(f"document.querySelector('{NEW.format(191)}') !== null")


def test_a_table_that_is_scrolled_stays_where_it_is(visit, client):
    page = visit("/")
    page.wait_for(f"{STATE} === 'live'")
    table = "document.querySelector('[id^=live_] .scroll.tall')"
    page.value(f"{table}.closest('details').open = true")
    page.value(f"{table}.scrollTo(0, 60)")
    at = page.value(f"{table}.scrollTop")
    assert at > 0
    before = page.value(SHOWN)
    change(client, 193)
    page.wait_for(f"{SHOWN} !== {before!r}")
    assert page.value(f"{table}.scrollTop") == at


def test_what_stands_around_a_page_is_as_new_as_what_is_on_it(visit, client):
    page = visit("/composites", width=360)
    page.wait_for(f"{STATE} === 'live'")
    change(client, 197)
    page.wait_for(f"document.querySelector('{NEW.format(197)}') !== null")
    shown = client.get("/composites", headers={"Accept": "text/html"}).text
    (submitted,) = re.findall(r"([\d\u202f]+ submitted)<", shown)
    counts = re.findall(r'data-count="/composites">([^<]+)<', shown)
    assert page.value("document.querySelector('.header .of').textContent") == submitted
    assert (
        page.value("[...document.querySelectorAll('[data-count=\"/composites\"]')].map((one) => one.textContent)")
        == counts
    )
    assert len(counts) == 2


ARRIVES = "document.dispatchEvent(new CustomEvent('arrived', {{ detail: {{ {0}: {1} }} }}))"
AS_IT_IS = "document.getElementById('{0}').innerHTML"


def test_a_link_that_is_pressed_while_the_page_changes_leads_where_it_led(visit):
    page = visit("/")
    page.wait_for(f"{STATE} === 'live'")
    link = "document.querySelector('#live_people a')"
    page.value(f"{link}.scrollIntoView({{ block: 'center' }})")
    address = page.value(f"{link}.pathname")
    x, y = page.value(f"(({{ left, top }}) => [left + 4, top + 6])({link}.getBoundingClientRect())")
    button = {"x": x, "y": y, "button": "left", "clickCount": 1}
    page.call("Input.dispatchMouseEvent", type="mousePressed", **button)
    page.value(ARRIVES.format("live_people", AS_IT_IS.format("live_people")))
    page.call("Input.dispatchMouseEvent", type="mouseReleased", **button)
    page.wait_for(f"location.pathname === {address!r}")


def test_what_came_during_a_press_is_put_in_after_it(visit):
    page = visit("/")
    page.wait_for(f"{STATE} === 'live'")
    x, y = page.value(
        "(({ left, top }) => [left + 1, top + 1])(document.querySelector('#live_figures dt').getBoundingClientRect())"
    )
    button = {"x": x, "y": y, "button": "left", "clickCount": 1}
    page.call("Input.dispatchMouseEvent", type="mousePressed", **button)
    page.value(ARRIVES.format("live_figures", "'<p>newer</p>'"))
    assert page.value("document.getElementById('live_figures').textContent") != "newer"
    page.call("Input.dispatchMouseEvent", type="mouseReleased", **button)
    page.wait_for("document.getElementById('live_figures').textContent === 'newer'")


def test_the_chosen_row_stays_chosen_when_rows_come_above_it(visit):
    page = visit("/")
    page.wait_for(f"{STATE} === 'live'")
    chosen = "document.querySelector('.chosen a')?.pathname"
    while not page.value("document.querySelector('#live_people .chosen') !== null"):
        page.press("j")
    address = page.value(chosen)
    row = "'<table><tbody><tr><th><a href=\"/composites/1\">newer</a></th></tr></tbody></table>'"
    page.value(ARRIVES.format("live_factored", f"{row} + {AS_IT_IS.format('live_factored')}"))
    assert page.value(chosen) == address
    assert page.value("document.querySelectorAll('.chosen').length") == 1


def test_the_theme_that_is_chosen_in_one_tab_is_that_of_the_others_and_of_pages_gone_back_to(visit):
    first = visit("/factors")
    second = visit("/workers")
    theme = "document.documentElement.dataset.theme"
    for _ in range(2):
        second.press("t")
        first.wait_for(f"{theme} === {second.value(theme)!r}")
    second.go(second.value("location.origin") + "/audit")
    second.press("t")
    chosen = second.value(theme)
    second.value("history.back()")
    second.wait_for(f"location.pathname === '/workers' && {theme} === {chosen!r}")
