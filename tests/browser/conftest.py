"""One browser and one coordinator with work on it, for all tests of pages."""

import httpx
import pytest

from tests.chromium import Chromium
from tests.servers import CoordinatorProcess

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'
NUMBER = str((10**39 + 3) * (10**19 + 51))


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
    """A coordinator with numbers, curves, a factor and names full of markup."""
    process = CoordinatorProcess(tmp_path_factory.mktemp("site") / "data").start()
    with httpx.Client(base_url=process.address, timeout=30) as client:
        body = [{"number": n, "target_t_level": 30, "project": HOSTILE[:90]} for n in ("2^137-1", NUMBER, "2^89-1")]
        client.post("/api/v1/composites/bulk", json=body).raise_for_status()
        work = client.get("/api/v1/work/request", params={"client_id": HOSTILE[:100], "max_digits": 42}).json()
        result = {
            "work_assignment_id": work["work_id"],
            "client_id": HOSTILE[:100],
            "curves_completed": 5,
            "b1": 2000,
            "sigmas": ["7", "8"],
            "factors_found": [{"factor": "32032215596496435569", "sigma": "8"}],
            "program": HOSTILE,
        }
        client.post("/api/v1/results/ecm", json=result).raise_for_status()
    yield process
    process.close()


@pytest.fixture
def visit(browser, site):
    """A function that opens an address of the site; pages are closed at the end."""
    pages = []

    def visit(path, **options):
        pages.append(browser.page(site.address + path, **options))
        return pages[-1]

    yield visit
    for page in pages:
        page.close()
