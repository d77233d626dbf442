"""Other `tallystick` processes, which end when this one does, however it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from coordinator.cli.ending import Exit, Failure
from coordinator.settings import API_KEY, LEGACY_NAMES, PREFIX

_TALLYSTICK = (sys.executable, "-m", "coordinator.cli")
_TAIL_LINES = 15


class Child:
    """A `tallystick` command in a process of its own.

    It has a session of its own, so that Ctrl-C reaches this process only, which then stops its children in good order;
    and it is tied to this one by the program that ties GMP-ECM to a worker.

    Args:
        name: what it is called before people.
        arguments: of the command.
        output: the file that takes what it prints.
    """

    def __init__(self, name: str, arguments: Sequence[str], output: Path) -> None:
        self.name = name
        self._arguments = arguments
        self._output = output
        self._process = self._started()

    def _started(self) -> "subprocess.Popen[bytes]":
        with self._output.open("ab") as file:
            return subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "workers.leash", str(os.getpid()), *_TALLYSTICK, *self._arguments],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def revive(self) -> bool:
        """Start it again when somebody has killed it; tell whether that was so.

        Raises:
            Failure: it has ended by itself; with the last it said.
        """
        code = self._process.poll()
        if code is None:
            return False
        if code >= 0:
            said = "\n".join(self._output.read_text(errors="replace").splitlines()[-_TAIL_LINES:])
            raise Failure(Exit.UNSOUND, f"{self.name} ended with exit code {code}; its last words:\n{said}")
        self._process = self._started()
        return True

    def stop(self, seconds: float = 15) -> None:
        """Ask it to stop, and end it when it has not after so many seconds."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def run(arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Run a `tallystick` command to its end."""
    return subprocess.run(  # noqa: S603 - our own program
        [*_TALLYSTICK, *arguments], env=_environment(), capture_output=True, text=True, check=False
    )


def _environment() -> dict[str, str]:
    """Ours, without what would set the children up otherwise than the demo means."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(PREFIX) and name not in LEGACY_NAMES and name not in API_KEY
    }
