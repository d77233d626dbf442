"""Answering HTTP: uvicorn as we need it, around an application that is open."""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from typing import Any

import structlog
import uvicorn

from coordinator.node import Node
from coordinator.server.connections.bounded import SILENCE_SECONDS, BoundedProtocol
from coordinator.server.running import stop_signals

_DRAIN_SECONDS = 5
"""For requests under way when the coordinator is asked to stop; with what follows it stays within ten seconds."""
_TICKS_A_SECOND = 10
_THREADS = 32

_log = structlog.get_logger(__name__)

Going = Callable[[], AbstractAsyncContextManager[None]]
"""Makes what goes on from when the server answers until it stops."""


class BoundingServer(uvicorn.Server):
    """uvicorn, which turns away whose connections take too long."""

    async def on_tick(self, counter: int) -> bool:
        """Look after the connections once a second; tell whether to stop."""
        if counter % _TICKS_A_SECOND == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, BoundedProtocol):
                    connection.expire(now)
        return await super().on_tick(counter)


class Server(BoundingServer):
    """The same, which tells when it is ready, sends home who waits before it stops, and leaves signals to nobody else.

    Args:
        config: of the server.
        node: what it serves.
        going: entered when it answers, left before it stops.
        stopped_by: signals that ask it to stop; None for those that ask a process of ours.
    """

    def __init__(
        self, config: uvicorn.Config, node: Node, going: Going, stopped_by: Sequence[signal.Signals] | None = None
    ) -> None:
        super().__init__(config)
        self._node = node
        self._stopped_by = stop_signals() if stopped_by is None else stopped_by
        self._make_going = going
        self._going = AsyncExitStack()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        # What is there now stays; the collector need not look through it again and again while requests wait.
        gc.collect()
        gc.freeze()
        await self._going.enter_async_context(self._make_going())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Have what goes on beside come to its end, then stop listening, and the same for what is under way."""
        await self._going.aclose()
        self._node.send_home()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take what asks to stop as such; uvicorn would raise them again before the node is closed."""
        loop = asyncio.get_running_loop()
        for number in self._stopped_by:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, self._stopped_by)
        try:
            yield
        finally:
            for number in self._stopped_by:
                loop.remove_signal_handler(number)
                signal.signal(number, signal.SIG_IGN)  # it is stopping already


def configured(app: Any, protocol: Callable[..., BoundedProtocol]) -> uvicorn.Config:
    """Configure uvicorn.

    Args:
        app: answers, by ASGI.
        protocol: makes the protocol of a connection.
    """
    return uvicorn.Config(
        app,
        http=protocol,  # type: ignore[arg-type] # it is called, and need not be a class
        ws="websockets-sansio",
        ws_per_message_deflate=False,  # a frame is encoded once for all who watch, and would be compressed for each
        lifespan="off",  # it is around the server, where its errors can be told from others
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=SILENCE_SECONDS,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )


def widen() -> None:
    """Have the event loop run more at a time in threads: children would take all of the usual few, and bodies wait."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS, "beside"))
