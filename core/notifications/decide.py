"""Decisions about subscriptions and alarms."""

from collections.abc import Sequence

from core.deciding import Answer, Asking, Context, Decision
from core.events.envelope import Event, NewEvent
from core.free_text import check_plain_name
from core.notifications.answers import Noted, SubscriptionAnswer
from core.notifications.commands import (
    ClearAlarm,
    EndSubscription,
    NoteDelivered,
    NoteFailing,
    RaiseAlarm,
    RenewSecret,
    SendAgain,
    Subscribe,
)
from core.notifications.events import (
    FACTS,
    AlarmCleared,
    AlarmRaised,
    DeliveryFailing,
    DeliveryGivenUp,
    EventsDelivered,
    SecretRenewed,
    SentAgain,
    Subscribed,
    SubscriptionEnded,
)
from core.notifications.state import NotificationsState, Subscription
from core.refusals import BadInput, Busy, Conflict, Unknown

MOST_LIVING = 100
MAX_PROJECT = 100
ALARMS = "alarms"
"""The stream of alarms."""


def stream_of(subscription: int) -> str:
    """Return the stream of a subscription's events."""
    return f"subscription-{subscription}"


def subscribe(command: Subscribe, _: Asking, state: NotificationsState) -> Decision:
    """Make a subscription.

    Raises:
        BadInput: no project can have this name.
        Busy: there are too many.
    """
    check_plain_name("project", command.project, MAX_PROJECT, least=0)
    if state.living() >= MOST_LIVING:
        raise Busy(f"{MOST_LIVING} subscriptions are delivered to already; end one of them first.")
    fact = Subscribed(
        subscription=state.next_subscription(),
        seal=command.seal,
        sealed=command.sealed,
        types=command.types,
        project=command.project,
    )
    return [NewEvent(stream_of(fact.subscription), fact)]


def renew(command: RenewSecret, _: Asking, state: NotificationsState) -> Decision:
    """Give a subscription another secret.

    Raises:
        Unknown: there is no such subscription.
        Conflict: it has ended.
    """
    known = _living(command.subscription, state)
    fact = SecretRenewed(subscription=known.id, seal=command.seal, sealed=command.sealed)
    return [NewEvent(stream_of(known.id), fact)]


def end(command: EndSubscription, _: Asking, state: NotificationsState) -> Decision:
    """End a subscription.

    Raises:
        Unknown: there is no such subscription.
        Conflict: it has ended already.
    """
    known = _living(command.subscription, state)
    return [NewEvent(stream_of(known.id), SubscriptionEnded(subscription=known.id, reason=command.reason))]


def note_delivered(command: NoteDelivered, _: Asking, state: NotificationsState) -> Decision:
    """Record how far deliveries have come, unless it is known, or comes too late to matter."""
    known = state.subscription(command.subscription)
    if known is None or known.ended_at is not None or known.again != command.again or command.upto <= known.upto:
        return Noted()
    fact = EventsDelivered(subscription=known.id, upto=command.upto, deliveries=command.deliveries)
    return [NewEvent(stream_of(known.id), fact)]


def note_failing(command: NoteFailing, _: Asking, state: NotificationsState) -> Decision:
    """Record that an event is turned down: once when it begins to be, and once when it is given up."""
    known = state.subscription(command.subscription)
    if known is None or known.ended_at is not None or known.again != command.again or command.position <= known.upto:
        return Noted()
    if known.failing_at == command.position and (known.given_up_at is not None) >= command.given_up:
        return Noted()
    kind = DeliveryGivenUp if command.given_up else DeliveryFailing
    fact = kind(subscription=known.id, position=command.position, reason=command.reason)
    return [NewEvent(stream_of(known.id), fact)]


def send_again(command: SendAgain, _: Asking, state: NotificationsState) -> Decision:
    """Have events delivered again.

    Raises:
        Unknown: there is no such subscription.
        Conflict: it has ended.
        BadInput: the position is from before the subscription.
    """
    known = _living(command.subscription, state)
    position = known.upto + 1 if command.position is None else command.position
    if position <= known.since:
        raise BadInput(
            f"position is {position}; subscription {known.id} was made as event {known.since}, and later ones are accepted."
        )
    return [NewEvent(stream_of(known.id), SentAgain(subscription=known.id, position=position))]


def raise_alarm(command: RaiseAlarm, _: Asking, state: NotificationsState) -> Decision:
    """Record an alarm, unless it is raised already."""
    if state.raised(command.alarm, command.subject):
        return Noted()
    return [NewEvent(ALARMS, AlarmRaised(alarm=command.alarm, subject=command.subject, reason=command.reason))]


def clear_alarm(command: ClearAlarm, _: Asking, state: NotificationsState) -> Decision:
    """Record that an alarm is over, unless it is not raised."""
    if not state.raised(command.alarm, command.subject):
        return Noted()
    return [NewEvent(ALARMS, AlarmCleared(alarm=command.alarm, subject=command.subject))]


def _living(subscription: int, state: NotificationsState) -> Subscription:
    known = state.subscription(subscription)
    if known is None:
        raise Unknown(f"There is no subscription {subscription}.")
    if known.ended_at is not None:
        raise Conflict(f"Subscription {subscription} has ended already.")
    return known


def answer(events: Sequence[Event], state: NotificationsState) -> Answer:  # noqa: ARG001 - one shape for all
    """Tell the number of the subscription."""
    match events[-1].fact:
        case (
            Subscribed(subscription=subscription)
            | SecretRenewed(subscription=subscription)
            | SubscriptionEnded(subscription=subscription)
            | SentAgain(subscription=subscription)
        ):
            return SubscriptionAnswer(subscription)
    return Noted()


NOTIFICATIONS = Context(
    name="notifications",
    facts=FACTS,
    decisions={
        Subscribe: subscribe,
        RenewSecret: renew,
        EndSubscription: end,
        NoteDelivered: note_delivered,
        NoteFailing: note_failing,
        SendAgain: send_again,
        RaiseAlarm: raise_alarm,
        ClearAlarm: clear_alarm,
    },
    answer=answer,
    answers=(SubscriptionAnswer, Noted),
    credits=False,
)
