"""Child processes: what they import is ours, wherever they are started, and they end with whoever started them."""

import signal
import subprocess
import sys

import pytest

from coordinator.auditing.verifying import Verifying
from coordinator.founding import open_log
from coordinator.processes.progress import unreported

_WORKING = """
import threading
from coordinator.processes.child import begin_work
parent = begin_work()
print(parent.heard().decode(), flush=True)
threading.Event().wait()
"""


def test_a_child_takes_nothing_of_ours_from_the_working_directory(tmp_path, monkeypatch):
    for name in ("coordinator", "core", "projections"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('this is not ours')")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    open_log(tmp_path / "data", 1_790_000_000_000_000).close()
    with Verifying(tmp_path / "data", refold=False) as verifying:
        assert verifying.result(unreported).position == 1


def test_a_child_that_is_at_work_ends_with_its_parent():
    child = subprocess.Popen([sys.executable, "-c", _WORKING], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with child:
        child.stdin.write(b"go on\n")
        child.stdin.flush()
        assert child.stdout.readline() == b"go on\n"
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            child.send_signal(number)
        child.stdin.close()
        assert child.wait(60) == 1


def test_a_child_whose_parent_ended_before_it_began_begins_nothing():
    child = [sys.executable, "-m", "coordinator.correcting.child"]
    assert subprocess.run(child, stdin=subprocess.DEVNULL, timeout=60, check=False).returncode == 1


def test_a_child_whose_parent_ended_before_it_began_does_nothing_first():
    """Not even for the moment that it takes another thread to see it: files of its successor may lie there already."""
    begins = "from coordinator.processes.child import begin_work; begin_work(); print('begun', flush=True)"
    done = subprocess.run([sys.executable, "-c", begins], input=b"", capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, b"")


@pytest.mark.parametrize(
    ("failing", "reason"),
    [
        (
            "import sqlite3; c = sqlite3.connect(''); c.execute('PRAGMA max_page_count = 1'); c.execute('CREATE TABLE t (c)')",
            "No space left on device",
        ),
        ("raise MemoryError", "There is not enough memory"),
        ("from core.refusals import BadInput; raise BadInput('Seven is no letter.')", "Seven is no letter."),
        ("raise KeyError('seven')", "builtins.KeyError: 'seven'"),
    ],
)
def test_a_child_that_fails_says_last_why(failing, reason):
    work = f"from coordinator.processes.child import begin_work; begin_work(); {failing}"
    child = [sys.executable, "-c", work]
    with subprocess.Popen(child, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        said = process.stderr.read().decode()
        assert process.wait(60) == 1
    assert "Traceback" in said
    assert said.splitlines()[-1].startswith(reason)
