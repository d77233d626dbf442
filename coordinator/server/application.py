"""The application: one lifespan that opens the node, every context's routes, and what they share."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ControllerRouterHandler, Scope

from coordinator.http import (
    bulk,
    clients,
    docs,
    events,
    explaining,
    heads,
    keys,
    openapi,
    problems,
    projections,
    system,
    verification,
)
from coordinator.http.caller import Door, check_exposure
from coordinator.http.contexts import BODIES, INGESTS, ROUTERS
from coordinator.http.entering import RolesStated, enter
from coordinator.http.ingest import Ingest
from coordinator.http.keyring import open_keyring
from coordinator.http.limits import Limits
from coordinator.http.past import past_of
from coordinator.http.reading import JSONRequest
from coordinator.http.sessions import Sessions
from coordinator.http.tables import Tabular
from coordinator.http.watching import Watched
from coordinator.intake.uploads import Uploads
from coordinator.node import Node, opened
from coordinator.observing.metrics import Metrics
from coordinator.operations import clock, keeping, probing, ticking
from coordinator.operations.rebuilding import build_withheld
from coordinator.operations.seeding import seed_machines
from coordinator.pages import errors, serving
from coordinator.pages.contents import FORMS, PAGES, SECTIONS
from coordinator.pages.site import Site
from coordinator.projecting.opening import LONG
from coordinator.reactors import proving, tasks
from coordinator.reactors.queue import TaskQueue
from coordinator.residues.store import ResidueStore
from coordinator.settings import Settings

MAX_BODY_BYTES = 16 * 1024 * 1024
_SHARED = (
    system.ROUTER,
    docs.ROUTER,
    keys.ROUTER,
    projections.ROUTER,
    verification.ROUTER,
    clients.ROUTER,
    events.ROUTER,
    explaining.ROUTER,
    heads.ROUTER,
    bulk.hand_in,
)
"""The routes that belong to no context."""


def build_app(
    settings: Settings,
    routers: Sequence[ControllerRouterHandler] = ROUTERS,
    ingests: Sequence[Ingest[Any]] = INGESTS,
) -> Litestar:
    """Put the application together; nothing is opened before its lifespan begins.

    When that has ended it may begin again, with other settings when `state.settings` has been given others.

    Args:
        settings: how it is set up.
        routers: the contexts' routes.
        ingests: the kinds of item that the bulk address takes.
    """

    def node(scope: Scope) -> Node:
        opened_node: Node = past_of(scope) or app.state.node
        return opened_node

    app = Litestar(
        route_handlers=[*_SHARED, *routers, serving.router(PAGES, FORMS)],
        dependencies={
            "node": Provide(node, sync_to_thread=False),
            "settings": Provide(lambda: app.state.settings, sync_to_thread=False),
        },
        request_class=JSONRequest,
        response_class=Tabular,
        before_request=enter,
        plugins=[RolesStated()],
        exception_handlers=problems.HANDLERS,
        lifespan=[_lifespan],
        cors_config=_cors(settings),
        request_max_body_size=MAX_BODY_BYTES,
        state=State({"settings": settings, "ingests": ingests, "bodies": BODIES}),
        logging_config=None,
        openapi_config=openapi.configuration(system.VERSION),
        debug=False,
    )
    app.asgi_handler = Watched(app.asgi_handler)
    return app


def _furnish(state: State) -> None:
    """Give handlers what they share; what is opened with the node is added when it is."""
    settings: Settings = state.settings
    state.update(
        {
            "metrics": Metrics(),
            "ingestion": bulk.Ingestion(state.ingests, settings),
            "limits": Limits(settings.requests_per_second, settings.requests_at_once),
            "overview": serving.show_overview,
            "error_page": errors.show_error,
            "pages": serving.Pages(PAGES, Site(SECTIONS, settings)),
            "queue": TaskQueue(settings.valkey) if settings.valkey else None,
        }
    )


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncIterator[None]:
    """Open the node, and keep going what goes on by itself.

    Raises:
        BadInput: the address of the Valkey server is none.
        ExposedWithoutKeys: others could reach the coordinator, and nobody has a key.
    """
    settings: Settings = app.state.settings
    _furnish(app.state)
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(opened(settings.data_dir, LONG))
        keyring = await open_keyring(node)
        check_exposure(settings, keys_exist=keyring.in_use)
        app.state.node = node
        app.state.door = Door(settings, keyring, Sessions(keyring))
        app.state.metrics.attach(node)
        stack.callback(app.state.metrics.requests.write)
        app.state.residues = ResidueStore(settings.data_dir)
        uploads = app.state.uploads = Uploads(node, settings.number_ceiling_digits)
        stack.push_async_callback(uploads.close)
        await uploads.resume()
        build_withheld(node)
        # A start at which they can't be asked for leaves seeding to the next.
        if settings.seed_machines and "simulations" not in node.withheld:
            await seed_machines(node)
        going = [clock.run(node), clock.run_clearing(node, app.state.residues)]
        going += [probing.run(node), keeping.run(node), ticking.run(node), proving.run(node)]
        if app.state.queue is not None:
            stack.push_async_callback(app.state.queue.close)
            going.append(tasks.run(node, app.state.queue))
        for background in going:
            stack.push_async_callback(_ended, asyncio.create_task(background))
        yield


async def _ended(task: asyncio.Task[None]) -> None:
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
