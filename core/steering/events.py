"""Facts about what is paused."""

from core.events.fact import Fact


class Paused(Fact, frozen=True):
    """No work is handed out any more for a target.

    Attributes:
        target: `everything`, `kind-factoring` or `client-5`; a project's pause stands with the projects.
        drains: whether what is handed out already is finished; else its holders are told to stop.
        reason: in words, may be empty.
    """

    type = "steering.paused.v1"
    target: str
    drains: bool
    reason: str


class Resumed(Fact, frozen=True):
    """Work is handed out again for a target that was paused."""

    type = "steering.resumed.v1"
    target: str


FACTS = (Paused, Resumed)
