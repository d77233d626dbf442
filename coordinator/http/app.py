"""The application: one lifespan that opens the house, every context's routes, and what they share."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from coordinator import clock
from coordinator.house import House, opened
from coordinator.http import bulk, events, keys, problems
from coordinator.http.caller import Door
from coordinator.http.contexts import INGESTS, ROUTERS
from coordinator.http.ingest import Ingest
from coordinator.http.keyring import open_keyring
from coordinator.http.reading import JSONRequest
from coordinator.http.watching import Watched
from coordinator.observing.metrics import Metrics
from coordinator.settings import Settings

MAX_BODY_BYTES = 16 * 1024 * 1024


def build_app(
    settings: Settings,
    routers: Sequence[ControllerRouterHandler] = ROUTERS,
    ingests: Sequence[Ingest[Any]] = INGESTS,
) -> Litestar:
    """Put the application together; nothing is opened before its lifespan begins.

    Args:
        settings: how it is set up.
        routers: the contexts' routes.
        ingests: the kinds of item that the bulk address takes.
    """
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with opened(settings.data_dir) as house:
            app.state.house = house
            app.state.door = Door(settings, await open_keyring(house))
            ticking = asyncio.create_task(clock.run(house))
            yield
            ticking.cancel()

    def house(state: State) -> House:
        opened_house: House = state.house
        return opened_house

    app = Litestar(
        route_handlers=[keys.ROUTER, events.ROUTER, bulk.hand_in, *routers],
        dependencies={
            "house": Provide(house, sync_to_thread=False),
            "settings": Provide(lambda: settings, sync_to_thread=False),
        },
        request_class=JSONRequest,
        exception_handlers=problems.HANDLERS,
        lifespan=[lifespan],
        cors_config=CORSConfig(allow_origins=list(settings.cors_origins)),
        request_max_body_size=MAX_BODY_BYTES,
        state=State({"ingestion": bulk.Ingestion(ingests)}),
        logging_config=None,
        openapi_config=None,
    )
    app.asgi_handler = Watched(app.asgi_handler, metrics.requests)
    return app
