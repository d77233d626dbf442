"""One coordinator for all tests of federation's addresses; each begins with a merge of its own."""

import httpx
import pytest

from tests.real.servers import CoordinatorProcess

ADMIN_KEY = "open-sesame"


@pytest.fixture(scope="package")
def server(tmp_path_factory):
    """A running coordinator."""
    directory = tmp_path_factory.mktemp("federation") / "data"
    process = CoordinatorProcess(directory, TALLYSTICK_ADMIN_KEY=ADMIN_KEY).start()
    yield process
    process.close()


@pytest.fixture
def admin():
    """The header that brings the admin key."""
    return {"X-Admin-Key": ADMIN_KEY}


@pytest.fixture
def client(server, admin):
    """An HTTP client of it."""
    with httpx.Client(base_url=server.address, timeout=30) as client:
        assert client.delete("/admin/reset", headers=admin).status_code == httpx.codes.OK
        yield client
