"""Serving: a coordinator from its first line to its last, in one process or in several."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

import structlog
from litestar import Litestar

from coordinator.http.admission.keyring import LOCAL_WORKER
from coordinator.http.quick import QuickRoutes
from coordinator.http.shared import Shared
from coordinator.server.answering import Server, configured, widen
from coordinator.server.application import build_app
from coordinator.server.connections.listening import address_here, announce, bound
from coordinator.server.connections.quick import QuickProtocol
from coordinator.server.running import Beside, run, warn_of_engine
from coordinator.setup.settings import Settings

if TYPE_CHECKING:
    from coordinator.server.onward.relaying import Relay

_log = structlog.get_logger(__name__)


def serve(settings: Settings, beside: Beside | None = None) -> int:
    """Run a coordinator until it is told to stop: by SIGTERM, Ctrl-C, or the end of its terminal.

    By then what was accepted is on disk: streams end, requests under way are answered, the queue is drained.

    Args:
        settings: how it is set up.
        beside: entered in the main thread when the coordinator is ready, left before it stops; None for nothing.

    Returns:
        The process's exit code: 0, or one of those that `running` has.
    """
    if settings.desks:
        from coordinator.server.supervising import supervise  # noqa: PLC0415 - one process need not load what desks speak with

        return supervise(settings, beside)
    return run(settings, partial(_serve_alone, settings, beside))


async def _serve_alone(settings: Settings, beside: Beside | None) -> None:
    listener = bound(settings)
    app = build_app(settings)
    widen()
    async with app.lifespan():
        shared: Shared = app.state.shared
        warn_of_engine()

        @asynccontextmanager
        async def going() -> AsyncIterator[None]:
            announce(settings, listener)
            async with AsyncExitStack() as stack:
                if beside is not None:
                    key = shared.door.keyring.lend(LOCAL_WORKER)
                    await stack.enter_async_context(beside(settings, address_here(listener), key))
                yield
                _log.info("stopping")

        async with _among_nodes(app, settings) as relay:
            routes = QuickRoutes(app) if relay is None else QuickRoutes(app, relay.takes)
            config = configured(relay or app, partial(QuickProtocol, routes))
            await Server(config, shared.node, going).serve(sockets=[listener])
    _log.info("stopped")


def _among_nodes(app: Litestar, settings: Settings) -> AbstractAsyncContextManager["Relay | None"]:
    if not settings.nodes:
        return nullcontext()
    from coordinator.server.nodes import among_nodes  # noqa: PLC0415 - a node by itself need not load what nodes speak with

    return among_nodes(app, settings.data_dir)
