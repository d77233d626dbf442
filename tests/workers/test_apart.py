"""Slow functions run apart: they may fail, take too long, or die, and never outlive their worker."""

import math
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from workers.apart import Apart, Ended, TookTooLong

ORPHAN = """
import sys, time
from workers.apart import Apart
import os
def main():
    apart = Apart()
    print(apart.call(os.getpid, None), flush=True)
    apart.call(time.sleep, None, 600)
if __name__ == "__main__":
    main()
"""


@pytest.fixture
def apart():
    apart = Apart()
    yield apart
    apart.close()


def test_what_a_function_returns_comes_back(apart):
    assert apart.call(math.gcd, 10, 12, 18) == 6
    assert apart.call(os.getpid, 10) == apart.call(os.getpid, 10) != os.getpid()


def test_what_a_function_raises_is_raised(apart):
    with pytest.raises(ZeroDivisionError):
        apart.call(divmod, 10, 1, 0)


def test_a_function_that_takes_too_long_is_ended_and_the_next_runs(apart):
    with pytest.raises(TookTooLong):
        apart.call(time.sleep, 0.2, 600)
    assert apart.call(math.gcd, 10, 12, 18) == 6


def test_a_process_that_dies_is_told_and_replaced(apart):
    with pytest.raises(Ended):
        apart.call(os._exit, 10, 1)
    assert apart.call(math.gcd, 10, 12, 18) == 6


def test_the_process_ends_with_a_worker_that_is_killed(tmp_path):
    program = tmp_path / "orphan.py"
    program.write_text(ORPHAN)
    with subprocess.Popen(
        [sys.executable, str(program)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    ) as worker:
        child = int(worker.stdout.readline())
        worker.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    with suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.kill(child, 0)
        pytest.fail("the process outlived its worker")
    assert worker.returncode == -signal.SIGKILL
