"""What somebody saw while signed in is not seen by who presses the button Back after that."""

import pytest

from tests.browser.conftest import ADMIN_KEY

LOADED = "document.readyState === 'complete'"
HEADING = "document.querySelector('h1')?.textContent"
KEPT = "addEventListener('pageshow', ({ persisted }) => { window.brought = persisted; })"


@pytest.fixture
def page(visit):
    """The page of the keys, looked at in a session of the test's own."""
    page = visit("/admin/login?next=/admin/keys")
    page.value(f"document.querySelector('main [name=key]').value = '{ADMIN_KEY}'")
    page.value("document.querySelector('main .primary').click()")
    page.wait_for(f"{HEADING} === 'Keys' && {LOADED}")
    page.value(KEPT)
    return page


def test_a_page_of_before_signing_out_leads_to_signing_in(page):
    page.value("document.querySelector('.beside ~ .foot form button').click()")
    page.wait_for(f"{HEADING} === 'Sign in' && {LOADED}")
    page.value("history.back()")
    page.wait_for(f"location.search === '?next=%2Fadmin%2Fkeys' && {HEADING} === 'Sign in' && {LOADED}")


def test_a_page_of_a_session_that_goes_on_comes_back_as_it_was(page):
    page.value("document.querySelector('main [name=label]').value = 'box 7'")
    page.value("document.querySelector('.brand').click()")
    page.wait_for(f"{HEADING} === 'Overview' && {LOADED}")
    page.value("history.back()")
    page.wait_for(f"{HEADING} === 'Keys' && !document.body.matches('.withheld')")
    assert page.value("[window.brought, document.querySelector('main [name=label]').value]") == [True, "box 7"]
