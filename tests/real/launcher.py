"""Our programs as processes, started in a third of the time: forked from one that has imported all of them already.

Two thirds of what `python -m coordinator.cli` does until it is ready are imports; the suite starts hundreds. `launch` takes
the place of subprocess.Popen([sys.executable, "-m", …]): what it starts has its own arguments, environment, output and
signals, begins with the first line of the module, and ends as a Python does. `tests/system/test_demo.py` starts
everything as users do.

    python -m tests.real.launcher DESCRIPTOR      is the process that they are forked from, one for each process of pytest
"""

import asyncio
import atexit
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMPORTED = (
    "coordinator.cli.main",
    "coordinator.server.nodes",
    "coordinator.server.serving",
    "coordinator.server.supervising",
    "workers.cli",
    "workers.kinds",
)
_MOST_BYTES = 200_000


def launch(module, *arguments, stdout, stderr, environment=os.environ):
    """Start a module of ours in a process of its own; a `stdout` or `stderr` of PIPE is a file of text to be read."""
    pipes = {}
    with ExitStack() as theirs:
        descriptors = []
        for name, output in ("stdout", stdout), ("stderr", stderr):
            if output == subprocess.PIPE:
                reading, writing = os.pipe()
                pipes[name] = os.fdopen(reading, encoding="utf-8")
                theirs.callback(os.close, writing)
                descriptors.append(writing)
            else:
                descriptors.append(output.fileno())
        pid, over = _launcher().launch([module, list(map(str, arguments)), dict(environment)], descriptors)
    return Launched(pid, over, **pipes)


def run(module, *arguments, environment=os.environ, seconds=120):
    """Run a module of ours to its end, as subprocess.run does with its output captured as text."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = launch(module, *arguments, stdout=out, stderr=err, environment=environment)
        try:
            code = process.wait(seconds)
        finally:
            process.kill()
        said = [(file.seek(0), file.read())[1] for file in (out, err)]
    return subprocess.CompletedProcess([module, *arguments], code, *said)


class Launched:
    """A process, as of subprocess.Popen; `over` is a pipe in which the word comes that it has ended."""

    def __init__(self, pid, over, stdout=None, stderr=None):
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr
        self.returncode = None
        self._over = over

    def poll(self):
        """Return its exit code, negative for a signal, when it has ended."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout=None):
        """Wait until it ends; return its exit code."""
        if self.returncode is None:
            if not select.select([self._over], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            said = os.read(self._over, 100)
            assert said, "the launcher has ended"
            self.returncode = os.waitstatus_to_exitcode(int(said))
            os.close(self._over)
        return self.returncode

    def send_signal(self, number):
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self):
        """End it as a power cut would, and wait until it has gone."""
        self.send_signal(signal.SIGKILL)
        self.wait()


class _Launcher:
    def __init__(self):
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        with theirs:
            command = [sys.executable, "-m", __name__, str(theirs.fileno())]
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], cwd=ROOT, env=os.environ
            )
        atexit.register(self.close)

    def launch(self, wanted, descriptors):
        over, told = os.pipe()
        try:
            with self._lock:
                socket.send_fds(self._ours, [json.dumps(wanted).encode()], [*descriptors, told])
                return int(self._ours.recv(100)), over
        finally:
            os.close(told)

    def close(self):
        """Let it end."""
        self._ours.close()
        self._process.wait()


@cache
def _launcher():
    return _Launcher()


def main(descriptor):
    """Be the process that others are forked from, until nobody is left who may ask for one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for who asks, who then has to end what there is
    for name in IMPORTED:
        importlib.import_module(name)
    server = importlib.import_module("coordinator.server.application")
    site = server.contents([context.pages for context in server.CONTEXTS])
    asyncio.run(server.compile_templates(site.templates))
    assert threading.active_count() == 1, "a fork takes no other thread along, but the locks that it holds"
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(descriptor)) as asked:
        wanted = _fork_for_whoever(asked)
    if wanted:
        _become(*wanted)


def _fork_for_whoever(asked):
    """Fork on demand, and tell how each process ended; return in a child, with what it is to become, or at the end."""
    ended, bell = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(bell)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    told = {}
    while True:
        ready, _, _ = select.select([asked, ended], [], [])
        if ended in ready:
            os.read(ended, 1000)
            _tell(told)
        if asked in ready:
            wanted, files, _, _ = socket.recv_fds(asked, _MOST_BYTES, 3)
            if not wanted:
                return None
            if (pid := os.fork()) == 0:
                os.dup2(files[0], 1)
                os.dup2(files[1], 2)
                return json.loads(wanted)
            told[pid] = files.pop()
            for file in files:
                os.close(file)
            asked.send(b"%d" % pid)


def _tell(told):
    """Tell of every child that has ended how it did."""
    while told:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        with os.fdopen(told.pop(pid), "wb") as file:
            file.write(b"%d" % status)


def _become(module, arguments, environment):
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
