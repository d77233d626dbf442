"""With a file that may not grow beyond a limit: the system writes what fits, and says how much that was."""

import errno
import os
import subprocess
import sys

import pytest

LIMIT = 1_000
WRITES = """
import os, resource, signal, sys
from coordinator.cli.terminal.output import attentive

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
sys.stdout = attentive(sys.stdout)
try:
    print("7" * {count}, flush=True)
except OSError as error:
    os._exit(error.errno)
"""


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(("count", "fails"), [(LIMIT - 1, 0), (LIMIT + 1, errno.EFBIG)])
def test_what_is_not_written_whole_fails(unbuffered, count, fails, tmp_path):
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with (tmp_path / "out").open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-c", WRITES.format(limit=LIMIT, count=count)], stdout=out, env=environment, check=False
        )
    assert done.returncode == fails
    assert (tmp_path / "out").stat().st_size == LIMIT


def test_a_line_is_seen_as_soon_as_it_is_written():
    writes = "import os, sys; from coordinator.cli.terminal.output import attentive\n"
    writes += "sys.stdout = attentive(sys.stdout); print('seen'); os._exit(0)"
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    done = subprocess.run([sys.executable, "-c", writes], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "seen\n"
