"""The command line that ties a program to the thread that starts it: by setpriv where it can, else by a Python.

Both ask the kernel for the same, as `workers.processes.leash` explains. setpriv, of util-linux, has asked in 2 ms of CPU time; a Python
takes 17, which counts where a program runs for some tens of milliseconds.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_LEASH = Path(__file__).with_name("leash.py")
_ASKED = ("--pdeathsig", "KILL")
_BEGIN = 'test "$PPID" = "$0" || { echo "The parent ended before its child began." >&2; exit 1; }; exec "$@"'
"""For sh, which is told who has to be the parent: one that ended before the kernel was asked takes nobody along."""


def tied(command: Sequence[str]) -> list[str]:
    """Return what becomes this command, and ends with the thread that starts it, which has to be of this process."""
    parent, setpriv = str(os.getpid()), _setpriv()
    if setpriv is None:
        return [sys.executable, "-I", "-S", str(_LEASH), "--tell", parent, *command]
    return [setpriv, *_ASKED, "/bin/sh", "-c", _BEGIN, parent, *command]


@cache
def _setpriv() -> str | None:
    """Return where setpriv is; None for nowhere, or for one that can't ask the kernel for this, as that of BusyBox."""
    found = shutil.which("setpriv") if sys.platform == "linux" else None
    if found is None:
        return None
    tried = subprocess.run([found, *_ASKED, "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603
    return found if tried.returncode == 0 else None
