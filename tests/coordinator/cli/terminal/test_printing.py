"""How numbers are written on a terminal."""

import pytest

from coordinator.cli.terminal.printing import state_of


@pytest.mark.parametrize(
    ("primality", "status", "shelf", "written"),
    [
        ("composite", "open", None, "open"),
        ("composite", "open", "complete", "put aside"),
        ("composite", "split", None, "in parts"),  # which may be at their targets
        ("composite", "split", "inactive", "put aside"),
        ("composite", "finished", None, "at target"),
        ("composite", "finished", "complete", "at target"),
        ("composite", "factored", "complete", "factored"),
        ("proven", "prime", None, "proven prime"),
        ("probable", "prime", None, "probable prime"),
    ],
)
def test_a_number_is_called_by_how_it_stands(primality, status, shelf, written):
    assert state_of({"primality": primality, "status": status, "shelf": shelf}) == written
