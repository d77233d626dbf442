"""One browser and one coordinator with work on it, for all tests of pages."""

import httpx
import pytest

from coordinator.pages.contents import contents
from coordinator.server.contexts import CONTEXTS
from tests.browser.seeded import administer, seed
from tests.real.chromium import Chromium
from tests.real.servers import HTTP, CoordinatorProcess

ADMIN_KEY = "open-sesame"
QUERIES = {"/search": "?q=1", "/federation/agent": "?id={agent}"}
PATHS = [page.path + QUERIES.get(page.path, "") for page in contents([context.pages for context in CONTEXTS]).pages]


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    """A running browser."""
    browser = Chromium()
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A coordinator with something of each kind on it; `values` stand in the addresses of its pages."""
    process = CoordinatorProcess(
        tmp_path_factory.mktemp("site") / "data", "--seed-machines", TALLYSTICK_ADMIN_KEY=ADMIN_KEY
    ).start()
    with httpx.Client(base_url=process.address, timeout=30) as client:
        process.values = seed(client)
        process.values |= administer(client, ADMIN_KEY)
        process.session = client.cookies["tallystick_session"]
    yield process
    process.close()


@pytest.fixture
def client(site):
    """An HTTP client of the coordinator."""
    with httpx.Client(base_url=site.address, timeout=30) as client:
        yield client


@pytest.fixture
def fetch(site):
    """A function that gets the page at an address without a browser, signed in for administration."""
    headers = {"Accept": "text/html", "Cookie": f"tallystick_session={site.session}"}

    def fetch(path):
        address = site.address + path.format(**site.values)
        return HTTP.get(address, headers=headers)

    return fetch


@pytest.fixture(scope="session")
def opening(browser, site):
    """A function that opens an address of the site, signed in for administration where that needs it."""

    def opening(path, **options):
        browser.call("Storage.clearCookies")
        if path.startswith("/admin"):
            cookie = {"name": "tallystick_session", "value": site.session, "url": site.address}
            browser.call("Storage.setCookies", cookies=[cookie])
        return browser.page(site.address + path.format(**site.values), **options)

    return opening


@pytest.fixture
def visit(opening):
    """The same, for a page of the test's own; it is closed at the end."""
    pages = []

    def visit(path, **options):
        pages.append(opening(path, **options))
        return pages[-1]

    yield visit
    for page in pages:
        page.close()


@pytest.fixture(scope="session", params=PATHS)
def path(request):
    """The address of every page, one after the other: a test that asks for it is run with each."""
    return request.param


@pytest.fixture(scope="session")
def _opened(opening, path):
    page = opening(path)
    yield page
    page.close()


@pytest.fixture
def shown(_opened):
    """Every page, opened once for all tests that look at it and leave it where it is."""
    _opened.prefer()
    _opened.resize(1280)
    return _opened


@pytest.fixture
def shown_on_a_phone(_opened):
    """The same in a window of a phone; no page asks how wide it is but by its style sheet."""
    _opened.prefer()
    _opened.resize(360, 800)
    return _opened
