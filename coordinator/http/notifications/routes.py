"""The routes of subscriptions."""

import msgspec
from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.notifications.shown import MadeSubscription, ShownSubscription, known_subscriptions, made
from coordinator.http.requests.parameters import Id
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.operations.subscribing import again_command, renewal_command, subscription_command
from coordinator.webhooks.signing import new_secret
from core.notifications.commands import EndSubscription


class NewSubscription(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A subscription to be made.

    Attributes:
        url: where events are delivered.
        types: of the events: each a type such as `factoring.factor_found.v1`, or its first words; none stands for all.
        project: name of the one whose events are wanted; empty for all events.
    """

    url: str
    types: tuple[str, ...] = ()
    project: str = ""


class Renewal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another secret: the one before signs too for a day, or nothing more when `at_once`."""

    at_once: bool = False


class Again(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From where on events are sent again; null is from where deliveries stand."""

    position: int | None = None


@get("/", summary="List the subscriptions")
async def list_subscriptions(node: NamedDependency[Node]) -> list[ShownSubscription]:
    """Return every subscription that was ever made."""
    return await known_subscriptions(node)


@post("/", summary="Subscribe to events", status_code=201, responses=may_answer(503))
async def subscribe(
    request: AnyRequest, node: NamedDependency[Node], data: JSONBody[NewSubscription]
) -> Response[MadeSubscription]:
    """Have events that are recorded from now on delivered to an address, and return the secret that signs them, once."""
    settings = shared_of(request).settings
    secret = new_secret()
    command = await subscription_command(node, settings, data.url, data.types, data.project, secret)
    outcome = await perform(request, command, key="")
    return answered(outcome, await made(node, outcome.answer.subscription, secret))


@post("/{subscription:int}/secret", summary="Renew a secret", status_code=200, responses=may_answer(404, 409, 503))
async def renew_secret(
    request: AnyRequest, node: NamedDependency[Node], subscription: Id, data: JSONBody[Renewal]
) -> Response[MadeSubscription]:
    """Have deliveries be signed with another secret, and return that, once; the one before signs too for a day."""
    secret = new_secret()
    command = await renewal_command(node, subscription, secret, at_once=data.at_once)
    outcome = await perform(request, command, key="")
    return answered(outcome, await made(node, subscription, secret))


@post("/{subscription:int}/again", summary="Send events again", status_code=200, responses=may_answer(404, 409))
async def send_again(
    request: AnyRequest, node: NamedDependency[Node], subscription: Id, data: JSONBody[Again]
) -> Response[dict[str, int]]:
    """Deliver from a position on, whatever was delivered before; one that was given up is tried again."""
    outcome = await perform(request, again_command(node, subscription, data.position))
    return answered(outcome, {"id": subscription})


@delete("/{subscription:int}", summary="End a subscription", status_code=200, responses=may_answer(404, 409))
async def end_subscription(request: AnyRequest, subscription: Id) -> Response[dict[str, int]]:
    """Deliver nothing to it any more."""
    outcome = await perform(request, EndSubscription(subscription=subscription))
    return answered(outcome, {"id": subscription})


ROUTERS = (
    Router(
        "/api/v1/admin/subscriptions",
        route_handlers=[list_subscriptions, subscribe, renew_secret, send_again, end_subscription],
        guards=[needs("admin")],
        tags=["Administration"],
    ),
)
