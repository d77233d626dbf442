"""Errands: what the coordinator tells the child that delivers, and what that says it has found out."""

import msgspec

from coordinator.webhooks.guarding import Guard


class Errand(msgspec.Struct, frozen=True):
    """The thing that the child is for.

    Attributes:
        directory: the data directory.
        log: the log's id.
        guard: where may be delivered to.
    """

    directory: str
    log: str
    guard: Guard


class Destination(msgspec.Struct, frozen=True):
    """A subscription as its courier needs to know it.

    Attributes:
        subscription: its number.
        again: how often its events were sent again.
        url: where to.
        secret: that deliveries are signed with.
        former: the secret before, with which they are signed too; empty for none.
        former_until: until when, Unix time.
        types: of the events that it takes; none stands for all.
        project: whose events it takes; empty for all.
        upto: everything up to here is delivered.
        failing_since: since when it has turned an event down, microseconds UTC; None when it does not.
    """

    subscription: int
    again: int
    url: str
    secret: str
    types: tuple[str, ...]
    project: str
    upto: int
    failing_since: int | None
    former: str = ""
    former_until: int = 0

    def secrets(self, moment: float) -> tuple[str, ...]:
        """Return the secrets that sign at a moment, Unix time."""
        return (self.secret, self.former) if moment < self.former_until else (self.secret,)


class Found(msgspec.Struct, frozen=True, tag=True):
    """Something that a courier has found out about a subscription."""

    subscription: int
    again: int


class Delivered(Found, frozen=True):
    """All up to a position is delivered, which were so many events since it was said last."""

    upto: int
    deliveries: int


class Failing(Found, frozen=True):
    """The event at a position is turned down, or was for so long that it is given up."""

    position: int
    reason: str
    given_up: bool


class Gone(Found, frozen=True):
    """The receiver wants nothing any more."""
