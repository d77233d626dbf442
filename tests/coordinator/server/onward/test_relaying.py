"""Requests between nodes: what the one that they came to says of them to the one that writes, and what it keeps."""

import asyncio
import re
import ssl
from contextlib import asynccontextmanager

import httpx
import msgspec
import pytest

from coordinator.http.admission.door import VOUCHED
from coordinator.http.admission.sessions import Kept, Sessions
from coordinator.live.broadcast import Growth
from coordinator.pen import identity
from coordinator.pen.standing import Standing
from coordinator.server import remembering
from coordinator.server.application import build_app
from coordinator.server.onward import relaying
from coordinator.server.onward.kept_bodies import KEPT_BYTES, KeptBody
from coordinator.server.onward.relaying import Relay, Relayed
from coordinator.setup.settings import Settings

PIECE = b"x" * (KEPT_BYTES // 2)


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
        body = KeptBody(received(pieces))
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


@asynccontextmanager
async def before_a_silent_node(directory, meet=lambda _reader, _writer: None, trouble=""):
    """Yield a client of a node, and one of its pages; the node that writes lets others connect and answers nothing."""
    identity.make(directory / identity.FILE)
    connections = []

    def connected(*streams):
        connections.append(streams)
        meet(*streams)

    silent = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=identity.listening(directory / identity.FILE))
    standing = Standing("two", {"one": f"127.0.0.1:{silent.sockets[0].getsockname()[1]}"})
    standing.writes = False
    standing.took("one", 7)
    standing.trouble = trouble
    app = build_app(Settings(data_dir=directory / "data"))
    connecting = identity.connecting(directory / identity.FILE)
    async with app.lifespan(), Relay(app, standing, Growth(1), connecting) as relay:
        transport = httpx.ASGITransport(relay, client=("127.0.0.1", 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield client, await client.get("/submit", headers={"Accept": "text/html"})
    silent.close()
    for _, writer in connections:
        writer.close()


def test_what_a_silent_node_was_asked_is_answered_by_the_node_that_it_came_to(tmp_path, monkeypatch):
    monkeypatch.setattr(relaying, "PATIENCE_SECONDS", 0.2)

    async def story():
        async with before_a_silent_node(tmp_path) as (client, page):
            bits = re.search(r'name="once" value="([^"]+)"', page.text)[1]
            form = {"text": "(10^12+39)*(10^40+121)", "once": bits}
            answer = await client.post("/submit", data=form, headers={"Accept": "text/html"})
            assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
            assert "This may have been recorded or not; send it again from this page as it is" in answer.text
            assert form["text"] in answer.text
            assert bits in answer.text
            answer = await client.post("/api/v1/composites/bulk", json=[{"number": "2^101-1"}])
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert "it may have been recorded or not" in answer.json()["detail"]
            answer = await client.post(
                "/submit", data=form | {"note": "x" * KEPT_BYTES}, headers={"Accept": "text/html"}
            )
            assert (answer.status_code, form["text"] in answer.text) == (503, False), "it can't be read again"
            assert "it may have been recorded or not" in answer.text

    asyncio.run(story())


def test_nobody_is_told_that_nothing_was_recorded_where_another_node_may_have_known_the_session(tmp_path, monkeypatch):
    monkeypatch.setattr(relaying, "PATIENCE_SECONDS", 0.2)

    async def story():
        async with before_a_silent_node(tmp_path) as (client, _):
            form = {"user": "ann", "roles": "read"}
            page = await client.post("/admin/keys", data=form, headers={"Accept": "text/html"})
            program = await client.post("/admin/keys", data=form)
            for answer in (page, program):
                assert answer.status_code == 503
                assert "it may have been recorded or not" in answer.text
                assert "nothing was recorded" not in answer.text
            assert "What you wrote comes back when you have signed in" in page.text

    asyncio.run(story())


def test_who_signs_in_while_nobody_writes_is_asked_to_do_so_later_and_led_on_then(tmp_path, monkeypatch):
    monkeypatch.setattr(relaying, "PATIENCE_SECONDS", 0.2)

    async def story():
        async with before_a_silent_node(tmp_path) as (client, _):
            key = (tmp_path / "data" / "admin.key").read_text().strip()
            signing_in = {"key": key, "next": "/admin/users"}
            answer = await client.post("/admin/login", data=signing_in, headers={"Accept": "text/html"})
            assert (answer.status_code, "tallystick_session" in client.cookies) == (503, False)
            assert 'name="next" value="/admin/users"' in answer.text

    asyncio.run(story())


def test_others_are_asked_who_writes_once_for_all_who_wait_for_that(tmp_path, monkeypatch):
    monkeypatch.setattr(relaying, "PATIENCE_SECONDS", 1.0)
    asked = []

    def hang_up(_reader, writer):
        asked.append(writer)
        writer.close()

    async def story():
        async with before_a_silent_node(tmp_path, hang_up, "it is cut off") as (client, _):
            path = "/api/v1/work/request?client_id=alice"
            answers = await asyncio.gather(*(client.get(path) for _ in range(20)))
            assert {answer.status_code for answer in answers} == {503}
            assert 2 <= len(asked) <= 1 + relaying.PATIENCE_SECONDS / relaying._ASK_SECONDS

    asyncio.run(story())
