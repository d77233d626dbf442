import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_log_line_of_a_worker_is_documented():
    text = (ROOT / "docs" / "how-to" / "workers.md").read_text()
    documented = {
        name for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    logged = {
        event
        for path in (ROOT / "workers").rglob("*.py")
        for event in re.findall(r'\.(?:info|warning|error|exception)\(\s*"(\w+)"', path.read_text())
    }
    assert logged == documented
