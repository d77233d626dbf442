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
        arguments: of the command.
        output: the file that takes what it prints.
    """

    def __init__(self, arguments: Sequence[str], output: Path) -> None:
        self._name = arguments[0]
        self._output = output
        with output.open("ab") as file:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "workers.leash", str(os.getpid()), *_TALLYSTICK, *arguments],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def require_alive(self) -> None:
        """Do nothing while it runs.

        Raises:
            Failure: it has ended; with the last it said.
        """
        code = self._process.poll()
        if code is not None:
            said = "\n".join(self._output.read_text(errors="replace").splitlines()[-_TAIL_LINES:])
            raise Failure(
                Exit.UNSOUND, f"`tallystick {self._name}` ended with exit code {code}; its last words:\n{said}"
            )

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
