"""Nodes without anything but their copy of a shared log and their pen."""

from coordinator.log.shared import SharedLog
from coordinator.log.sqlite import SqliteEventLog
from coordinator.pen.pen import Database
from coordinator.pen.postgres import PostgresPen
from tests.ledgers import following, key_created
from tests.waiting import until


class BareNode:
    """A node's copy of the log, its pen, and the log that is made of both."""

    def __init__(self, directory, address, name):
        self.copy = SqliteEventLog(directory / f"{name}.db")
        self.lost = []
        self.pen = PostgresPen(Database(address, None, name), self.copy, self.lost.append)
        self.log = SharedLog(self.copy, self.pen)

    @property
    def session(self):
        """The session by which the pen is held."""
        return self.pen._shared.session

    @property
    def process(self):
        """The process of PostgreSQL that serves it."""
        return self.session._process

    def take(self):
        """Take the pen, if need be when PostgreSQL has found out that who held it is gone, or lets this one in again."""
        until(self.pen.attempt, said=lambda: self.pen.reason)
        return self

    def events(self, *numbers):
        """Return events that follow the copy."""
        return following(self.log, *map(key_created, numbers))

    def append(self, *numbers):
        """Append some; return them."""
        events = self.events(*numbers)
        self.log.append(events, self.log.head())
        return events

    def rows(self):
        """Return the whole copy."""
        return self.copy.read(0, 1_000)

    def close(self):
        """Close both."""
        self.pen.close()
        self.copy.close()
