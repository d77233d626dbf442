"""A fresh office for each test of federation."""

import pytest

from tests.office import Office


@pytest.fixture
def office(tmp_path):
    """A fresh office."""
    office = Office(tmp_path)
    yield office
    office.close()
