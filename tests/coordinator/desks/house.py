"""An office and the desks that find it, in one process and over a real socket."""

import asyncio
import os
import socket
import uuid
from contextlib import asynccontextmanager

from coordinator.desks.desk import opened_desk
from coordinator.desks.links import Link
from coordinator.desks.messages import Hello
from coordinator.desks.office import Office, receiving
from coordinator.desks.presence import SharedPresence
from coordinator.http.requests.refusals import TooMany
from coordinator.opening import opened
from coordinator.time.wallclock import now
from core.deciding import ClientClaim, Order
from core.factoring.commands.numbers import SubmitComposite
from tests.waiting import PATIENCE_SECONDS, PAUSE_SECONDS

HELLO = Hello("1.0", "desk-1")
PRIME_FACTORS = 1_000_003, 1_000_033


def order(command, *, client="alice", **fields):
    return Order(
        command=command, now=now(), correlation=uuid.uuid4().hex, client=ClientClaim(client), route="test", **fields
    )


def number(text):
    return SubmitComposite(text=str(text), ceiling_digits=1_000)


class House:
    """An office that can be killed and opened again, and the address at which desks find it."""

    def __init__(self, directory):
        self.directory = directory
        # The address of such a socket has at most 107 characters, which a directory of pytest's exceeds.
        self.handle = os.open(directory, os.O_RDONLY)
        self.socket = f"/proc/self/fd/{self.handle}/s"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.socket)
        self.listener.listen()
        self.turned_away = set()
        self.counted = []
        self.node = self.office = None

    def admit(self, _actor, client, _moment):
        if client in self.turned_away:
            raise TooMany("That is enough.", 7)

    @asynccontextmanager
    async def open(self, version="1.0"):
        presence = SharedPresence()
        async with opened(self.directory / "data", presence=presence) as self.node:
            self.office = Office(self.node, presence, version, self.admit, self.counted.append)
            async with receiving(self.office, self.node, self.listener.dup()):
                yield self.node

    def desk(self, hello=HELLO, data="data"):
        async def connect(link):
            return await asyncio.get_running_loop().create_unix_connection(link, self.socket)

        return opened_desk(self.directory / data, hello, connect)

    async def call(self, hello):
        """Say hello and nothing else; return the link, and the messages that come by it, None for its end."""
        heard = []
        link = Link(lambda _, message: heard.append(message), lambda _: heard.append(None))
        await asyncio.get_running_loop().create_unix_connection(lambda: link, self.socket)
        link.send(hello)
        return link, heard


async def until(condition):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - what is waited for is told to nobody
            await asyncio.sleep(PAUSE_SECONDS)
