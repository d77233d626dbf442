"""Writes that leave together."""

import asyncio

from coordinator.server.connections.gathering import Gathering


class Wire:
    """A transport that keeps what came by it."""

    def __init__(self):
        self.came = []

    def write(self, data):
        self.came.append(data)

    def close(self):
        self.came.append("closed")

    def is_closing(self):
        return "closed" in self.came


def test_what_is_written_in_one_turn_leaves_in_one_piece():
    async def written():
        wire = Wire()
        gathering = Gathering(wire, asyncio.get_running_loop())
        gathering.write(b"head, ")
        gathering.write(b"body")
        assert wire.came == []
        await asyncio.sleep(0)
        gathering.write(b"the next")
        await asyncio.sleep(0)
        return wire.came

    assert asyncio.run(written()) == [b"head, body", b"the next"]


def test_what_was_written_leaves_before_the_connection_is_closed():
    async def closed():
        wire = Wire()
        gathering = Gathering(wire, asyncio.get_running_loop())
        gathering.write(b"the last")
        gathering.close()
        assert gathering.is_closing()
        await asyncio.sleep(0)
        return wire.came

    assert asyncio.run(closed()) == [b"the last", "closed"]


def test_what_is_long_leaves_at_once():
    async def written():
        wire = Wire()
        gathering = Gathering(wire, asyncio.get_running_loop())
        gathering.write(b"head")
        gathering.write(bytes(64 * 1024))
        at_once = [len(piece) for piece in wire.came]
        await asyncio.sleep(0)
        return at_once, len(wire.came)

    assert asyncio.run(written()) == ([4 + 64 * 1024], 1)
