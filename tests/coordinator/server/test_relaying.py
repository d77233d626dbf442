"""Requests between nodes: what the one that they came to says of them to the one that writes, and what it keeps."""

import asyncio
import ssl

import msgspec
import pytest

from coordinator.http.admission.door import VOUCHED
from coordinator.http.admission.sessions import Kept, Sessions
from coordinator.live.broadcast import Growth
from coordinator.pen.standing import Standing
from coordinator.server import remembering
from coordinator.server.application import build_app
from coordinator.server.relaying import _KEPT_BYTES, Relay, Relayed, _Body
from coordinator.settings import Settings

PIECE = b"x" * (_KEPT_BYTES // 2)


@pytest.fixture
def relay(tmp_path):
    app = build_app(Settings(data_dir=tmp_path, host="100.64.1.2", allow_anonymous=("read", "work", "submit")))
    return Relay(app, Standing("two"), Growth(1), ssl.create_default_context())


def passed_on(relay, *headers):
    """Return the scope with which a request is answered that came to another node."""
    scope = {"type": "http", "path": "/task", "client": ("192.0.2.1", 5), "scheme": "http", "headers": [*headers]}
    answered = []

    async def answer(scope, _receive, _send):
        answered.append(scope)

    scope["headers"] = relay._passed_on(scope)
    asyncio.run(Relayed(answer, Standing("one"), None, None)(scope, None, None))
    return answered[0]


def test_the_node_that_a_request_came_to_vouches_for_its_own_host(relay):
    answered = passed_on(relay, (b"host", b"100.64.1.2:8000"))
    assert answered[VOUCHED]
    assert (answered["client"], answered["headers"]) == (("192.0.2.1", 5), [(b"host", b"100.64.1.2:8000")])


def test_nobody_vouches_for_another_host_whatever_the_request_says(relay):
    answered = passed_on(relay, (b"host", b"rebound.example"), (b"tallystick-host-is-own", b"1"))
    assert not answered[VOUCHED]
    assert answered["headers"] == [(b"host", b"rebound.example")]


def received(pieces):
    """Return what ASGI is told of a body in so many pieces, and then nothing any more."""
    messages = iter(range(pieces, 0, -1))

    async def receive():
        left = next(messages, None)
        if left is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": PIECE, "more_body": left > 1}

    return receive


async def all_of(content):
    return content if isinstance(content, bytes) else b"".join([piece async for piece in content])


@pytest.mark.parametrize(("pieces", "kept"), [(1, True), (2, True), (3, False), (9, False)])
def test_a_long_body_is_passed_on_once_and_a_short_one_again(pieces, kept):
    async def story():
        body = _Body(received(pieces))
        assert await body.begin()
        assert await all_of(body.content()) == PIECE * pieces
        assert body.whole == kept
        if kept:
            assert await all_of(body.content()) == PIECE * pieces

    asyncio.run(story())


@pytest.mark.parametrize(("term", "known"), [(6, False), (7, True)])
def test_sessions_are_learnt_of_the_node_that_writes_and_of_none_that_did_before(term, known):
    standing, sessions = Standing("two"), Sessions(None)
    standing.writes = False
    standing.took("one", 7)
    told = {"digest": Kept("key", "token", 10)}
    assert remembering.learn(sessions, standing, msgspec.msgpack.encode(remembering.Told(term, told)))
    assert sessions.all() == (told if known else {})
    assert not remembering.learn(sessions, standing, b"no sessions")
