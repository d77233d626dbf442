"""Real coordinators: processes that tests start, stop, kill and start again."""

import asyncio
import contextlib
import json
import os
import re
import secrets
import signal
import socket
from pathlib import Path
from subprocess import PIPE

import httpx

from tests.real.launcher import launch, run
from tests.waiting import PATIENCE_SECONDS

HTTP = httpx.Client(verify=False, timeout=PATIENCE_SECONDS, limits=httpx.Limits(max_keepalive_connections=0))
"""For one request at a time: httpx.get and its like read all certificates of the machine before each."""
_NEVER_GIVEN = range(20_000, 32_000)
"""Ports below those that the system gives to whoever connects."""


class CoordinatorProcess:
    """`tallystick serve` on a data directory; it keeps its port over restarts."""

    module = "coordinator.cli"
    host = "127.0.0.1"

    def __init__(self, directory, *flags, **environment):
        self.directory = Path(directory)
        self.flags = flags
        self.environment = environment
        self.port = free_port()
        self.address = f"http://{self.host}:{self.port}"
        self.process = None
        self.output = self.directory.parent / f"{self.directory.name}.output"

    def start(self, *, wait=True, **environment):
        """Start it, and wait until it answers."""
        command = ["serve", "--data-dir", self.directory, "--port", self.port, *self.flags]
        environment = {**os.environ, **self.environment, **environment}
        with self.output.open("a") as output:
            self.process = self.launched(command, PIPE if wait else output, output, environment)
            if wait:
                with self.process.stdout as stdout:
                    said = stdout.readline()
                output.write(said)
        assert not wait or said == f"Tallystick is ready at {self.address}\n", self.output.read_text()
        return self

    def launched(self, command, stdout, stderr, environment):
        """Start the process itself."""
        return launch(self.module, *command, stdout=stdout, stderr=stderr, environment=environment)

    def kill(self):
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def wait_until_dead(self, seconds=PATIENCE_SECONDS):
        """Wait until it has died of its own; return how."""
        return self.process.wait(seconds)

    def stop(self):
        """Ask it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)

    def close(self):
        """Leave nothing running."""
        if self.process is not None and self.process.poll() is None:
            self.kill()


class Connection:
    """One kept-alive HTTP connection, bare: a test that asks tens of thousands of times has no time for a client."""

    def __init__(self, port):
        self._port = port
        self._reader = self._writer = None

    async def ask(self, method, path, body=None):
        """Send one request; return the status and what the JSON of the answer says."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
        self._writer.write(head.encode() + str(len(content)).encode() + b"\r\n\r\n" + content)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", answer, re.IGNORECASE)[1])
        return int(answer.split(b" ", 2)[1]), json.loads(await self._reader.readexactly(length))

    async def close(self):
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):  # it may have been cut off by the other side
                await self._writer.wait_closed()


def part(process, name):
    """Return the process that is a part of a coordinator, such as `office`; None while there is none."""
    for pid in Path(f"/proc/{process.process.pid}/task/{process.process.pid}/children").read_text().split():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended since
            if Path(f"/proc/{pid}/comm").read_text().strip() == f"tally-{name}":
                return int(pid)
    return None


def tallystick(*arguments, **options):
    """Run a command of the command line in a process of its own; what it printed is text."""
    return run("coordinator.cli", *arguments, **options)


def files_holding(directory, text):
    """Return the files of a directory in whose bytes a text stands, whatever they are."""
    return [path for path in Path(directory).rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def free_port():
    """Return a port that nobody listens on, nor is given for a connection while its server is down."""
    while True:
        port = secrets.choice(_NEVER_GIVEN)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
