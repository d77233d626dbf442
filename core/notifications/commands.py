"""Commands about subscriptions and alarms.

`again` says how often a subscription's events were sent again when something was found out about it: what was found out
before the last time does not count any more.
"""

from core.deciding import Command
from core.notifications.answers import Noted, SubscriptionAnswer


class Subscribe(Command[SubscriptionAnswer], frozen=True):
    """Have somebody told of events; the fields are those of `Subscribed`."""

    context = "notifications"
    seal: str
    sealed: str
    types: tuple[str, ...] = ()
    project: str = ""


class RenewSecret(Command[SubscriptionAnswer], frozen=True):
    """Have deliveries be signed with another secret; the fields are those of `SecretRenewed`."""

    context = "notifications"
    subscription: int
    seal: str
    sealed: str


class EndSubscription(Command[SubscriptionAnswer], frozen=True):
    """Deliver nothing to a subscription any more; `reason` as in `SubscriptionEnded`."""

    context = "notifications"
    subscription: int
    reason: str = "ended"


class NoteDelivered(Command[Noted], frozen=True):
    """Record that everything up to a position was delivered."""

    context = "notifications"
    subscription: int
    again: int
    upto: int
    deliveries: int


class NoteFailing(Command[Noted], frozen=True):
    """Record that an event is turned down, or that it was for so long that it is given up."""

    context = "notifications"
    subscription: int
    again: int
    position: int
    reason: str
    given_up: bool = False


class SendAgain(Command[SubscriptionAnswer], frozen=True):
    """Deliver from a position on, whatever was delivered before; None is where deliveries stand."""

    context = "notifications"
    subscription: int
    position: int | None = None


class RaiseAlarm(Command[Noted], frozen=True):
    """Record that something is as it should not be."""

    context = "notifications"
    alarm: str
    subject: str
    reason: str


class ClearAlarm(Command[Noted], frozen=True):
    """Record that it is as it should be again."""

    context = "notifications"
    alarm: str
    subject: str
