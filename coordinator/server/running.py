"""Running one of our processes to its end: what it needs at the start, and what is said when it can't go on."""

import asyncio
import ctypes
import platform
import resource
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias

import structlog
import uvloop

from coordinator.desks.forwarder import OfficeRefuses
from coordinator.files.unusable import TROUBLES, sentence_of, shortage_of
from coordinator.heads.signing import KeyUnreadable
from coordinator.http.admission.door import ExposedWithoutKeys
from coordinator.log.engine import VERSION, has_wal_reset_fault
from coordinator.log.lock import DirectoryInUse
from coordinator.log.sqlite import NotALog
from coordinator.observing import logs
from coordinator.setup.settings import Settings
from core.refusals import Refusal

_LEAST_DESCRIPTORS = 128
_M_ARENA_MAX, _ARENAS = -8, 2
_ONLY_READ = (
    "open its files for reading only (sqlite3 -readonly), or have Python use SQLite 3.51.3, 3.50.7, 3.44.6 or newer"
)

UNABLE, CUT_SHORT = 1, 2
"""Exit codes: it could not start, or go on; it did not end in good order. A sentence on standard error then says why."""

Beside: TypeAlias = Callable[[Settings, str, str], AbstractAsyncContextManager[None]]
"""What goes on beside a coordinator while it answers: told its settings, its address, and a key that opens work."""

_log = structlog.get_logger(__name__)


_SAID = Refusal | ExposedWithoutKeys | OfficeRefuses | DirectoryInUse | NotALog | KeyUnreadable


def run(settings: Settings, work: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Run a process to its end.

    Args:
        settings: how the coordinator is set up.
        work: all of it; begun when the process may have as many files open as it can.

    Returns:
        The process's exit code: 0, or `UNABLE`.
    """
    logs.set_up()
    try:
        _require_descriptors()
        _share_arenas()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work())
    except Exception as error:
        return reported(error, settings)
    return 0


def stop_signals() -> tuple[signal.Signals, ...]:
    """Return the signals that ask a process to stop: a closed terminal does, unless it was started so as to outlive that."""
    outlives = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return (signal.SIGTERM, signal.SIGINT) if outlives else (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def reported(error: Exception, settings: Settings) -> int:
    """Say on standard error, in a sentence, why a process can't go on; return its exit code.

    Raises:
        Exception: the error itself, when it is a fault of the program.
    """
    reason = _innermost(error)
    if shortage := shortage_of(reason):
        sentence = shortage
    elif isinstance(reason, TROUBLES):
        sentence = sentence_of(reason, settings.data_dir)
    elif isinstance(reason, _SAID):
        sentence = str(reason)
    else:
        raise error
    sys.stderr.write(f"{sentence}\n")
    return UNABLE


def _require_descriptors() -> None:
    """Let the process have as many files and connections open as it may.

    Raises:
        OSError: those are too few to begin with.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < _LEAST_DESCRIPTORS:
        raise OSError(
            f"This process may have {most} files and connections open (ulimit -n); a coordinator takes at least"
            f" {_LEAST_DESCRIPTORS}, and one more for everybody who is connected."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _share_arenas() -> None:
    """Have all threads take memory from the same few heaps: each of forty would keep what it has freed for itself."""
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


def _innermost(error: BaseException) -> BaseException:
    """Return what a group of one holds; Litestar opens the node within a task group."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def warn_of_engine() -> None:
    """Say so when SQLite here may damage a file that other programs read."""
    if has_wal_reset_fault():
        _log.warning("sqlite_has_a_fault", version=VERSION, advice=_ONLY_READ)
