"""The commands of /audit, pasted into a shell by a stranger who has no data directory."""

import html
import os
import re
import subprocess
import sys

import pytest

from tests.real.servers import HTTP

pytestmark = pytest.mark.slow


def test_the_commands_on_the_audit_page_check_the_log(coordinator, tmp_path):
    HTTP.post(f"{coordinator.address}/api/v1/composites/bulk", json=["2^67-1", "2^101-1"])
    page = HTTP.get(f"{coordinator.address}/audit", headers={"Accept": "text/html"}).text
    shown = re.search(r'<pre[^>]*aria-label="Commands">(.*?)</pre>', page, re.DOTALL)[1]
    commands = html.unescape(re.sub(r"<[^>]+>", "", shown))
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    environment = {"PATH": f"{sys.prefix}/bin:{os.environ['PATH']}", "HOME": str(stranger)}
    done = subprocess.run(
        ["bash", "-e"], input=commands, cwd=stranger, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(" are what was recorded. The log agrees with 1 signed head.") == 2
    assert "tallystick check-proof proof-" in done.stdout
