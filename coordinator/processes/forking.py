"""Forking, by processes that keep others and run no thread: a fork takes no thread along, but the locks that it holds."""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress


def fork(work: Callable[[], int]) -> int:
    """Fork a process, and return its id; it ends without the clean-up that this one does at its own end.

    Args:
        work: all that it does; returns its exit code.

    Raises:
        OSError: the system has no room for another process.
    """
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        code = work()
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):  # its terminal was closed, perhaps
                stream.flush()
        os._exit(code)


def leave_ending_to_parent() -> None:
    """Go on at whatever asks to stop, which may reach all processes there are, and not only the parent.

    So do Ctrl-C and a closed terminal; a shell's `kill %1`, `timeout` and systemd send SIGTERM to all of a job or a unit. For
    who ends by itself when its parent has, or when what leads there is closed, or when told in another way.
    """
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


class Bell:
    """Wakes a process that waits for something else when it gets a signal.

    Attributes:
        heard: the descriptor that can be read then.

    Args:
        signals: that it rings for.
    """

    def __init__(self, *signals: signal.Signals) -> None:
        self._signals = signals
        self.heard, self._rung = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        for number in signals:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self._rung, warn_on_full_buffer=False)

    def take(self) -> set[int]:
        """Return the signals that came, after it has rung."""
        return set(os.read(self.heard, 1_024))

    def leave(self) -> None:
        """As a process that was forked: let go of it."""
        signal.set_wakeup_fd(-1)
        for number in self._signals:
            signal.signal(number, signal.SIG_DFL)
        os.close(self.heard)
        os.close(self._rung)
