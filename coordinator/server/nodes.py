"""Where other nodes are taken in: a listener of its own, on which both sides show the nodes' certificate."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from litestar import Litestar

from coordinator.http.shared import Shared
from coordinator.pen import identity
from coordinator.server.answering import BoundingServer, configured
from coordinator.server.connections.lines import LineProtocol
from coordinator.server.connections.listening import bound_to
from coordinator.server.onward.relaying import Relay, Relayed
from coordinator.server.remembering import telling

_DRAIN_SECONDS = 1
_FAREWELL_SECONDS = 0.2
"""For the other side to take what it was answered, once a connection is closed; one that is idle never says that it has."""


class _NodesServer(BoundingServer):
    """A server, which leaves signals to the server that is there for everybody, and waits for no farewell of TLS."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup([])
        loop, config = asyncio.get_running_loop(), self.config
        for listener in sockets or ():
            server = await loop.create_server(
                lambda: config.http_protocol_class(config, self.server_state, {}),  # type: ignore[call-arg]
                sock=listener,
                ssl=config.ssl,
                backlog=config.backlog,
                ssl_shutdown_timeout=_FAREWELL_SECONDS,
            )
            self.servers.append(server)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield


@asynccontextmanager
async def among_nodes(app: Litestar, directory: Path) -> AsyncIterator[Relay]:
    """Take in what other nodes pass on, and return what passes on to them.

    Raises:
        OSError: the address that others are told can't be listened on.
        KeyUnreadable: the nodes' certificate can't be read as one.
    """
    certificate = identity.kept_identity(directory)
    shared: Shared = app.state.shared
    node, sessions = shared.node, shared.door.sessions
    host, _, port = node.standing.peers[node.standing.own].rpartition(":")
    with bound_to(host.strip("[]"), int(port), "nodes says that others reach this one there") as listener:
        async with (
            _taking_in(Relayed(app, node.standing, node.sealing, sessions), certificate, listener),
            telling(sessions, node.standing, identity.connecting(certificate)),
            Relay(app, node.standing, node.live.growth, identity.connecting(certificate)) as relay,
        ):
            yield relay


@asynccontextmanager
async def _taking_in(relayed: Relayed, certificate: Path, listener: socket.socket) -> AsyncIterator[None]:
    """Answer what other nodes pass on, from entry to exit."""
    config = configured(relayed, LineProtocol)
    config.date_header = False  # the node that was asked first says when that was
    config.timeout_graceful_shutdown = _DRAIN_SECONDS
    config.load()
    config.ssl = identity.listening(certificate)
    server = _NodesServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving
