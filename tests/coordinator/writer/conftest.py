import pytest
import structlog


@pytest.fixture(autouse=True)
def logged():
    """What is logged meanwhile; it is not printed, for printing a traceback takes longer than most tests."""
    with structlog.testing.capture_logs() as entries:
        yield entries
