"""How numbers are written on a terminal."""

import pytest

from coordinator.cli.terminal.printing import state_of


@pytest.mark.parametrize(
    ("primality", "status", "written"),
    [
        ("composite", "open", "open"),
        ("composite", "split", "in parts"),  # which may be at their targets
        ("composite", "finished", "at target"),
        ("proven", "prime", "proven prime"),
        ("probable", "prime", "probable prime"),
    ],
)
def test_a_number_is_called_by_how_it_stands(primality, status, written):
    assert state_of({"primality": primality, "status": status}) == written
