"""A desk in this process before an office in a thread of it: what tests ask a coordinator goes through both."""

import asyncio
import os
import socket
import tempfile
import threading
from contextlib import contextmanager
from functools import partial

from litestar.testing import TestClient

from coordinator.server.answering import Server
from coordinator.server.onward.passing import Passing
from coordinator.server.parts import DeskPart, OfficePart, be_office, http_path, opened_as_desk, orders_path

THROUGH_A_DESK = "TESTS_THROUGH_A_DESK" in os.environ
"""Whether the coordinators of tests of HTTP are desks before an office; who looks into one's inside looks into the office's."""


@contextmanager
def through_a_desk(settings, office_app, desk_app, **options):
    """Serve by two applications that are put together alike; yield a client of the desk, and the office's event loop.

    Whoever looks into the client's `app` looks into the office's.
    """
    with tempfile.TemporaryDirectory() as directory, _office(settings, office_app, directory) as loop:
        desk = DeskPart(settings, desk_app, directory, "worker-key", "desk-1", None)
        desk_app.state.opening, usual = partial(opened_as_desk, desk), desk_app.state.opening
        passing = _Seen(desk_app, http_path(directory))
        try:
            with TestClient(passing, **options) as client:
                client.app = _Inside(client.app, office_app)
                yield client, loop
                with client.portal() as portal:
                    portal.call(passing.close)
        finally:
            desk_app.state.opening = usual


@contextmanager
def _office(settings, app, directory):
    """Run an office in a thread until leaving, and yield its event loop; its own way to stop is a signal, which threads don't get."""
    sockets = [socket.socket(socket.AF_UNIX) for _ in range(2)]
    for listener, path in zip(sockets, (http_path(directory), orders_path(directory)), strict=True):
        listener.bind(path)
        listener.listen()
    ready, told = os.pipe()
    office = OfficePart(settings, app, directory, "worker-key", *sockets)
    servers = []
    thread = threading.Thread(target=lambda: asyncio.run(be_office(office, told, partial(_Unsignalled, servers))))
    thread.start()
    try:
        assert os.read(ready, 1), "the office did not begin"
        ((_, loop),) = servers
        yield loop
    finally:
        for server, _ in servers:
            server.should_exit = True
        thread.join()
        os.close(ready)


class _Seen(Passing):
    def __getattr__(self, name):
        return getattr(self._app, name)


class _Inside:
    def __init__(self, called, office):
        self._called = called
        self._office = office

    async def __call__(self, *asgi):
        await self._called(*asgi)

    def __getattr__(self, name):
        return getattr(self._office, name)


class _Unsignalled(Server):
    def __init__(self, made, *arguments):
        super().__init__(*arguments)
        made.append((self, asyncio.get_running_loop()))

    @contextmanager
    def capture_signals(self):
        yield
