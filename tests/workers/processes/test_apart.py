"""Slow functions run apart: they may fail, take too long, or die, and never outlive their worker."""

import math
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.waiting import until
from workers.halting import Halt
from workers.processes.apart import Apart, Ended, TookTooLong

ORPHAN = """
import sys, time
import os
from workers.processes.apart import Apart
from workers.halting import Halt
def main():
    apart = Apart()
    print(apart.call(os.getpid, halt=Halt()), flush=True)
    apart.call(time.sleep, 600, halt=Halt())
if __name__ == "__main__":
    main()
"""


@pytest.fixture
def apart():
    apart = Apart()
    yield apart
    apart.close()


def test_what_a_function_returns_comes_back(apart):
    assert apart.call(math.gcd, 12, 18, halt=Halt()) == 6
    assert apart.call(os.getpid, halt=Halt()) == apart.call(os.getpid, halt=Halt()) != os.getpid()


def test_what_a_function_raises_is_raised(apart):
    with pytest.raises(ZeroDivisionError):
        apart.call(divmod, 1, 0, halt=Halt())


def test_a_function_that_takes_too_long_is_ended_and_the_next_runs(apart):
    with pytest.raises(TookTooLong):
        apart.call(time.sleep, 600, halt=Halt(), seconds=0.2)
    assert apart.call(math.gcd, 12, 18, halt=Halt()) == 6


def test_a_function_that_is_asked_to_stop_is_ended_and_the_next_runs(apart):
    halt = Halt()
    threading.Timer(0.2, halt.set).start()
    with pytest.raises(Ended):
        apart.call(time.sleep, 600, halt=halt)
    assert apart.call(math.gcd, 12, 18, halt=Halt()) == 6


def test_a_process_that_dies_is_told_and_replaced(apart):
    with pytest.raises(Ended):
        apart.call(os._exit, 1, halt=Halt())
    assert apart.call(math.gcd, 12, 18, halt=Halt()) == 6


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_what_all_processes_of_a_job_are_sent_is_for_the_worker(apart, number):
    process = apart.call(os.getpid, halt=Halt())
    os.kill(process, number)
    assert apart.call(os.getpid, halt=Halt()) == process


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
    until(lambda: not Path(f"/proc/{child}").exists())
    assert worker.returncode == -signal.SIGKILL
