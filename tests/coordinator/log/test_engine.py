"""Which SQLite has the WAL-reset fault."""

import pytest

from coordinator.log.engine import has_wal_reset_fault


@pytest.mark.parametrize(
    ("version", "has"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
    ],
)
def test_it_was_mended_in_three_lines(version, has):
    assert has_wal_reset_fault(version) == has
