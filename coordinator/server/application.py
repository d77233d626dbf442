"""The application: one lifespan that opens the node, every context's routes, and what they share."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from typing import TypeAlias

import msgspec
from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import Scope

from coordinator.desks.presence import SharedPresence
from coordinator.http import clients
from coordinator.http.access import invitations, keys, users
from coordinator.http.admission.door import Door, check_exposure
from coordinator.http.admission.keyring import Keyring, open_keyring
from coordinator.http.admission.limits import Limits
from coordinator.http.admission.sessions import Sessions
from coordinator.http.around.entering import RolesStated, enter
from coordinator.http.around.watching import Watched
from coordinator.http.bulk import handing_in
from coordinator.http.description import openapi
from coordinator.http.description import routes as description
from coordinator.http.log import events, explaining, export, heads, projections, verification
from coordinator.http.past import past_of
from coordinator.http.requests.reading import JSONRequest
from coordinator.http.responses import problems
from coordinator.http.responses.tables import Tabular
from coordinator.http.shared import Shared, shared_in
from coordinator.http.system import health, program, steering
from coordinator.node import Node
from coordinator.observing.metrics import Metrics
from coordinator.opening import opened
from coordinator.operations.projections.rebuilding import build_withheld
from coordinator.operations.upkeep import clock, probing, replacing, signing_heads, snapshotting, stirring, taking_over
from coordinator.operations.upkeep.presuming import presume_present
from coordinator.pages import errors
from coordinator.pages.contents import Contents, contents
from coordinator.pages.rendering.site import Site, compile_templates
from coordinator.pages.serving.pages import Pages, router, show_overview
from coordinator.pen.pen import Database
from coordinator.pen.standing import Standing
from coordinator.projecting.opening import LONG
from coordinator.server.contexts import CONTEXTS, BoundedContext, Duty, Going
from coordinator.setup.addresses import peers_in
from coordinator.setup.credentials import POSTGRES_PASSWORD, secret
from coordinator.setup.settings import Settings

MAX_BODY_BYTES = 16 * 1024 * 1024
_SHARED = (
    program.ROUTER,
    health.ROUTER,
    description.ROUTER,
    keys.ROUTER,
    invitations.ROUTER,
    invitations.accept,
    users.ROUTER,
    projections.ROUTER,
    verification.ROUTER,
    clients.ROUTER,
    steering.ROUTER,
    steering.list_pauses,
    events.ROUTER,
    export.ROUTER,
    explaining.ROUTER,
    heads.ROUTER,
    handing_in.hand_in,
)
"""The routes that belong to no context."""


Opening: TypeAlias = Callable[[Sequence[BoundedContext], Contents, Litestar], AbstractAsyncContextManager[None]]
"""Opens what an application shows, and puts what handlers share in its state; closes it in the end."""


def build_app(settings: Settings, contexts: Sequence[BoundedContext] = CONTEXTS) -> Litestar:
    """Put the application together; nothing is opened before its lifespan begins.

    When that has ended it may begin again, with other settings when `state.settings` has been given others; and it opens
    something else than a coordinator when `state.opening` has been given another `Opening`.

    Args:
        settings: how it is set up.
        contexts: what it is for, besides clients and keys.
    """

    def node(scope: Scope) -> Node:
        return past_of(scope) or shared_in(scope).node

    def api_description() -> bytes:
        bodies = {handler: body for context in contexts for handler, body in context.bodies.items()}
        return msgspec.json.encode(openapi.describe(app, bodies, ingestion.items))

    ingestion = handing_in.Ingestion([kind for context in contexts for kind in context.ingests])
    site = contents([context.pages for context in contexts])
    routers = [router for context in contexts for router in context.routers]
    app = Litestar(
        route_handlers=[*_SHARED, *routers, router(site.pages, site.forms)],
        dependencies={
            "node": Provide(node, sync_to_thread=False),
            "settings": Provide(lambda: app.state.settings, sync_to_thread=False),
            "ingestion": Provide(lambda: ingestion, sync_to_thread=False),
            "api_description": Provide(api_description, use_cache=True, sync_to_thread=True),
            "overview": Provide(lambda: show_overview, sync_to_thread=False),
        },
        request_class=JSONRequest,
        response_class=Tabular,
        before_request=enter,
        plugins=[RolesStated()],
        exception_handlers=problems.handlers(errors.show_error),
        lifespan=[lambda app: app.state.opening(contexts, site, app)],
        cors_config=_cors(settings),
        request_max_body_size=MAX_BODY_BYTES,
        state=State({"settings": settings, "opening": _lifespan}),
        logging_config=None,
        openapi_config=openapi.configuration(program.VERSION),
        debug=False,
    )
    app.asgi_handler = Watched(app.asgi_handler)
    return app


@asynccontextmanager
async def _lifespan(contexts: Sequence[BoundedContext], site: Contents, app: Litestar) -> AsyncIterator[None]:
    """Open the node, and keep going what goes on by itself.

    Raises:
        BadInput: `valkey` is not the address of a Valkey server.
        ExposedWithoutKeys: others could reach the coordinator, and nobody has a key.
    """
    settings: Settings = app.state.settings
    async with AsyncExitStack() as stack:
        presence = SharedPresence() if settings.desks else None
        node = await stack.enter_async_context(
            opened(
                settings.data_dir,
                LONG,
                [context.projection for context in contexts],
                presence,
                database=_database(settings),
            )
        )
        keyring = await open_keyring(node)
        check_exposure(settings, keys_exist=keyring.in_use)
        limits = Limits(settings.requests_per_second, settings.requests_at_once)
        shared = share_with_handlers(app, contexts, site, node, keyring, limits)
        shared.metrics.attach(node)
        stack.callback(shared.metrics.requests.write)
        build_withheld(node)
        if node.standing.holding:
            await presume_present(node, node.started_at)
        lives = [await context.life(shared, stack) for context in contexts if context.life is not None]
        going = [_upkeep(node, keyring, site), *lives, _succession(node)]
        here = [duty for one in going for duty in one.here]
        here.append(partial(_while_holding, node.standing, [duty for one in going for duty in one.writing]))
        for begin in here:
            stack.push_async_callback(ended, asyncio.create_task(begin()))
        yield


def _upkeep(node: Node, keyring: Keyring, site: Contents) -> Going:
    """Return what goes on by itself whatever contexts there are."""
    return Going(
        here=(
            partial(signing_heads.run, node),
            partial(snapshotting.run, node),
            partial(replacing.run, node),
            partial(probing.run, node),
            partial(stirring.run, node),
            partial(compile_templates, site.templates),
        ),
        writing=(partial(clock.run, node), partial(clock.run_noting, node, keyring.used)),
    )


def _succession(node: Node) -> Going:
    """Return what goes on by itself where nodes share a log, of which one after the other writes."""
    if node.pen is None:
        return Going()
    return Going(here=(partial(taking_over.run, node), partial(taking_over.run_looking, node)))


def _database(settings: Settings) -> Database | None:
    if not settings.postgres:
        return None
    password = partial(secret, os.environ, POSTGRES_PASSWORD)
    password()  # one that can't be read is found before anything is opened
    return Database(settings.postgres, password, settings.node_name, peers_in(settings.nodes))


async def _while_holding(standing: Standing, duties: Sequence[Duty]) -> None:
    """Have some things go on while this node holds the pen, until cancelled."""
    while True:
        async with AsyncExitStack() as stack:
            for begin in duties if standing.holding else ():
                stack.push_async_callback(ended, asyncio.create_task(begin()))
            await standing.changes()


def share_with_handlers(
    app: Litestar,
    contexts: Sequence[BoundedContext],
    site: Contents,
    node: Node,
    keyring: Keyring,
    limits: Limits,
) -> Shared:
    """Put what all handlers of an application share into its state, the pages among it, and return it."""
    settings: Settings = app.state.settings
    shared = app.state.shared = Shared(
        node=node,
        settings=settings,
        door=Door(settings, keyring, Sessions(keyring)),
        limits=limits,
        metrics=Metrics(
            figures={one.projection.name: one.figures for one in contexts if one.figures is not None},
            results={route: one.projection.name for one in contexts for route in one.results},
        ),
        opened={},
    )
    shared.open(Pages(site.pages, Site(site.navigation, site.templates, settings)))
    return shared


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel a task, and wait until it has ended."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _cors(settings: Settings) -> CORSConfig:
    return CORSConfig(
        allow_origins=list(settings.cors_origins),
        expose_headers=[
            "X-Request-ID",
            "Tallystick-Position",
            "Tallystick-Hash",
            "Tallystick-Repeated",
            "Tallystick-Time",
            "ETag",
            "Link",
            "X-Total-Count",
        ],
    )
