"""Real coordinators for the tests of the whole system."""

import pytest

from tests.real.servers import CoordinatorProcess


@pytest.fixture
def coordinator(tmp_path):
    """A running coordinator."""
    process = CoordinatorProcess(tmp_path / "data").start()
    yield process
    process.close()


@pytest.fixture
def stopped_coordinator(tmp_path):
    """A coordinator that has yet to be started."""
    process = CoordinatorProcess(tmp_path / "data")
    yield process
    process.close()
