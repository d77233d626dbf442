"""Requests to quick routes: answered as they are the ordinary way, which any cookie brings about."""

import asyncio
import json
import re

import pytest
import uvicorn
from uvicorn.server import ServerState

from coordinator.http.quick import QuickRoutes
from coordinator.server.application import build_app
from coordinator.server.connections.quick import QuickProtocol
from coordinator.setup.settings import Settings
from tests.coordinator.server.connections.test_bounded import Wire

NUMBER = "2^365-3"
OUTPUT = "GMP-ECM 7.0.5 [configured with GMP 6.2.1, --enable-asm-redc] [ECM]\n" + "".join(
    f"Using B1=11000, B2=1873422, polynomial x^1, sigma=1:{sigma}\nStep 1 took 21ms\nStep 2 took 18ms\n"
    for sigma in (101, 102)
)
CHANCE = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32,64}|\d{4}-\d\d-\d\dT[\d:.]+Z?")
"""What differs between two coordinators that were told the same: ids, hashes and times."""


class Connection:
    """A connection to an application; `routes` notes for each request that was taken whether it was answered quickly."""

    def __init__(self, app, *headers):
        self.wire = Wire()
        self.quick = []
        self._headers = headers
        routes = QuickRoutes(app)
        answer = routes.answer

        async def noted(scope, body):
            answered = await answer(scope, body)
            self.quick.append(answered is not None)
            return answered

        routes.answer = noted
        config = uvicorn.Config(app, ws="none", log_config=None, date_header=False)
        self.protocol = QuickProtocol(routes, config=config, server_state=ServerState(), app_state={})
        self.protocol.connection_made(self.wire)

    async def ask(self, line, body=None, *headers):
        """Send a request; return its answer: status, header fields, body."""
        self.wire.came = b""
        self.protocol.data_received(self.request(line, body, *headers))
        return await self.answer()

    def request(self, line, body=None, *headers):
        """Spell a request."""
        said = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        lines = [f"{line} HTTP/1.1", "Host: localhost", *self._headers, *headers]
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(said)}"]
        return "\r\n".join([*lines, "", ""]).encode() + said

    async def answer(self, count=1):
        """Return the last of so many answers, when it is whole."""
        async with asyncio.timeout(30):
            while True:
                answers = list(_answers(self.wire.came))
                if len(answers) == count:
                    return answers[-1]
                await asyncio.sleep(0.001)


def _answers(came):
    """Yield the answers that have come whole."""
    while b"\r\n\r\n" in came:
        head, _, rest = came.partition(b"\r\n\r\n")
        status, *fields = head.split(b"\r\n")
        headers = dict(field.lower().split(b": ", 1) for field in fields)
        length = int(headers.get(b"content-length", b"0"))
        if len(rest) < length:
            return
        came = rest[length:]
        yield int(status.split()[1]), headers, rest[:length]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """An application, for one coordinator after the other."""
    return build_app(Settings(data_dir=tmp_path_factory.mktemp("none")))


@pytest.fixture
def run(app, tmp_path_factory):
    """What tells a story to a coordinator of its own, over a connection whose requests all have these header fields."""

    async def told(story, *headers):
        app.state.settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
        async with app.lifespan():
            return await story(Connection(app, *headers))

    return lambda story, *headers: asyncio.run(told(story, *headers))


def held(work):
    """What the holder of an assignment says while at it."""
    at_work = f"/api/v1/work/{work}"
    yield f"POST {at_work}/claim?client_id=alice", None
    yield f"POST {at_work}/start?client_id=alice", None
    yield f"PUT {at_work}/progress?client_id=alice&curves_completed=3", None


def reported(work):
    """Reports of curves, with keys and without, that count, count again, or are turned down."""
    result = {
        "work_assignment_id": work,
        "curves_completed": 2,
        "b1": 11000,
        "sigmas": ["5", "6"],
        "client_id": "alice",
    }
    for body, *headers in (
        (result,),
        (result,),
        (result | {"sigmas": ["7"], "curves_completed": 1}, "Idempotency-Key: one"),
        (result | {"sigmas": ["7"], "curves_completed": 1}, "Idempotency-Key: one"),
        (result | {"sigmas": ["8"], "curves_completed": 1}, "Idempotency-Key: one"),
        (result | {"sigmas": [2**70], "parametrization": 1},),
        (result | {"curves_completed": "4", "sigmas": []},),
        (result | {"curves_completed": -1},),
        (result | {"factors_found": ["3", 7, {"factor": "15", "sigma": "9"}], "id": "r-1"},),
        (result | {"work_assignment_id": "nothing"},),
        (result | {"client_id": ""},),
        (b"[1",),
        (b'"\xff"',),
        ({},),
        (result, "X-API-Key: nobody's"),
        (result, "Idempotency-Key: #"),
    ):
        yield "POST /api/v1/results/ecm", body, *headers


SUBMISSION = {
    "composite": NUMBER,
    "client_id": "alice-box",
    "method": "ecm",
    "program": "gmp-ecm",
    "parameters": {"b1": 11000},
    "results": {"curves_completed": 2},
    "raw_output": OUTPUT,
}
SUBMITTED = [
    ("POST /api/v1/submit_result", body)
    for body in (
        SUBMISSION,
        SUBMISSION,
        SUBMISSION | {"composite": "2^367-5", "project": "new"},
        SUBMISSION | {"method": "magic"},
    )
]
ASKED_FOR = [
    (f"GET /api/v1/{asked}", None)
    for asked in (
        "ecm-work",
        "ecm-work?client_id=bob&client_id=alice",
        "ecm-work?client_id=b%6Fb&min_digits=400",
        "ecm-work?client_id=bob&min_digits=400&as_of=1",
        "ecm-work?client_id=bob&min_digits=x",
        "ecm-work?client_id=bob&else=1&min_digits=400",
        "work/request?client_id=carol&cores=8&lease_seconds=300&lives_seconds=1000&beside=true",
        "work/request?client_id=carol&strategy=ladder&min_digits=400",
        "work/request?client_id=carol&numbers=16&strategy=yield&wait=0.01",
        "work/request?client_id=carol&method=qs",
        "work/request?client_id=carol&method=magic",
        "work/request?client_id=carol&beside=perhaps",
        "work/request?client_id=carol&numbers=17",
        "work/request?client_id=carol&wait=61",
        "work/request?client_id=carol&lease_seconds=0",
        "work/request?client_id=carol&min_digits=3&max_digits=2",
        "work/request?strategy=yield",
        "checks/work?client_id=carol&lives_seconds=60&lease_seconds=60&wait=0.01",
        "checks/work?client_id=carol&lease_seconds=0",
        "checks/work",
    )
]
BY_AN_OLD_WORKER = ("GET /api/v1/work/request?client_id=carol", None, "User-Agent: tallystick/0.0.1")


def ended(work):
    """What ends an assignment, and what does not."""
    yield "PUT /api/v1/work/nothing/progress?client_id=alice", None
    yield f"POST /api/v1/work/{work}/complete?client_id=bob", None
    yield f"POST /api/v1/work/{work}/complete?client_id=alice", None
    yield f"GET /api/v1/work/{work}/complete?client_id=alice", None


async def working(connection):
    """Hand in what workers do, and much that is turned down; return every answer."""
    said = []

    async def ask(line, body=None, *headers):
        status, fields, answer = await connection.ask(line, body, *headers)
        said.append((CHANCE.sub(b"#", line.encode()), status, sorted(fields), CHANCE.sub(b"#", answer)))
        return json.loads(answer)

    await ask("POST /api/v1/composites/bulk", [{"number": NUMBER}])
    work = (await ask("GET /api/v1/ecm-work?client_id=alice&work_type=progressive"))["work_id"]
    for request in (*held(work), *reported(work), *SUBMITTED, *ASKED_FOR, BY_AN_OLD_WORKER, *ended(work)):
        await ask(*request)
    return said


def test_what_is_answered_quickly_is_answered_as_the_ordinary_way(run):
    quick, ordinary = run(working), run(working, "Cookie: any=one")
    assert len(quick) == len(ordinary)
    for one, other in zip(quick, ordinary, strict=True):
        assert one == other


@pytest.mark.parametrize(
    ("line", "body", "quick"),
    [
        ("POST /api/v1/results/ecm", {"work_assignment_id": "none", "curves_completed": 1}, [True]),
        ("POST /api/v1/results/ecm", {"work_assignment_id": "none", "curves_completed": "1"}, [False]),
        ("POST /api/v1/results/ecm?format=csv", {"work_assignment_id": "none", "curves_completed": 1}, [False]),
        ("GET /api/v1/ecm-work?client_id=alice", None, [True]),
        ("GET /api/v1/ecm-work?client_id=a%6Cice", None, [False]),
        ("GET /api/v1/work/request?client_id=alice&numbers=16", None, [True]),
        ("GET /api/v1/checks/work?client_id=alice&wait=0.01", None, [True]),
        ("GET /api/v1/composites", None, []),
    ],
)
def test_only_what_is_plain_is_answered_quickly(run, line, body, quick):
    async def story(connection):
        await connection.ask(line, body)
        return connection.quick

    assert run(story) == quick


def test_requests_of_one_connection_are_answered_in_their_order_however_they_come(run):
    async def story(connection):
        asked = b"".join(
            connection.request(line, body)
            for line, body in (
                ("GET /api/v1/ecm-work?client_id=alice", None),
                ("GET /api/v1/composites", None),
                ("POST /api/v1/results/ecm", {"work_assignment_id": "none", "curves_completed": 1}),
                ("POST /api/v1/results/ecm", {"work_assignment_id": "none", "curves_completed": 1}),
            )
        )
        statuses = []
        for length in (len(asked), 7):
            connection.wire.came = b""
            for start in range(0, len(asked), length):
                connection.protocol.data_received(asked[start : start + length])
            await connection.answer(4)
            statuses.append([status for status, *_ in _answers(connection.wire.came)])
        return statuses

    assert run(story) == [[200, 200, 404, 404]] * 2


def test_a_connection_ends_with_its_answer_when_its_client_says_so(run):
    async def story(connection):
        _, fields, _ = await connection.ask("GET /api/v1/ecm-work?client_id=alice", None, "Connection: close")
        return fields[b"connection"], connection.wire.closed

    assert run(story) == (b"close", True)


def test_a_client_that_goes_away_is_no_fault(run):
    async def story(connection):
        connection.protocol.data_received(connection.request("GET /api/v1/ecm-work?client_id=alice"))
        connection.protocol.connection_lost(None)
        (task,) = connection.protocol.tasks
        await task
        return connection.wire.came

    assert run(story) == b""


def test_who_hangs_up_while_waiting_for_work_is_given_none(app, run):
    async def story(connection):
        other = Connection(app)
        connection.protocol.data_received(connection.request("GET /api/v1/work/request?client_id=alice&wait=60"))
        (task,) = connection.protocol.tasks
        await other.ask("GET /api/v1/work/request?client_id=bob")  # by then alice was told that there is none
        connection.protocol.connection_lost(None)
        await other.ask("POST /api/v1/composites/bulk", [{"number": NUMBER}])
        await asyncio.wait_for(task, 30)
        _, _, held = await other.ask("GET /api/v1/work/status/alice")
        return connection.quick, json.loads(held)

    quick, held = run(story)
    assert quick == [True]
    assert held["work_assignments"] == []


def test_what_is_not_done_when_the_time_for_stopping_is_up_says_so(run):
    async def story(connection):
        connection.protocol.data_received(connection.request("GET /api/v1/ecm-work?client_id=alice"))
        await asyncio.sleep(0)
        (task,) = connection.protocol.tasks
        task.cancel()
        return (await connection.answer())[0]

    assert run(story) == 503


def test_a_connection_that_becomes_a_web_socket_is_left_alone(run):
    async def story(connection):
        connection.protocol.handle_websocket_upgrade = lambda: None
        connection.protocol.ws_protocol_class = object
        upgrade = ("Connection: Upgrade", "Upgrade: websocket")
        connection.protocol.data_received(connection.request("GET /ws/stats", None, *upgrade))
        return set(connection.protocol.tasks)

    assert run(story) == set()
