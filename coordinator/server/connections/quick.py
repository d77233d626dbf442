"""Connections on which plain requests to quick routes are answered without becoming ASGI's."""

from typing import Any, cast

from litestar.types import HTTPScope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from coordinator.http.quick import QuickRoutes
from coordinator.http.responses.problems import Encoded
from coordinator.server.connections.lines import LineProtocol, offer_line


class QuickProtocol(LineProtocol):
    """The protocol of a connection; uvicorn's for whatever goes the ordinary way.

    Args:
        routes: the quick ones.
        options: uvicorn's.
    """

    def __init__(self, routes: QuickRoutes, **options: Any) -> None:
        super().__init__(**options)
        self._routes = routes
        self._awaited: RequestResponseCycle | None = None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Begin with a request whose head is known, when nothing before it on this connection is left to answer."""
        if not self._routes.takes(_scope_of(cycle)):
            super()._start_asgi_task(cycle, app)
        elif cycle.more_body:
            self._awaited = cycle
        else:
            self._begin(cycle)

    def on_message_complete(self) -> None:
        """End a request."""
        super().on_message_complete()
        if self._awaited is not None and self._awaited is self.cycle:
            self._awaited = None
            self._begin(self.cycle)

    def _begin(self, cycle: RequestResponseCycle) -> None:
        offer_line(cycle)
        task = self.loop.create_task(self._answer(cycle))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    async def _answer(self, cycle: RequestResponseCycle) -> None:
        answer = await self._routes.answer(_scope_of(cycle), bytes(cycle.body))
        if answer is None:
            await cycle.run_asgi(self.app)
            return
        if self.flow.write_paused:
            await self.flow.drain()
        if not cycle.disconnected:
            self._write(cycle, answer)

    def _write(self, cycle: RequestResponseCycle, answer: Encoded) -> None:
        cycle.response_started = cycle.response_complete = True
        fields = [*cycle.default_headers, *answer.headers]
        if not cycle.keep_alive:
            fields.append((b"connection", b"close"))
        head = [b"%b: %b\r\n" % field for field in fields]
        self.transport.write(b"".join([STATUS_LINE[answer.status], *head, b"\r\n", answer.body]))
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()


def _scope_of(cycle: RequestResponseCycle) -> HTTPScope:
    """Return the scope of a request, as Litestar describes the same thing."""
    return cast("HTTPScope", cycle.scope)
