"""Nodes on one shared log."""

from contextlib import ExitStack

import pytest

from tests.real.bare_nodes import BareNode


@pytest.fixture
def database(postgres):
    """Return the name of a database with the tables of a log."""
    return postgres.database()


@pytest.fixture
def node(postgres, database, tmp_path):
    """Make nodes by their names, on one shared log."""
    with ExitStack() as stack:

        def make(name, role="tallystick"):
            made = BareNode(tmp_path, postgres.address(database, role), name)
            stack.callback(made.close)
            return made

        yield make
