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
from coordinator.server.parts import DeskPart, OfficePart, be_office, http_path, opened_as_desk, orders_path
from coordinator.server.passing import Passing


@contextmanager
def through_a_desk(settings, office_app, desk_app, **options):
    """Serve by two applications that are put together alike; yield a client of the desk."""
    with tempfile.TemporaryDirectory() as directory, _office(settings, office_app, directory):
        desk = DeskPart(settings, desk_app, directory, "worker-key", "desk-1", None)
        desk_app.state.opening, usual = partial(opened_as_desk, desk), desk_app.state.opening
        passing = _Seen(desk_app, http_path(directory))
        try:
            with TestClient(passing, **options) as client:
                yield client
                with client.portal() as portal:
                    portal.call(passing.close)
        finally:
            desk_app.state.opening = usual


@contextmanager
def _office(settings, app, directory):
    """Run an office in a thread until leaving; its own way to stop is a signal, which threads don't get."""
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
        yield
    finally:
        for server in servers:
            server.should_exit = True
        thread.join()
        os.close(ready)


class _Seen(Passing):
    def __getattr__(self, name):
        return getattr(self._app, name)


class _Unsignalled(Server):
    def __init__(self, made, *arguments):
        super().__init__(*arguments)
        made.append(self)

    @contextmanager
    def capture_signals(self):
        yield
