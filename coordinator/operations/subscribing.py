"""Subscriptions: made with a secret of their own, and shown with the address that is sealed in the log."""

import asyncio
import sqlite3
from collections.abc import Sequence

import msgspec

from coordinator.node import Node
from coordinator.setup.settings import Settings
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from coordinator.webhooks.guarding import Guard
from core.deciding import ClientClaim
from core.notifications.commands import RenewSecret, SendAgain, Subscribe
from core.notifications.state import Subscription
from core.notifications.wanted import check_types
from core.refusals import BadInput, Conflict, Unknown
from projections.notifications.state import subscription_numbered

_OVERLAP_SECONDS = 86_400
"""For so long a secret that was renewed signs too."""


class Receiver(msgspec.Struct, frozen=True):
    """The part of a subscription that is sealed.

    Attributes:
        url: where to.
        secret: that deliveries are signed with.
        former: the secret before, with which they are signed too; empty for none.
        former_until: until when, Unix time.
    """

    url: str
    secret: str
    former: str = ""
    former_until: int = 0


_receiver = msgspec.json.Decoder(Receiver).decode


def guard_of(settings: Settings) -> Guard:
    """Return where a coordinator delivers to."""
    return Guard(settings.webhook_networks, settings.port)


async def subscription_command(
    node: Node, settings: Settings, url: str, types: Sequence[str], project: str, secret: str
) -> Subscribe:
    """Return the command that makes a subscription whose secret, which is shown once, is this.

    Raises:
        BadInput: nothing can be delivered to the address, or no event has such a type.
        Unavailable: the key that both are sealed under can't be written.
    """
    wanted = check_types([one.strip() for one in types if one.strip()], node.registry.facts.keys())
    await guard_of(settings).check_url(url)
    sealed = await _sealed(node, Receiver(url, secret))
    return Subscribe(seal=sealed.seal, sealed=sealed.sealed, types=wanted, project=project.strip())


async def renewal_command(node: Node, subscription: int, secret: str, *, at_once: bool) -> RenewSecret:
    """Return the command that gives a subscription another secret.

    Args:
        node: where.
        subscription: its number.
        secret: the other one, which is shown once.
        at_once: whether the secret before signs nothing more, as when somebody else knows it; else it does for a day.

    Raises:
        Unknown: there is no such subscription.
        Conflict: it has ended, or its key is lost.
        Unavailable: the key that it is sealed under can't be written.
    """
    known = await node.readers["notifications"].query(subscription_numbered, subscription)
    if known is None:
        raise Unknown(f"There is no subscription {subscription}.")
    before = receiver_of(node, known)
    if before is None:
        raise Conflict(f"Subscription {subscription} has ended, or its key is lost; make another one.")
    receiver = Receiver(before.url, secret)
    if not at_once:
        until = now() // 1_000_000 + _OVERLAP_SECONDS
        receiver = msgspec.structs.replace(receiver, former=before.secret, former_until=until)
    sealed = await _sealed(node, receiver)
    return RenewSecret(subscription=subscription, seal=sealed.seal, sealed=sealed.sealed)


async def _sealed(node: Node, receiver: Receiver) -> ClientClaim:
    try:
        return await asyncio.to_thread(node.sealing.seal, msgspec.json.encode(receiver).decode())
    except sqlite3.OperationalError as error:
        raise Unavailable.because(error) from error


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
