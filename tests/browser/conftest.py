"""One browser and one coordinator with work on it, for all tests of pages."""

import httpx
import pytest

from tests.browser.seeded import seed
from tests.chromium import Chromium
from tests.servers import CoordinatorProcess


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
    process = CoordinatorProcess(tmp_path_factory.mktemp("site") / "data", "--seed-machines").start()
    with httpx.Client(base_url=process.address, timeout=30) as client:
        process.values = seed(client)
    yield process
    process.close()


@pytest.fixture
def client(site):
    """An HTTP client of the coordinator."""
    with httpx.Client(base_url=site.address, timeout=30) as client:
        yield client


@pytest.fixture
def visit(browser, site):
    """A function that opens an address of the site; pages are closed at the end."""
    pages = []

    def visit(path, **options):
        pages.append(browser.page(site.address + path.format(**site.values), **options))
        return pages[-1]

    yield visit
    for page in pages:
        page.close()
