"""Facts about the log itself."""

from core.events.fact import Fact


class LogOpened(Fact, frozen=True):
    """The first event of every log.

    Attributes:
        log: a random id, by which two logs are told apart.
    """

    type = "log.opened.v1"
    log: str


class PenTaken(Fact, frozen=True):
    """A node has the right to append from here on, until another event of this kind; its position is the term.

    Attributes:
        node: its name.
    """

    type = "pen.taken.v1"
    node: str


FACTS = (LogOpened, PenTaken)
