"""Subscriptions: made with a secret of their own, and shown with the address that is sealed in the log."""

import asyncio
import sqlite3
from collections.abc import Sequence

import msgspec

from coordinator.node import Node
from coordinator.settings import Settings
from coordinator.unavailable import Unavailable
from coordinator.webhooks.guarding import Guard
from coordinator.webhooks.signing import new_secret
from core.notifications.commands import SendAgain, Subscribe
from core.notifications.state import Subscription
from core.notifications.wanted import check_types
from core.refusals import BadInput


class Receiver(msgspec.Struct, frozen=True):
    """The part of a subscription that is sealed: where to, and the secret that deliveries are signed with."""

    url: str
    secret: str


_receiver = msgspec.json.Decoder(Receiver).decode


def guard_of(settings: Settings) -> Guard:
    """Return where a coordinator delivers to."""
    return Guard(settings.webhook_networks, settings.port)


async def subscription_command(
    node: Node, settings: Settings, url: str, types: Sequence[str], project: str
) -> tuple[Subscribe, str]:
    """Return the command that makes a subscription, and its secret, which is shown once.

    Raises:
        BadInput: nothing can be delivered to the address, or no event has such a type.
        Unavailable: the key that both are sealed under can't be written.
    """
    wanted = check_types([one.strip() for one in types if one.strip()], node.registry.facts.keys())
    await guard_of(settings).check_url(url)
    receiver = Receiver(url, new_secret())
    try:
        sealed = await asyncio.to_thread(node.sealing.seal, msgspec.json.encode(receiver).decode())
    except sqlite3.OperationalError as error:
        raise Unavailable.because(error) from error
    return Subscribe(seal=sealed.seal, sealed=sealed.sealed, types=wanted, project=project.strip()), receiver.secret


def again_command(node: Node, subscription: int, position: int | None) -> SendAgain:
    """Return the command that has events sent again; None is from where deliveries stand.

    Raises:
        BadInput: the log has not come so far.
    """
    if position is not None and not 0 < position <= node.end + 1:
        raise BadInput(
            f"position is {position}; the log ends at {node.end}, and positions from 1 to one beyond it are accepted."
        )
    return SendAgain(subscription=subscription, position=position)


def receiver_of(node: Node, subscription: Subscription) -> Receiver | None:
    """Return what is sealed of a subscription; None when its key is lost, or was destroyed after its end."""
    text = node.sealing.unseal(subscription.seal, subscription.sealed)
    return None if text is None else _receiver(text)
