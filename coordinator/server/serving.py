"""Running a coordinator: the web server around the application, from the first line to the last."""

import asyncio
import gc
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, contextmanager, nullcontext
from functools import partial
from typing import TypeAlias

import structlog
import uvicorn
import uvloop
from litestar import Litestar

from coordinator.heads.signing import KeyUnreadable
from coordinator.http.door import ExposedWithoutKeys
from coordinator.http.keyring import LOCAL_WORKER
from coordinator.http.quick import QuickRoutes
from coordinator.http.shared import Shared
from coordinator.log.engine import VERSION, has_wal_reset_fault
from coordinator.log.lock import DirectoryInUse
from coordinator.log.sqlite import NotALog
from coordinator.node import Node
from coordinator.observing import logs
from coordinator.server.application import build_app
from coordinator.server.bounded import SILENCE_SECONDS, BoundedProtocol
from coordinator.server.quick import QuickProtocol
from coordinator.settings import Settings
from coordinator.unusable import TROUBLES, sentence_of, shortage_of
from core.refusals import Refusal

_DRAIN_SECONDS = 5
"""For requests under way when the coordinator is asked to stop; with what follows it stays within ten seconds."""
_TICKS_A_SECOND = 10
_LEAST_DESCRIPTORS = 128
_THREADS = 32
_ONLY_READ = (
    "open its files for reading only (sqlite3 -readonly), or have Python use SQLite 3.51.3, 3.50.7, 3.44.6 or newer"
)

Beside: TypeAlias = Callable[[Settings, str, str], AbstractAsyncContextManager[None]]
"""What goes on beside a coordinator while it answers: told its settings, its address, and a key that opens work."""

_log = structlog.get_logger(__name__)


def serve(settings: Settings, beside: Beside | None = None) -> int:
    """Run a coordinator until it is told to stop by SIGTERM or Ctrl-C.

    By then what was accepted is on disk: streams end, requests under way are answered, the queue is drained.

    Args:
        settings: how it is set up.
        beside: entered in the main thread when the coordinator is ready, left before it stops; None for nothing.

    Returns:
        The process's exit code: 0, or 1 when it could not start; a sentence on standard error then says why.
    """
    logs.set_up()
    try:
        _require_descriptors()
        with _bound(settings) as listener, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, listener, beside))
    except Exception as error:
        reason = _innermost(error)
        if shortage := shortage_of(reason):
            sentence = shortage
        elif isinstance(reason, TROUBLES):
            sentence = sentence_of(reason, settings.data_dir)
        elif isinstance(reason, Refusal | ExposedWithoutKeys | DirectoryInUse | NotALog | KeyUnreadable):
            sentence = str(reason)
        else:
            raise
        sys.stderr.write(f"{sentence}\n")
        return 1
    return 0


class _Server(uvicorn.Server):
    """uvicorn, which tells when it is ready, sends home who waits before it stops, and leaves signals to nobody else.

    Args:
        config: of the server.
        node: what it serves.
        beside: takes the address, and makes what goes on as long as the coordinator answers there.
    """

    def __init__(
        self, config: uvicorn.Config, node: Node, beside: Callable[[str], AbstractAsyncContextManager[None]]
    ) -> None:
        super().__init__(config)
        self._node = node
        self._beside = beside
        self._going = AsyncExitStack()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        assert sockets
        # What is there now stays; the collector need not look through it again and again while requests wait.
        gc.collect()
        gc.freeze()
        address = _address_of(sockets[0])
        _log.info("ready", address=address, directory=str(self._node.directory))
        sys.stdout.write(f"Tallystick is ready at {address}\n")
        sys.stdout.flush()
        await self._going.enter_async_context(self._beside(_address_here(sockets[0])))

    async def on_tick(self, counter: int) -> bool:
        """Look after the connections once a second; tell whether to stop."""
        if counter % _TICKS_A_SECOND == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, BoundedProtocol):
                    connection.expire(now)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Have what goes on beside come to its end, then stop listening, and the same for what is under way."""
        _log.info("stopping")
        await self._going.aclose()
        self._node.send_home()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGTERM and Ctrl-C as requests to stop; uvicorn would raise them again before the node is closed."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGTERM, signal.SIGINT)
        for number in signals:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)
                signal.signal(number, signal.SIG_IGN)  # it is stopping already


async def _serve(settings: Settings, listener: socket.socket, beside: Beside | None) -> None:
    app = build_app(settings)
    # The usual few threads would all be taken by what waits for a child process, and long bodies would wait for them.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS, "beside"))
    async with app.lifespan():
        shared: Shared = app.state.shared
        if has_wal_reset_fault():
            _log.warning("sqlite_has_a_fault", version=VERSION, advice=_ONLY_READ)

        def going(address: str) -> AbstractAsyncContextManager[None]:
            return beside(settings, address, shared.door.keyring.lend(LOCAL_WORKER)) if beside else nullcontext()

        await _Server(_configured(app), shared.node, going).serve(sockets=[listener])
    _log.info("stopped")


def _configured(app: Litestar) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=partial(QuickProtocol, QuickRoutes(app)),  # type: ignore[arg-type] # it is called, and need not be a class
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


def _require_descriptors() -> None:
    """Let the process have as many files and connections open as it may.

    Raises:
        OSError: those are too few to begin with.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < _LEAST_DESCRIPTORS:
        raise OSError(
            f"This process may have {most} files and connections open (ulimit -n); a coordinator takes at least"
            f" {_LEAST_DESCRIPTORS}, and one more for everybody who is connected."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _bound(settings: Settings) -> socket.socket:
    """Return a socket that listens where the settings say, so that a port in use shows before anything is opened.

    Raises:
        OSError: the address can't be had.
    """
    with ExitStack() as stack:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            listener = stack.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()  # of two that are bound here, one may; the other would learn of it when all is open
        except OSError as error:
            raise OSError(
                f"Can't listen on {settings.host}, port {settings.port}: {error.strerror}; --host and --port choose another."
            ) from error
        stack.pop_all()
        return listener


def _address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _address_here(listener: socket.socket) -> str:
    """Return the address by which this machine itself reaches what listens; on all addresses, the loopback's."""
    address = _address_of(listener)
    return address.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")


def _innermost(error: BaseException) -> BaseException:
    """Return what a group of one holds; Litestar opens the node within a task group."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
