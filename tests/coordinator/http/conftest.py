"""A coordinator behind its HTTP door, in this process."""

from contextlib import contextmanager

import pytest
import structlog
from litestar.testing import TestClient

from coordinator.http.app import build_app
from coordinator.settings import Settings

ADMIN_KEY = "open-sesame"


@pytest.fixture(autouse=True)
def quiet_lines():
    """Short log lines; as structlog comes, it draws every frame of an exception that a test provokes."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def admin_key(monkeypatch):
    """The key that opens everything; no other comes in from the environment."""
    monkeypatch.delenv("TALLYSTICK_ADMIN_KEY_FILE", raising=False)
    monkeypatch.setenv("TALLYSTICK_ADMIN_KEY", ADMIN_KEY)
    return ADMIN_KEY


@pytest.fixture
def admin(admin_key):
    """The header that brings it."""
    return {"X-Admin-Key": admin_key}


@pytest.fixture
def serving(tmp_path):
    """What serves an application on a fresh directory, with the settings and routes that it is given."""

    @contextmanager
    def serve(*, routers=None, ingests=None, **settings):
        given = {name: value for name, value in (("routers", routers), ("ingests", ingests)) if value is not None}
        app = build_app(Settings(**{"data_dir": tmp_path, **settings}), **given)
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client

    return serve


@pytest.fixture
def client(serving):
    """A client of a coordinator as it comes."""
    with serving() as client:
        yield client
