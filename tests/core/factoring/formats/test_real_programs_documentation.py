"""docs/reference/real-programs.md: every row of its tables names a test that there is."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "reference" / "real-programs.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("|") and not re.match(r"\|[-|]+$|.*\| test \|$", line)]


def test_every_row_is_held_by_a_test_that_there_is():
    named = [re.findall(r"`(test_\w+)`", row.rsplit("|", 2)[1]) for row in ROWS]
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(ROWS) > 40
    assert all(named), [row for row, tests in zip(ROWS, named, strict=True) if not tests]
    assert {test for tests in named for test in tests} <= defined
