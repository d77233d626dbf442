"""What somebody does with a page is kept when it changes under them, and it is live again when the coordinator is."""

import pytest

from tests.real.servers import CoordinatorProcess

ADMIN_KEY = "open-sesame"
STATE = "document.getElementById('stream-state')?.dataset.state"
SHOWN = "document.querySelector('[data-shown]').textContent"
NEW = '[data-copy="2^{}-1"]'


@pytest.fixture
def coordinator(tmp_path):
    """A coordinator of the test's own."""
    process = CoordinatorProcess(tmp_path / "data", TALLYSTICK_ADMIN_KEY=ADMIN_KEY).start()
    yield process
    process.close()


@pytest.fixture
def looking(browser, coordinator):
    """A page of that, live, at which an administrator looks."""
    browser.call("Storage.clearCookies")
    page = browser.page(f"{coordinator.address}/admin/login?next=/admin/assignments")
    page.value(f"document.querySelector('main [name=key]').value = '{ADMIN_KEY}'")
    page.value("document.querySelector('main .primary').click()")
    page.wait_for(f"location.pathname === '/admin/assignments' && {STATE} === 'live'")
    yield page
    page.close()


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


def test_a_page_says_when_its_session_has_ended(looking, coordinator):
    coordinator.kill()
    coordinator.start()
    looking.wait_for(f"{STATE} === 'out'")
    assert looking.value("document.getElementById('stream-state').textContent") == "Signed out"


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
