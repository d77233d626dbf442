"""What tests of desks share."""

import os

import pytest

from tests.coordinator.desks.house import House


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    with house.listener:
        yield house
    os.close(house.handle)
