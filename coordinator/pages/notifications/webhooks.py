"""Subscriptions: who is told of what, what failed, and sending it again."""

from collections.abc import Mapping
from typing import Any

import msgspec

from coordinator.http.notifications.shown import known_subscriptions
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.operations.subscribing import again_command, renewal_command, subscription_command
from coordinator.pages.forms.posting import Sent
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import part_of
from coordinator.webhooks.signing import new_secret
from core.notifications.answers import SubscriptionAnswer
from core.notifications.commands import EndSubscription, RenewSecret, Subscribe
from core.notifications.events import ending
from projections.notifications.state import alarms

PAGE = "/admin/webhooks"


class _Wanted(msgspec.Struct, frozen=True):
    """A new subscription: where to, of which types, with blanks or commas between them, and of which project."""

    url: str = ""
    types: str = ""
    project: str = ""


class _Again(msgspec.Struct, frozen=True):
    """From where on."""

    position: int | None = None


class _Renewal(msgspec.Struct, frozen=True):
    """Whether the secret before signs nothing more."""

    at_once: bool = False


async def webhooks(node: Node, address: Address) -> dict[str, Any]:
    """Return a page of the subscriptions, those that need somebody first, one of those that ended, and the alarms raised."""
    known = sorted(await known_subscriptions(node), key=lambda one: (one.reason == "", one.id))
    subscriptions, paging = part_of(address, [one for one in known if one.ended_at is None])
    ended, paging_of_ended = part_of(address, [one for one in known if one.ended_at is not None], "ended")
    return {
        "subscriptions": subscriptions,
        "paging": paging,
        "ended": [(one, ending(one.ending)) for one in ended],
        "paging_of_ended": paging_of_ended,
        "alarms": [one for one in await node.readers["notifications"].query(alarms) if one.cleared_at is None],
        "secret": None,
    }


async def subscribe(sent: Sent) -> Mapping[str, object]:
    """Make a subscription and show its secret, once."""
    wanted, settings = sent.read(_Wanted), shared_of(sent.request).settings
    types = wanted.types.replace(",", " ").split()
    secret = new_secret(sent.secret(Subscribe))
    command = await subscription_command(sent.node, settings, wanted.url, types, wanted.project, secret)
    outcome = await sent.perform(command)
    answer: SubscriptionAnswer = outcome.answer
    return {"secret": secret, "made": answer.subscription, "renewed": False}


async def renew_secret(sent: Sent) -> Mapping[str, object]:
    """Give a subscription another secret and show that, once."""
    number, secret = sent.read_id("subscription"), new_secret(sent.secret(RenewSecret))
    command = await renewal_command(sent.node, number, secret, at_once=sent.read(_Renewal).at_once)
    await sent.perform(command)
    return {"secret": secret, "made": number, "renewed": True}


async def end_subscription(sent: Sent) -> str:
    """Deliver nothing to a subscription any more."""
    sent.confirm()
    return sent.done(await sent.perform(EndSubscription(subscription=sent.read_id("subscription"))))


async def send_again(sent: Sent) -> str:
    """Deliver from a position on, or from where deliveries stand."""
    command = again_command(sent.node, sent.read_id("subscription"), sent.read(_Again).position)
    return sent.done(await sent.perform(command))
