"""What a connection may send, and how long it may take."""

import asyncio
import json

import pytest
import uvicorn
from uvicorn.server import ServerState

from coordinator.server.connections.bounded import (
    BODY_BYTES_A_SECOND,
    BODY_SECONDS,
    HEAD_SECONDS,
    LINGER_SECONDS,
    MAX_HEAD_BYTES,
    SILENCE_SECONDS,
    BoundedProtocol,
)

HEAD = b"POST /somewhere HTTP/1.1\r\nHost: localhost\r\n"
LONGEST_PIECE = 256 * 1024


class Wire(asyncio.Transport):
    """A transport that keeps what came by it."""

    def __init__(self):
        super().__init__()
        self.came = b""
        self.closed = False
        self.paused = False

    def get_extra_info(self, _, default=None):
        return default

    def write(self, data):
        self.came += data

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed

    def pause_reading(self):
        self.paused = True

    def resume_reading(self):
        self.paused = False


async def echoed(_, receive, send):
    """Say how long the body was."""
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = str(length).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def waiting(scope, receive, send):
    """Never answer, and take nothing."""
    await asyncio.Event().wait()


class Connection:
    """One connection to an application."""

    def __init__(self, app=echoed):
        self.wire = Wire()
        config = uvicorn.Config(app, ws="none", log_config=None)
        self.protocol = BoundedProtocol(config, ServerState(), {})
        self.protocol.connection_made(self.wire)
        self.began = asyncio.get_running_loop().time()

    async def send(self, *pieces):
        """Send pieces; return what came back."""
        for piece in pieces:
            if not self.wire.closed:
                self.protocol.data_received(piece)
        for _ in range(20):
            await asyncio.sleep(0)
        return self.wire.came

    async def look_after(self, seconds):
        """Look at the connection so many seconds after it began; tell whether it was closed."""
        self.protocol.expire(self.began + seconds)
        await asyncio.sleep(0)
        return self.wire.closed


def of_connection(story):
    """Run a story within an event loop; what an application waits for then ends with it."""
    return asyncio.run(story())


def problem_in(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    return int(head.split()[1]), json.loads(body)["detail"]


@pytest.mark.parametrize("longest", [1_000, LONGEST_PIECE])
@pytest.mark.parametrize("header", [b"A: b\r\n", b"X-Long: " + b"x" * 10_000 + b"\r\n"])
def test_a_head_without_end_is_turned_away(longest, header):
    async def sent():
        connection = Connection()
        endless = HEAD + header * (4_000_000 // len(header))
        pieces = [endless[start : start + longest] for start in range(0, len(endless), longest)]
        taken = 0
        for piece in pieces:
            answer = await connection.send(piece)
            taken += len(piece)
            if connection.wire.paused:
                break
        return answer, taken, sum(map(len, map(b"".join, connection.protocol.headers)))

    answer, taken, kept = of_connection(sent)
    assert problem_in(answer) == (
        431,
        f"The head of the request is longer than {MAX_HEAD_BYTES} bytes; up to that many are accepted.",
    )
    assert taken <= MAX_HEAD_BYTES + 2 * longest
    assert kept <= taken


def test_a_head_that_is_whole_but_too_long_is_turned_away():
    async def sent():
        return await Connection().send(HEAD + b"X-Long: " + b"x" * MAX_HEAD_BYTES + b"\r\n\r\n")

    assert problem_in(of_connection(sent))[0] == 431


def test_who_floods_is_left_waiting_unread_before_it_can_begin_again():
    async def sent():
        connection = Connection()
        await connection.send(HEAD, b"X-Long: " + b"x" * MAX_HEAD_BYTES)
        waits = connection.wire.paused and not connection.wire.closed
        early = await connection.look_after(LINGER_SECONDS - 0.1)
        return waits, early, await connection.look_after(LINGER_SECONDS + 1), connection.wire.came

    waits, early, late, answer = of_connection(sent)
    assert (waits, early, late) == (True, False, True)
    assert answer.count(b"HTTP/1.1 431") == 1


def test_a_head_just_short_enough_is_taken_however_it_comes():
    async def sent():
        for longest in (7_000, LONGEST_PIECE):
            whole = HEAD + b"X-Long: " + b"x" * (MAX_HEAD_BYTES - 200) + b"\r\nContent-Length: 3\r\n\r\nabc"
            pieces = [whole[start : start + longest] for start in range(0, len(whole), longest)]
            connection = Connection()
            assert (await connection.send(*pieces)).endswith(b"\r\n\r\n3")
            # A long body, whose last piece begins the next head, takes nothing from that.
            body = HEAD + b"Content-Length: 100000\r\n\r\n" + b"y" * 100_000
            again = await connection.send(body[:50_000], body[50_000:] + HEAD, b"Content-Length: 2\r\n\r\nab")
            assert again.count(b"200 OK") == 3
            assert not connection.wire.closed

    of_connection(sent)


def test_what_is_no_request_is_told_so():
    async def sent():
        return await Connection().send(b"nonsense\r\n\r\n")

    assert problem_in(of_connection(sent)) == (
        400,
        "The request is not HTTP/1.1, or not whole; a request of that form is accepted.",
    )


def test_silence_is_not_listened_to_for_ever():
    async def looked():
        connection = Connection()
        return await connection.look_after(SILENCE_SECONDS - 1), await connection.look_after(SILENCE_SECONDS + 1)

    assert of_connection(looked) == (False, True)


def test_a_head_that_stalls_is_turned_away():
    async def looked():
        connection = Connection()
        await connection.send(HEAD)
        early = await connection.look_after(HEAD_SECONDS - 1)
        return early, await connection.look_after(HEAD_SECONDS + 1), connection.wire.came

    early, late, answer = of_connection(looked)
    assert (early, late) == (False, True)
    assert problem_in(answer)[0] == 408


def test_a_body_has_time_by_what_came_of_it():
    async def looked():
        stalled, slow = Connection(waiting), Connection(waiting)
        for connection in (stalled, slow):
            await connection.send(HEAD + b"Content-Length: 100000\r\n\r\n")
        await slow.send(b"x" * 20 * BODY_BYTES_A_SECOND)
        at = BODY_SECONDS + 10
        outcome = await stalled.look_after(BODY_SECONDS - 1), await stalled.look_after(at), await slow.look_after(at)
        return outcome, stalled.wire.came, await slow.look_after(at + 20)

    outcome, answer, in_the_end = of_connection(looked)
    assert outcome == (False, True, False)
    assert problem_in(answer)[0] == 408
    assert in_the_end


def test_a_body_that_the_application_has_yet_to_take_does_not_expire():
    async def looked():
        connection = Connection(waiting)
        await connection.send(HEAD + b"Content-Length: 1000000\r\n\r\n" + b"x" * 100_000)
        return await connection.look_after(10 * BODY_SECONDS)

    assert of_connection(looked) is False


def test_who_waits_for_an_answer_waits_as_long_as_it_takes():
    async def looked():
        connection = Connection(waiting)
        await connection.send(HEAD + b"Content-Length: 2\r\n\r\nab")
        return await connection.look_after(1_000_000)

    assert of_connection(looked) is False
