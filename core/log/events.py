"""Facts about the log itself."""

from core.events.fact import Fact


class LogOpened(Fact, frozen=True):
    """The first event of every log.

    Attributes:
        log: a random id, by which two logs are told apart.
    """

    type = "log.opened.v1"
    log: str


FACTS = (LogOpened,)
