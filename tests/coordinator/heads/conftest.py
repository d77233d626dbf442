"""Notaries of small logs."""

import pytest

from coordinator.heads.notary import Notary
from tests.ledgers import START, data_directory


@pytest.fixture
def directory(tmp_path):
    """A data directory with ten events, as a coordinator without a notary would have left it."""
    return data_directory(tmp_path / "data", 9)


@pytest.fixture
def notary(directory):
    """Its notary."""
    notary = Notary(directory)
    yield notary
    notary.close(START)
