"""Named places in which a test may have the process die as if by kill -9.

Production code passes through them at the cost of a comparison; they do nothing unless TALLYSTICK_FAILPOINT names one.
"""

import os
import re
import signal
from collections.abc import Callable, Mapping
from typing import Literal, get_args

from core.refusals import BadInput

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
    """Return what is called at every failpoint; `NAME:3` dies the third time that NAME is reached.

    Raises:
        BadInput: the variable names none, or no number of times.
    """
    wanted = environment.get(VARIABLE, "")
    if not wanted:
        return lambda _name: None
    known = (*get_args(Failpoint), *get_args(SharedFailpoint))
    given = re.fullmatch(r"([a-z-]+)(?::([1-9][0-9]{0,8}))?", wanted)
    if given is None or given[1] not in known:
        raise BadInput(
            f"{VARIABLE} is {wanted!r}; one of {', '.join(known)} is accepted, with :3 behind it for the third time."
        )
    died_at, left = given[1], int(given[2] or 1)

    def reached(name: Failpoint | SharedFailpoint) -> None:
        nonlocal left
        if name == died_at:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return reached
