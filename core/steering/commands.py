"""Commands that pause and resume."""

from core.deciding import Command
from core.steering.answers import Steered


class Pause(Command[Steered], frozen=True):
    """Hand out no more work for a target.

    Attributes:
        target: `everything`, `kind-factoring` or `client-5`.
        drains: whether what is handed out already is finished.
        reason: in words, may be empty.
    """

    context = "steering"
    target: str
    drains: bool
    reason: str = ""


class Resume(Command[Steered], frozen=True):
    """Hand out work for a target again."""

    context = "steering"
    target: str
