"""Facts about being told: subscriptions, how far they are delivered to, and alarms.

Not every delivery is an event of its own: what was delivered is recorded together, a few seconds or some hundreds of
deliveries at a time. A coordinator that dies in between delivers those again, under the ids that they had.
"""

from core.events.fact import Fact


class Subscribed(Fact, frozen=True):
    """Somebody is to be told of events from now on.

    Attributes:
        subscription: its number, from 1.
        seal: id of the key under which `sealed` is encrypted; it stands outside of the log.
        sealed: the address and the secret, encrypted, base64.
        types: of the events: each a type, or its first words; none stands for all.
        project: name of the one whose events are wanted; empty for all events.
    """

    type = "notifications.subscribed.v1"
    subscription: int
    seal: str
    sealed: str
    types: tuple[str, ...]
    project: str


class SecretRenewed(Fact, frozen=True):
    """A subscription's deliveries are signed with another secret from now on.

    Attributes:
        subscription: its number.
        seal: id of the key under which `sealed` is encrypted; the one before is destroyed.
        sealed: the address and the secret, encrypted, base64; the secret before as well, while it signs too.
    """

    type = "notifications.secret_renewed.v1"
    subscription: int
    seal: str
    sealed: str


class SubscriptionEnded(Fact, frozen=True):
    """Nothing is delivered to a subscription any more.

    Attributes:
        subscription: its number.
        reason: `ended` by an administrator, `gone` when its receiver says so, `unreadable` when its key is lost.
    """

    type = "notifications.subscription_ended.v1"
    subscription: int
    reason: str


class EventsDelivered(Fact, frozen=True):
    """A subscription's receiver has every event up to a position that it is to have.

    Attributes:
        subscription: its number.
        upto: the position.
        deliveries: how many events were delivered since the record before.
    """

    type = "notifications.delivered.v1"
    subscription: int
    upto: int
    deliveries: int


class DeliveryFailing(Fact, frozen=True):
    """A receiver has turned an event down several times, or does not answer; it is tried on.

    Attributes:
        subscription: its number.
        position: of the event; those after it wait.
        reason: in words.
    """

    type = "notifications.failing.v1"
    subscription: int
    position: int
    reason: str


class DeliveryGivenUp(Fact, frozen=True):
    """An event was turned down for days; it, and those after it, wait until somebody has them sent again."""

    type = "notifications.given_up.v1"
    subscription: int
    position: int
    reason: str


class SentAgain(Fact, frozen=True):
    """Somebody has a subscription's events delivered from one position on, whatever was delivered before."""

    type = "notifications.sent_again.v1"
    subscription: int
    position: int


class AlarmRaised(Fact, frozen=True):
    """Something is as it should not be.

    Attributes:
        alarm: its kind: `worker_silent`, `results_refused`, `projection_stopped`, `disk_filling`,
            `machine_doubtful`, `finds_missed`.
        subject: what it is about, such as `client-5`.
        reason: in words.
    """

    type = "notifications.alarm_raised.v1"
    alarm: str
    subject: str
    reason: str


class AlarmCleared(Fact, frozen=True):
    """It is as it should be again."""

    type = "notifications.alarm_cleared.v1"
    alarm: str
    subject: str


FACTS = (
    Subscribed,
    SecretRenewed,
    SubscriptionEnded,
    EventsDelivered,
    DeliveryFailing,
    DeliveryGivenUp,
    SentAgain,
    AlarmRaised,
    AlarmCleared,
)


_ENDINGS = {"gone": "its receiver said so", "unreadable": "its key was lost"}


def ending(reason: str) -> str:
    """Return why a subscription ended, in words."""
    return _ENDINGS.get(reason, "by an administrator")
