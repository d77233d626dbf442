"""Work in a child process of its own, which tells how far it has come in lines of JSON.

A child is `python -m MODULE ARGUMENT` and needs nothing of its parent but two pipes: it ends when its parent has.
"""

import gc
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import Self

import msgspec

from coordinator.files.unusable import TROUBLES, is_about_room, reason_of, shortage_of
from coordinator.processes.forking import leave_ending_to_parent
from coordinator.processes.progress import Progress, Report

APART = ("-P", "-m")
"""How Python is started on a module of ours: what lies in the working directory may have the name of one."""
_OURS = ("coordinator.", "core.", "projections.")
"""What is raised there says why in a sentence."""
_NICENESS = 10
_REPORT_SECONDS = 0.2
_WORDS_KEPT = 20
_HEARD_BYTES = 64 * 1024


class ChildFailed(Exception):  # noqa: N818 - says what happened
    """A child process ended before its work was done; says why."""


class Child:
    """A child process at work. Leaving the context ends it with whatever it has started, however far it is.

    Args:
        module: what it runs; its `main` is given the argument.
        argument: what it is to do.
    """

    def __init__(self, module: str, argument: bytes = b"") -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module; the argument is data
            [sys.executable, *APART, module, argument],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def tell(self, line: bytes) -> None:
        """Tell it something; one that has ended meanwhile does not hear it."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def follow(self, report: Report) -> str:
        """Wait until its work is done, telling how far it has come; return the last of whatever else it said.

        Raises:
            ChildFailed: it will not be done; says why.
        """
        assert self._process.stdout is not None
        words: deque[str] = deque(maxlen=_WORDS_KEPT)
        for line in self._process.stdout:
            try:
                report(msgspec.json.decode(line, type=Progress))
            except msgspec.DecodeError:
                words.append(line.decode(errors="replace").strip())
        said = words[-1] if words else ""
        if self._process.wait() != 0:
            raise ChildFailed(said or f"exit code {self._process.returncode}")
        return said

    def stop(self) -> None:
        """End it at once, and wait until it has gone."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


class Parent:
    """The process for which a child works, as the child sees it."""

    def __init__(self) -> None:
        self._told = 0.0
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        """Take in what it says, and end with it, however it did: who starts in its place may build the same files."""
        pending = b""
        while heard := os.read(0, _HEARD_BYTES):
            *lines, pending = (pending + heard).split(b"\n")
            for line in lines:
                self._lines.put(line)
        os._exit(1)

    def heard(self) -> bytes:
        """Wait for the next line that it says."""
        return self._lines.get()

    def report(self, progress: Progress) -> None:
        """Tell it how far the work has come, unless it was told just now."""
        if time.monotonic() - self._told >= _REPORT_SECONDS or progress.done == progress.total:
            self._told = time.monotonic()
            say(msgspec.json.encode(progress))


def begin_work() -> Parent:
    """As the child: work gently, leave signals to end to the parent, and end with it; return what it is told by and hears."""
    leave_ending_to_parent()
    sys.excepthook = _say_why
    pipe = select.poll()
    pipe.register(0, 0)
    if pipe.poll(0):  # nobody is left at its other end: the parent had ended before this began
        os._exit(1)
    os.nice(_NICENESS)
    # A fold makes no cycles, and looking for them takes a tenth of its time.
    gc.disable()
    return Parent()


def _say_why(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """As the child: say why the work can't be done, and last what the parent tells of it."""
    sys.__excepthook__(kind, error, trace)
    sys.stderr.write(f"{_reason_of(error)}\n")


def _reason_of(error: BaseException) -> str:
    if isinstance(error, TROUBLES) and is_about_room(error):
        return reason_of(error)
    named = f"{type(error).__module__}.{type(error).__qualname__}: {error}"
    return shortage_of(error) or (str(error) if type(error).__module__.startswith(_OURS) else named)


def say(line: bytes) -> None:
    """As the child: tell the parent something, in one line."""
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()
