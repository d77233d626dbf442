"""What tests of desks share."""

import os

import pytest

from coordinator.desks import office as offices
from tests.coordinator.desks.house import House


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setattr(offices, "_DESERTED_WITHIN_SECONDS", 0.05)
    house = House(tmp_path)
    with house.listener:
        yield house
    os.close(house.handle)
