"""Subscriptions as they are shown to those who administer."""

from typing import Literal

import msgspec

from coordinator.http.access.shown_keys import iso_or_none
from coordinator.node import Node
from coordinator.observing.figures import deliveries_waiting
from coordinator.operations.subscribing import receiver_of
from core.notifications.state import Subscription
from core.timestamps import to_iso
from projections.notifications.state import subscription_numbered, subscriptions

DeliveryState = Literal["delivered", "failing", "given up", "ended"]


class ShownSubscription(msgspec.Struct, frozen=True):
    """A subscription as it stands.

    Attributes:
        id: its number.
        url: where events are delivered; null when its key is lost, or was destroyed after its end.
        types: of the events; none stands for all.
        project: whose events; empty for all.
        state: `delivered`, `failing` while an event is turned down, `given up` when none is tried any more, or `ended`.
        created_at: when it was made.
        since: position of the event that made it; later ones are delivered.
        upto: everything up to this position is delivered.
        delivered: how many events that were.
        waiting: how many of the next 10,000 events of the log wait to be delivered.
        failing_at: position of the event that is turned down.
        failing_since: since when one is.
        reason: why.
        ended_at: when it ended.
        ending: `ended` by an administrator, `gone` when its receiver said so, `unreadable` when its key was lost.
    """

    id: int
    url: str | None
    types: tuple[str, ...]
    project: str
    state: DeliveryState
    created_at: str
    since: int
    upto: int
    delivered: int
    waiting: int
    failing_at: int | None
    failing_since: str | None
    reason: str
    ended_at: str | None
    ending: str


class MadeSubscription(ShownSubscription, frozen=True):
    """A subscription that was just made, with the secret that its deliveries are signed with, this once."""

    secret: str


async def known_subscriptions(node: Node) -> list[ShownSubscription]:
    """Return every subscription that was ever made."""
    return [await shown(node, one) for one in await node.readers["notifications"].query(subscriptions)]


async def made(node: Node, number: int, secret: str) -> MadeSubscription:
    """Return a subscription that was just made."""
    known = await node.readers["notifications"].query(subscription_numbered, number)
    assert known is not None, "it was just made"
    return MadeSubscription(**msgspec.structs.asdict(await shown(node, known)), secret=secret)


async def shown(node: Node, one: Subscription) -> ShownSubscription:
    """Return a subscription as it is shown."""
    receiver = receiver_of(node, one)
    return ShownSubscription(
        id=one.id,
        url=None if receiver is None else receiver.url,
        types=one.types,
        project=one.project,
        state=standing(one),
        created_at=to_iso(one.created_at),
        since=one.since,
        upto=one.upto,
        delivered=one.delivered,
        waiting=0 if one.ended_at is not None else await deliveries_waiting(node, one),
        failing_at=one.failing_at,
        failing_since=iso_or_none(one.failing_since),
        reason=one.reason,
        ended_at=iso_or_none(one.ended_at),
        ending=one.ending,
    )


def standing(one: Subscription) -> DeliveryState:
    """Return how a subscription stands, in a word or two."""
    if one.ended_at is not None:
        return "ended"
    if one.given_up_at is not None:
        return "given up"
    return "delivered" if one.failing_at is None else "failing"
