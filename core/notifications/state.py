"""The state that decisions about subscriptions and alarms need."""

from typing import Protocol

import msgspec


class Subscription(msgspec.Struct, frozen=True, gc=False):
    """A subscription as it stands.

    Attributes:
        seal: id of the key under which the address and the secret are sealed.
        types: of the events that it takes; none stands for all.
        project: whose events it takes; empty for all.
        since: position of the event that made it; what comes after that is delivered.
        upto: everything up to here is delivered.
        delivered: how many events that were.
        again: how often somebody had events sent again.
        ended_at: when it ended, microseconds UTC; None while it lives.
        ending: why it ended.
        failing_at: position of the event that is turned down; None while none is.
        failing_since: when that was recorded first.
        reason: why it is turned down.
        given_up_at: since when it is not tried any more; None while it is.
    """

    id: int
    seal: str
    sealed: str
    types: tuple[str, ...]
    project: str
    since: int
    created_at: int
    upto: int
    delivered: int
    again: int
    ended_at: int | None
    ending: str
    failing_at: int | None
    failing_since: int | None
    reason: str
    given_up_at: int | None


class Alarm(msgspec.Struct, frozen=True, gc=False):
    """An alarm that was raised last for its subject, and when it was cleared."""

    alarm: str
    subject: str
    reason: str
    raised_at: int
    cleared_at: int | None


class NotificationsState(Protocol):
    """Implemented by `projections.notifications.state`."""

    def subscription(self, subscription: int) -> Subscription | None:
        """Return a subscription by its number."""
        ...

    def next_subscription(self) -> int:
        """Return the number that the next subscription gets."""
        ...

    def living(self) -> int:
        """Return how many subscriptions have not ended."""
        ...

    def raised(self, alarm: str, subject: str) -> bool:
        """Tell whether an alarm is raised for a subject."""
        ...
