"""Requests between nodes: what the one that they came to says of them to the one that writes."""

import asyncio
import ssl

import pytest

from coordinator.http.door import VOUCHED
from coordinator.live.broadcast import Growth
from coordinator.pen.standing import Standing
from coordinator.server.application import build_app
from coordinator.server.relaying import Relay, Relayed
from coordinator.settings import Settings


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
    asyncio.run(Relayed(answer, Standing("one"), None)(scope, None, None))
    return answered[0]


def test_the_node_that_a_request_came_to_vouches_for_its_own_host(relay):
    answered = passed_on(relay, (b"host", b"100.64.1.2:8000"))
    assert answered[VOUCHED]
    assert (answered["client"], answered["headers"]) == (("192.0.2.1", 5), [(b"host", b"100.64.1.2:8000")])


def test_nobody_vouches_for_another_host_whatever_the_request_says(relay):
    answered = passed_on(relay, (b"host", b"rebound.example"), (b"tallystick-host-is-own", b"1"))
    assert not answered[VOUCHED]
    assert answered["headers"] == [(b"host", b"rebound.example")]
