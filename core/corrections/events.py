"""The facts about corrections."""

from core.events.fact import Fact

STREAM = "corrections"
"""The stream in which all corrections stand."""


class Withdrawn(Fact, frozen=True):
    """Events do not count any more, nor does whatever they caused, however far.

    So corrections were recorded once; none is any more, since later events may speak of what vanishes without being
    caused by it. The first correction of the newer kind in a log takes these over: from then on they name reports, as
    `ReportsWithdrawn` does, and what else follows is what it restates.

    Attributes:
        context: whose events they are, `factoring`.
        positions: of the events.
        reason: in words.
    """

    type = "corrections.withdrawn.v1"
    context: str
    positions: tuple[int, ...]
    reason: str


class ReportsWithdrawn(Fact, frozen=True):
    """Reports do not count any more; of a factor, that its report claimed it.

    What follows from that is not found out anew at each fold: the events of the same correction restate it.

    Attributes:
        context: whose events they are, `factoring`.
        positions: of the events that record them.
        reason: in words.
    """

    type = "corrections.withdrawn.v2"
    context: str
    positions: tuple[int, ...]
    reason: str


class ReportsReinstated(Fact, frozen=True):
    """Reports that were withdrawn count again; see `ReportsWithdrawn`."""

    type = "corrections.reinstated.v1"
    context: str
    positions: tuple[int, ...]
    reason: str


class Restated(Fact, frozen=True):
    """The next events of the log count in the place of what was recorded before for some commands.

    Attributes:
        context: whose events they are.
        places: (position of a command's first event, how many of the next events count in its place), in the order in
            which these follow; 0 when nothing counts there any more, -1 when it is again what was recorded first.
    """

    type = "corrections.restated.v1"
    context: str
    places: tuple[tuple[int, int], ...]


class Concluded(Fact, frozen=True):
    """The correction is complete; it counts from here on."""

    type = "corrections.concluded.v1"
    context: str


FACTS = (Withdrawn, ReportsWithdrawn, ReportsReinstated, Restated, Concluded)
