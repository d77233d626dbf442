"""Parts of a coordinator that runs as several processes: the office, the desks before it, and the crew that works for both.

A part writes into a pipe when it is ready. The process that it was forked from (`supervising`) tells it when to stop.
"""

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from litestar import Litestar

from coordinator.desks.desk import TELL_SECONDS, opened_desk
from coordinator.desks.forwarder import Forwarder
from coordinator.desks.messages import Counted, Hello
from coordinator.desks.office import Office, receiving
from coordinator.desks.presence import SharedPresence
from coordinator.http.admission.keyring import LOCAL_WORKER, open_keyring
from coordinator.http.admission.limits import Limits
from coordinator.http.quick import QuickRoutes
from coordinator.http.shared import Shared
from coordinator.http.system.program import VERSION
from coordinator.node import Node
from coordinator.operations.upkeep import stirring
from coordinator.pages.contents import Contents
from coordinator.pages.rendering.site import compile_templates
from coordinator.server.answering import Server, configured, widen
from coordinator.server.application import ended, share_with_handlers
from coordinator.server.connections.lines import LineProtocol
from coordinator.server.contexts import BoundedContext
from coordinator.server.onward.passing import FromDesks, Passing
from coordinator.server.onward.splicing import DeskProtocol
from coordinator.server.running import Beside, warn_of_engine
from coordinator.setup.settings import Settings
from coordinator.time.repeating import every

STOP = signal.SIGUSR1
"""Tells a part to stop; SIGTERM may reach all at once, and not each of them may stop then. Blocked until a part takes it."""
_COUNT_SECONDS = 1.0


@dataclass(frozen=True)
class OfficePart:
    """An office as it is made.

    Attributes:
        settings: of the coordinator.
        app: put together, not opened.
        directory: with the sockets by which desks reach it.
        worker_key: opens work to the workers beside the coordinator.
        http: the socket at which it answers HTTP.
        orders: the socket at which it takes orders.
    """

    settings: Settings
    app: Litestar
    directory: str
    worker_key: str
    http: socket.socket
    orders: socket.socket


@dataclass(frozen=True)
class DeskPart:
    """A desk as it is made.

    Attributes:
        settings: of the coordinator.
        app: put together, not opened.
        directory: with the sockets by which it reaches its office.
        worker_key: opens work to the workers beside the coordinator.
        name: of the desk.
        listener: the socket at which it answers HTTP.
    """

    settings: Settings
    app: Litestar
    directory: str
    worker_key: str
    name: str
    listener: socket.socket


@dataclass(frozen=True)
class CrewPart:
    """A crew as it is made.

    Attributes:
        settings: of the coordinator.
        beside: what goes on beside the coordinator.
        address: by which everybody reaches that.
        worker_key: opens work to it.
    """

    settings: Settings
    beside: Beside
    address: str
    worker_key: str


def orders_path(directory: str) -> str:
    """Return where an office takes orders."""
    return f"{directory}/orders"


def http_path(directory: str) -> str:
    """Return where an office answers HTTP."""
    return f"{directory}/http"


class _Unlimited(Limits):
    """Buckets of a desk, which take nothing: the office's count."""

    def __init__(self) -> None:
        super().__init__(1, 1)

    def take(self, actor: str | None, client: str | None, now: int) -> None:
        """Take a token for a request."""


@asynccontextmanager
async def _ready(told: int) -> AsyncIterator[None]:
    os.write(told, b"!")
    os.close(told)
    yield


async def be_office(office: OfficePart, told: int, serving: type[Server] = Server) -> None:
    """Be the office until told to stop.

    Args:
        office: which one.
        told: the pipe that is written into when it is ready.
        serving: makes what answers HTTP.
    """
    app = office.app
    widen()
    async with app.lifespan():
        shared: Shared = app.state.shared
        shared.door.keyring.lend(LOCAL_WORKER, office.worker_key)
        warn_of_engine()
        presence = shared.node.presence
        assert isinstance(presence, SharedPresence), "its settings say that there are desks"
        taking = shared.open(Office(shared.node, presence, VERSION, shared.limits.take, partial(_count, shared)))
        shared.metrics.desks = lambda: {one.name: one.counted.cpu_seconds for one in taking.desks if one.counted}

        async with receiving(taking, shared.node, office.orders):
            server = serving(configured(FromDesks(app), LineProtocol), shared.node, partial(_ready, told), (STOP,))
            await server.serve(sockets=[office.http])


def _count(shared: Shared, counted: Counted) -> None:
    shared.metrics.requests.add(counted.requests, counted.refused)
    used = shared.door.keyring.used
    for key, moment in counted.uses.items():
        used[key] = max(used.get(key, 0), moment)


async def be_desk(desk: DeskPart, told: int) -> None:
    """Be a desk until told to stop.

    Args:
        desk: which one.
        told: the pipe that is written into when it is ready.
    """
    office = http_path(desk.directory)
    app = desk.app
    app.state.opening = partial(opened_as_desk, desk)
    widen()
    passing = Passing(app, office)
    async with app.lifespan():
        shared: Shared = app.state.shared
        protocol = partial(DeskProtocol, QuickRoutes(app), office, passing.silence)
        server = Server(configured(passing, protocol), shared.node, partial(_answering, passing, told), (STOP,))
        await server.serve(sockets=[desk.listener])
    await passing.close()


async def be_crew(crew: CrewPart, told: int) -> None:
    """Be the crew until told to stop.

    Args:
        crew: which one.
        told: the pipe that is written into when it is ready.
    """
    # Not ignored: it would be so in workers, too, until they begin to listen.
    signal.signal(signal.SIGTERM, lambda *_: None)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(STOP, stopped.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {STOP})
    async with _ready(told), crew.beside(crew.settings, crew.address, crew.worker_key):
        await stopped.wait()


@asynccontextmanager
async def _answering(passing: Passing, told: int) -> AsyncIterator[None]:
    async with _ready(told):
        yield
    passing.hang_up()


@asynccontextmanager
async def opened_as_desk(
    desk: DeskPart, contexts: Sequence[BoundedContext], site: Contents, app: Litestar
) -> AsyncIterator[None]:
    """Open what a desk shows."""

    async def connect(link: Callable[[], Any]) -> object:
        return await asyncio.get_running_loop().create_unix_connection(link, orders_path(desk.directory))

    bounded = [context.projection for context in contexts]
    async with AsyncExitStack() as stack:
        hello = Hello(VERSION, desk.name)
        node, forwarder = await stack.enter_async_context(opened_desk(desk.settings.data_dir, hello, connect, bounded))
        keyring = await open_keyring(node)
        keyring.lend(LOCAL_WORKER, desk.worker_key)
        shared = share_with_handlers(app, contexts, site, node, keyring, _Unlimited())
        stack.callback(shared.metrics.requests.write)
        for going in (
            every(TELL_SECONDS, "presence_not_told", partial(_tell_presence, node, forwarder)),
            every(_COUNT_SECONDS, "counts_not_told", partial(_tell_counts, shared, forwarder)),
            stirring.run(node),
            compile_templates(site.templates),
        ):
            stack.push_async_callback(ended, asyncio.create_task(going))
        yield
        await _tell_counts(shared, forwarder)


async def _tell_presence(node: Node, forwarder: Forwarder) -> None:
    assert isinstance(node.presence, SharedPresence), "a desk's is"
    if forwarder.connected and (seen := node.presence.untold()) is not None:
        forwarder.note(seen)


async def _tell_counts(shared: Shared, forwarder: Forwarder) -> None:
    if not forwarder.connected:
        return
    counts, refused = shared.metrics.requests.hand_over()
    used = shared.door.keyring.used
    uses = dict(used)
    used.clear()
    forwarder.note(Counted(counts, refused, uses, os.getpid(), time.process_time()))
