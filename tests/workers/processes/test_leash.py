import contextlib
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from workers.factoring.curves import BatchOrder, run_batch
from workers.processes import tying

LONG = {"number": str((10**49 + 9) * (10**50 + 151)), "b1": 10**9, "b2": None, "param": 1, "curves": 1}

WORKER = f"""
import sys
from workers.processes import tying
from workers.factoring.curves import BatchOrder, run_batch
if sys.argv[2] == "by a Python":
    tying._setpriv = lambda: None
with run_batch(sys.argv[1], BatchOrder(**{LONG!r})) as batch:
    next(line for line in batch._process.stdout if line.startswith("Using B1="))
    print(batch._process.pid, flush=True)  # the program is in the middle of a curve of an hour
    batch.result()
"""
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")


@pytest.fixture(params=["by setpriv", "by a Python"])
def way(request, monkeypatch):
    """How programs are tied."""
    # What was found out before may have been so for want of a path, in another test.
    found = None if request.param == "by a Python" else tying._setpriv.__wrapped__()
    monkeypatch.setattr(tying, "_setpriv", lambda: found)
    if request.param == "by setpriv" and found is None:
        pytest.skip("setpriv is not here")
    return request.param


def deepest(process):
    """Return the last of what a process has started, and what that has started, and so on: itself if nothing."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return deepest(int(children[-1])) if children else process


@linux_only
@pytest.mark.parametrize("script", [None, '"{ecm}" "$@"\nexit $?'], ids=["a program", "a script"])
def test_a_worker_killed_outright_leaves_no_gmp_ecm_behind(ecm, tmp_path, way, script):
    if script:
        wrapper = tmp_path / "ecm"
        wrapper.write_text(f"#!/bin/sh\n{script.format(ecm=ecm)}\n")
        wrapper.chmod(0o755)
    command = [sys.executable, "-c", WORKER, str(wrapper) if script else ecm, way]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as worker:
        started = int(worker.stdout.readline())
        running = deepest(started)
        assert (running != started) == bool(script)
        curves = os.pidfd_open(running)
        try:
            worker.kill()
            worker.wait()
            ended, _, _ = select.select([curves], [], [], 30)
            assert ended == [curves]
        finally:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(curves, signal.SIGKILL)
            os.close(curves)


@linux_only
@pytest.mark.usefixtures("way")
def test_gmp_ecm_dies_of_a_pipe_that_nobody_reads(ecm):
    with run_batch(ecm, BatchOrder(**(LONG | {"b1": 2000, "curves": 1_000_000}))) as batch:
        next(iter(batch))
        status = Path(f"/proc/{batch._process.pid}/status").read_text(encoding="ascii")
    ignored = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigIgn"))
    assert not ignored & 1 << (signal.SIGPIPE - 1)


@pytest.mark.usefixtures("way")
def test_without_its_parent_a_program_does_not_begin(monkeypatch):
    monkeypatch.setattr(tying.os, "getpid", os.getppid)
    command = tying.tied(["/bin/echo", "hello"])
    monkeypatch.undo()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The parent ended before its child began.\n"


@pytest.mark.parametrize("there", [None, "exit 1"], ids=["nowhere", "one that can't"])
def test_without_a_setpriv_that_can_tie_a_python_does(monkeypatch, tmp_path, there):
    if there is not None:
        (tmp_path / "setpriv").write_text(f"#!/bin/sh\n{there}\n")
        (tmp_path / "setpriv").chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(tying, "_setpriv", tying._setpriv.__wrapped__)
    assert tying.tied(["/bin/echo"])[0] == sys.executable
