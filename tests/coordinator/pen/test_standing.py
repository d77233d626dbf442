import asyncio
import ssl
import time

import pytest

from coordinator.heads.signing import KeyUnreadable
from coordinator.pen import identity
from coordinator.pen.pen import OTHER
from coordinator.pen.standing import Standing


class Pen:
    held = False
    term = 7
    reason = why_idle = "it was not taken yet"
    obstacle = ""

    def __init__(self):
        self.written_at = time.monotonic()


@pytest.fixture
def standing():
    return Standing("one", {"one": "10.0.0.1:1", "two": "10.0.0.2:1"}, Pen())


def test_who_is_alone_writes_for_good():
    alone = Standing()
    assert (alone.holding, alone.role, alone.address) == (True, "writer", None)


def test_a_node_writes_from_when_it_begins_to_until_its_pen_is_gone(standing):
    assert (standing.holding, standing.role) == (False, "follower")
    standing._pen.held = True
    assert not standing.holding  # it has yet to read what stands before
    standing.begin(7)
    assert (standing.holding, standing.takeovers, standing.silence) == (True, 1, 0.0)
    standing._pen.term = 9  # it was lost meanwhile, and taken again: others may have written
    assert not standing.holding
    standing.begin(9)
    standing._pen.held = False
    assert not standing.holding


def test_silence_lasts_until_something_is_heard(standing):
    standing.heard_at -= 20
    assert standing.silence < 20, "somebody was seen to write"
    standing._pen.written_at -= 30
    assert standing.silence >= 20
    standing.heard()
    assert standing.silence < 20


def test_who_ends_writing_knew_the_log_until_then(standing):
    standing.heard_at -= 20
    standing.begin(7)
    standing.end_writing("the session is gone")
    assert standing.silence < 20


def test_who_ends_writing_is_nobody_who_writes(standing):
    standing.took("one", 7)
    standing.begin(7)
    standing.end_writing("the session is gone")
    assert (standing.writes, standing.holder, standing.takeovers) == (False, "", 1)


def test_what_is_passed_on_goes_to_who_took_the_pen_last(standing):
    assert standing.address is None
    standing.took("two", 7)
    assert (standing.address, standing.term) == ("10.0.0.2:1", 7)
    standing.took("one", 8)
    assert standing.address is None
    standing.took("somebody who is not named", 9)
    assert standing.address is None


def test_a_pen_that_nobody_keeps_for_longer_than_it_takes_to_pass_it_on_is_told_of(standing):
    assert standing.unwritten == ""
    standing._pen.written_at -= 20
    assert standing.unwritten == (
        "Nobody has written to the shared log for 20 seconds: none of the nodes that take the pen keeps it."
    )
    standing._pen.obstacle = "no space left on device"
    assert standing.unwritten.endswith("20 seconds: no space left on device.")
    standing.trouble = "PostgreSQL can't be reached"
    assert standing.unwritten.startswith(
        "As far as this node can see, nobody has written to the shared log for 20 seconds"
    )
    standing.trouble = ""
    standing._pen.held = True
    standing.begin(7)
    assert standing.unwritten.endswith("20 seconds: no space left on device."), "who has it can't write either"
    standing._pen.obstacle = ""
    assert standing.unwritten == ""


def test_who_has_no_others_to_pass_on_to_says_at_once_that_nothing_can_be_written():
    alone = Standing("one", {}, Pen())
    assert alone.unwritten == "Nothing can be written here: it was not taken yet."
    assert Standing().unwritten == ""


def test_who_finds_another_one_writing_under_its_own_name_says_so(standing, monkeypatch):
    standing._pen.reason = OTHER
    standing.took("two", 8)
    assert standing.unwritten == ""
    standing.took("one", 9)
    assert standing.unwritten == "", "its own session may have taken the pen, and be lost since"
    monkeypatch.setattr("coordinator.pen.standing._PATIENCE_SECONDS", 0.0)
    assert standing.unwritten == "Another node is called one, too, and writes; give each a node_name of its own."
    standing._pen.reason = "PostgreSQL can't be reached"
    assert "is called one" not in standing.unwritten


def test_who_waits_is_woken_by_a_change_and_not_for_longer_than_asked(standing):
    async def wait():
        waiting = asyncio.create_task(standing.changes())
        await standing.changes(0.001)
        assert not waiting.done()
        standing.took("two", 7)
        await waiting

    asyncio.run(wait())


async def _greeted(certificate, context):
    async def greet(_, writer):
        writer.write(b"welcome\n")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0, ssl=identity.listening(certificate)) as server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        try:
            return await reader.readline()
        finally:
            writer.close()


def test_nodes_know_each_other_by_one_certificate_and_nobody_else(tmp_path):
    own = identity.kept_identity(tmp_path)
    assert own.stat().st_mode & 0o777 == 0o600
    assert identity.kept_identity(tmp_path) == own
    assert asyncio.run(_greeted(own, identity.connecting(own))) == b"welcome\n"
    other = tmp_path / "other.pem"
    identity.make(other)
    with pytest.raises(ssl.SSLCertVerificationError):
        asyncio.run(_greeted(own, identity.connecting(other)))
    anonymous = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anonymous.load_verify_locations(own)
    anonymous.check_hostname = False
    try:
        greeted = asyncio.run(_greeted(own, anonymous))
    except (ssl.SSLError, ConnectionError):
        greeted = b""
    assert greeted == b""


def test_what_is_no_certificate_is_refused(tmp_path):
    (tmp_path / identity.FILE).write_text("nonsense")
    with pytest.raises(KeyUnreadable, match="every other node has the same"):
        identity.kept_identity(tmp_path)
