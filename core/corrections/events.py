"""The one fact about corrections."""

from core.events.fact import Fact

STREAM = "corrections"
"""The stream in which all corrections stand."""


class Withdrawn(Fact, frozen=True):
    """Events do not count any more, nor does whatever they caused, however far.

    They stay in the log. Every table is what the fold of the log without them gives.

    Attributes:
        context: whose events they are, `factoring`.
        positions: of the events.
        reason: in words.
    """

    type = "corrections.withdrawn.v1"
    context: str
    positions: tuple[int, ...]
    reason: str


FACTS = (Withdrawn,)
