"""Named places in which a test may have the process die as if by kill -9.

Production code passes through them at the cost of a comparison; they do nothing unless TALLYSTICK_FAILPOINT names one.
"""

import os
import signal
from collections.abc import Callable, Mapping
from typing import Literal, get_args

Failpoint = Literal[
    "before-log-commit",
    "after-log-commit",
    "before-projections",
    "between-projection-commits",
    "after-projection-commits",
    "before-swap",
    "during-swap",
    "after-swap",
]
SharedFailpoint = Literal["between-log-commits"]
"""Where only a coordinator comes by that shares its log."""
Reached = Callable[[Failpoint | SharedFailpoint], None]
VARIABLE = "TALLYSTICK_FAILPOINT"


def from_environment(environment: Mapping[str, str]) -> Reached:
    """Return what is called at every failpoint; `NAME:3` dies the third time that NAME is reached."""
    wanted, _, count = environment.get(VARIABLE, "").partition(":")
    if not wanted:
        return lambda _name: None
    known = (*get_args(Failpoint), *get_args(SharedFailpoint))
    if wanted not in known:
        raise ValueError(f"{VARIABLE}={wanted!r} is not a failpoint; these are: {', '.join(known)}.")
    left = int(count or 1)

    def reached(name: Failpoint | SharedFailpoint) -> None:
        nonlocal left
        if name == wanted:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return reached
