"""Sending to a real receiver: where to, for how long, and how much of its answer is read."""

import asyncio
import contextlib

import pytest

from coordinator.webhooks import posting
from coordinator.webhooks.guarding import Guard
from coordinator.webhooks.posting import Poster, TurnedDown
from tests.real.receivers import SPACE, Receiver

HERE = Guard((SPACE,), 1)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *(("7", 7), ("0", 0), ("soon", 0), ("99999999", 86_400), ("-5", 0), ("", 0)),
        *(("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("Wed, 21 Oct 2099 07:28:00 GMT", 86_400)),
    ],
)
def test_retry_after_is_read_within_bounds(value, seconds):
    assert posting._wait([(b"Retry-After", value.encode())]) == seconds
    assert posting._wait([]) == 0


def post(url, guard=HERE):
    async def story():
        poster = Poster(guard)
        try:
            await poster.post(url, {"content-type": "application/json"}, b"{}")
        finally:
            await poster.close()

    asyncio.run(story())


def test_a_name_that_leads_to_this_machine_is_not_connected_to(receiver):
    with pytest.raises(TurnedDown, match="is this machine"):
        post(f"http://localhost:{receiver.port}/", Guard((), 1))
    assert receiver.attempts == []


def test_what_a_name_stands_for_is_looked_at_when_the_connection_is_made(receiver, monkeypatch):
    """It was public when it was subscribed to; harmless here, since nothing else listens at the receiver's address."""

    async def otherwise(self, *_, **__):
        return [(2, 1, 6, "", ("127.0.0.1", receiver.port))]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", otherwise)
    with pytest.raises(TurnedDown, match="is this machine"):
        post(f"http://receiver.example:{receiver.port}/", Guard((), 1))
    post(f"http://receiver.example:{receiver.port}/")
    assert len(receiver.taken) == 1


def serve(talk):
    """Serve one connection in the loop while a POST goes on; return how it ended."""

    async def story():
        ended = asyncio.Event()

        async def talked(reader, writer):
            try:
                await talk(reader, writer)
            finally:
                writer.close()
                ended.set()

        server = await asyncio.start_server(talked, "127.0.0.1", 0)
        poster = Poster(HERE)
        try:
            await poster.post(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", {"content-length": "2"}, b"{}")
        finally:
            await poster.close()
            server.close()
            await ended.wait()

    asyncio.run(story())


def test_an_answer_without_end_is_not_read_to_its_end():
    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
        with contextlib.suppress(OSError):
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()

    serve(talk)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000, b"no HTTP at all\r\n\r\n"])
def test_what_is_no_answer_is_a_failure(answer):
    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)

    with pytest.raises(TurnedDown):
        serve(talk)


def test_a_receiver_that_says_nothing_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(posting, "_SECONDS", 0.2)

    async def talk(reader, _):
        await reader.read()

    with pytest.raises(TurnedDown, match="did not answer within"):
        serve(talk)


def test_nobody_listening_is_a_failure():
    receiver = Receiver().start()
    receiver.stop()
    with pytest.raises(TurnedDown, match=r"\w"):
        post(receiver.url)
