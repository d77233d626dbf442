"""Other `tallystick` processes, which end when this one does, however it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from coordinator.cli.ending import Exit, Failure
from coordinator.processes.child import APART
from coordinator.setup.credentials import API_KEY
from coordinator.setup.settings import LEGACY_NAMES, PREFIX

_TALLYSTICK = (sys.executable, *APART, "coordinator.cli")
_TAIL_LINES = 15
_NOTHING: Mapping[str, str] = MappingProxyType({})


class Child:
    """A `tallystick` command in a process of its own.

    It has a session of its own, so that Ctrl-C reaches this process only, which then stops its children in good order;
    and it is tied to the thread that starts it by the program that ties GMP-ECM to a worker.

    Args:
        name: what it is called before people.
        arguments: of the command.
        output: the file that takes what it prints; None for our own standard error.
        variables: that its environment has besides.
    """

    def __init__(
        self, name: str, arguments: Sequence[str], output: Path | None, variables: Mapping[str, str] = _NOTHING
    ) -> None:
        self.name = name
        self._arguments = arguments
        self._output = output
        self._variables = variables
        self._heard = 0
        self.start()

    def start(self) -> None:
        """Start it, or start it again when it has ended."""
        if self._output is None:
            self._process = self._started(sys.stderr.fileno())
        else:
            with self._output.open("ab") as file:
                self._heard = file.tell()
                self._process = self._started(file.fileno())

    def _started(self, output: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, *APART, "workers.processes.leash", str(os.getpid()), *_TALLYSTICK, *self._arguments],
            env={**_environment(), **self._variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative when a signal ended it; None while it runs."""
        return self._process.poll()

    def revive(self) -> bool:
        """Start it again when somebody has killed it; tell whether that was so.

        Raises:
            Failure: it has ended by itself; with the last it said, where that is in a file.
        """
        code = self.exit_code
        if code is None:
            return False
        if code >= 0:
            last = self.said().splitlines()[-_TAIL_LINES:]
            raise Failure(Exit.UNSOUND, f"{self.name} ended with exit code {code}; its last words:", last)
        self.start()
        return True

    def said(self) -> str:
        """Return what it has printed since it was started, where that is in a file."""
        if self._output is None:
            return ""
        with self._output.open("rb") as file:
            file.seek(self._heard)
            return file.read().decode(errors="replace")

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait()

    def ask_to_stop(self) -> None:
        """Ask it to stop, and do not wait."""
        if self.exit_code is None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self, seconds: float = 15) -> None:
        """Ask it to stop, and end it when it has not after so many seconds."""
        self.ask_to_stop()
        self.await_end(seconds)

    def await_end(self, seconds: float) -> None:
        """Wait until it has ended, and end it when it has not after so many seconds."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def worker(
    name: str, url: str, spool: Path, output: Path | None, *more: str, variables: Mapping[str, str] = _NOTHING
) -> Child:
    """Start a worker that does one piece of work at a time, of every kind that this machine can do.

    Args:
        name: by which it calls itself.
        url: address of the coordinator.
        spool: the directory where its results wait while the coordinator is away.
        output: as a child has it.
        more: arguments of `tallystick work`.
        variables: as a child has them.
    """
    arguments = ["work", "--coordinator", url, "--client-id", name, "--kinds", "all", "--processes", "1"]
    return Child(f"worker {name}", [*arguments, "--spool-dir", str(spool), *more], output, variables)


def run(arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Run a `tallystick` command to its end."""
    return subprocess.run(  # noqa: S603 - our own program
        [*_TALLYSTICK, *arguments], env=_environment(), capture_output=True, text=True, check=False
    )


def _environment() -> dict[str, str]:
    """Ours, without what would set the children up otherwise than their arguments say."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(PREFIX) and name not in LEGACY_NAMES and name not in API_KEY
    }
