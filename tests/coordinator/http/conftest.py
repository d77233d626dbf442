"""A coordinator behind its HTTP door, in this process."""

from contextlib import contextmanager
from functools import partial

import pytest
import structlog
from litestar.testing import TestClient

from coordinator.http.app import build_app
from coordinator.settings import Settings

ADMIN_KEY = "open-sesame"


@pytest.fixture(scope="module", autouse=True)
def surroundings():
    """A known admin key, and short log lines: structlog draws every frame of an exception that a test provokes."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TALLYSTICK_ADMIN_KEY_FILE", raising=False)
        patch.setenv("TALLYSTICK_ADMIN_KEY", ADMIN_KEY)
        yield
    structlog.reset_defaults()


@pytest.fixture
def admin_key():
    """The key that opens everything."""
    return ADMIN_KEY


@pytest.fixture
def admin(admin_key):
    """The header that brings it."""
    return {"X-Admin-Key": admin_key}


@contextmanager
def _served(directory, *, routers=None, ingests=None, **settings):
    given = {name: value for name, value in (("routers", routers), ("ingests", ingests)) if value is not None}
    app = build_app(Settings(**{"data_dir": directory, **settings}), **given)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def serving_in():
    """What serves an application in a directory, with the settings and routes that it is given."""
    return _served


@pytest.fixture
def serving(tmp_path):
    """The same on a fresh directory."""
    return partial(_served, tmp_path)


@pytest.fixture
def client(serving):
    """A client of a coordinator as it comes."""
    with serving() as client:
        yield client
