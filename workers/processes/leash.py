"""Becomes another program, one that ends when its parent does.

    python -I -S leash.py [--tell] PARENT_PID PROGRAM [ARGUMENT ...]

A worker that is killed outright can't end the GMP-ECM it started, and that would go on computing, for hours with a
large B1, for nobody. On Linux the kernel is asked to end this process together with its parent; the request outlives
`exec`, so the program that takes its place is held to it too. It must be made in the child: Python's own means for
that, `preexec_fn`, may deadlock in a process with threads, hence this file. Elsewhere the program ends when it next
prints: nobody is left to read the pipe, and the signal that Python ignores for itself is put back for it.

With `--tell` it first prints how much CPU time it has taken itself, which is not the program's: see `own_seconds`.

The kernel counts as parent the *thread* that started the child: it must live as long as the child should.
"""

import ctypes
import os
import signal
import sys
import time

_PR_SET_PDEATHSIG = 1
_TELL = "--tell"
_TOLD = "leash took "


def tie_to(parent: int) -> None:
    """Have this process end when `parent` does; it must be its parent.

    Raises:
        SystemExit: the parent has ended already.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL):
            raise OSError(ctypes.get_errno(), "the kernel refuses to tie this process to its parent")
    if os.getppid() != parent:
        sys.exit("The parent ended before its child began.")


def own_seconds(line: str) -> float | None:
    """Read the line by which a leash tells of its CPU time, in seconds; None when it is another one."""
    return float(line.removeprefix(_TOLD)) if line.startswith(_TOLD) else None


def main(parent: int, command: list[str], *, tells: bool = False) -> None:
    """Tie this process to `parent`, then become `command`."""
    tie_to(parent)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if tells:
        sys.stdout.write(f"{_TOLD}{time.process_time()}\n")
        sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - the caller names the program; no shell takes part


if __name__ == "__main__":
    told = sys.argv[1] == _TELL
    _, parent_pid, *wanted = sys.argv[told:]
    main(int(parent_pid), wanted, tells=told)
