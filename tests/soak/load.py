"""The load: clients of every context that never give up, somebody who reads, and what they were answered."""

import asyncio
import itertools
import sqlite3
import threading
import time
import uuid
from collections import Counter
from contextlib import closing

import httpx

from tests.waiting import until

NUMBER = str((10**39 + 3) * (10**40 + 121))
BUSY = 503
OK = 300
BEGUN = {"factoring.composite_submitted.v1"}
"""Of these there is one before the load."""
READ = (
    *("/", "/health", "/composites", "/composites/1", "/api/v1/composites?limit=20", "/factors", "/contributors"),
    *("/workers", "/events", "/api/v1/events?limit=20", "/counting", "/tasks", "/federation", "/convergence"),
    *(
        "/convergence/1",
        "/machines/",
        "/simulations/",
        "/api/v1/federation/agents",
        "/search?q=1000",
        "/audit",
        "/metrics",
    ),
    *("/api/v1/stats/overview", "/api/v1/heads/latest", "/api/v1/events/1/proof", "/api/v1/factors.atom"),
)
"""What somebody looks at, one after the other."""
_PAUSE_SECONDS = 0.05
_PATIENCE_SECONDS, _CONNECT_SECONDS = 60, 2


class Client:
    """Sends one thing after the other of a kind, each until it is acknowledged.

    Args:
        event: the type of the events that it leads to, one for each.
        path: where to.
        body: makes the body of the thing with a number.

    Attributes:
        acknowledged: how many things are: the first ones, without a gap.
        turn: of which address it asks next.
    """

    def __init__(self, event, path, body):
        self.event = event
        self.path = path
        self.body = body
        self.acknowledged = 0
        self.turn = 0

    def item(self, number):
        """Return a thing with its key, the same whenever it is sent."""
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.event} {number}"))
        return {"Idempotency-Key": key}, self.body(number)


def clients(work, simulation):
    """One client of each kind, given an assignment and a simulation."""
    return [
        Client(
            "factoring.curves_run.v1",
            "/api/v1/results/ecm",
            lambda number: {
                "work_assignment_id": work,
                "client_id": "loader",
                "curves_completed": 1,
                "b1": 2000,
                "parametrization": 1,
                "sigmas": [str(10**6 + number)],
            },
        ),
        Client(
            "factoring.composite_submitted.v1",
            "/api/v1/composites/bulk",
            lambda number: [{"number": str(10**60 + 2 * number), "target_t_level": 15}],
        ),
        Client("counting.job_submitted.v1", "/api/count-primes", lambda number: {"n": 10**4 + number % 2, "chunks": 1}),
        Client("tasks.submitted.v1", "/task", lambda number: {"a": number, "b": 1}),
        Client(
            "federation.summary_pushed.v1",
            "/push",
            lambda number: {
                "summary": {
                    "agent_id": f"agent-{number % 5}",
                    "timestamp": f"2026-01-01T00:00:00.{number:06d}Z",
                    "topic_counts": {"rounds": number},
                    "fact_hashes": [],
                }
            },
        ),
        Client(
            "simulations.point_recorded.v1",
            "/convergence/data",
            lambda number: {"simulation_id": simulation, "loss_value": number},
        ),
    ]


def begun(address):
    """Have a number, an assignment and a simulation; return their names, as `clients` takes them."""
    with httpx.Client(base_url=address, timeout=_PATIENCE_SECONDS) as http:
        http.post("/api/v1/composites/bulk", json=[{"number": NUMBER, "target_t_level": 70}]).raise_for_status()
        work = http.get("/api/v1/work/request", params={"client_id": "loader"}).json()["work_id"]
        http.post("/machines/", json={"name": "m", "cpu": "x86", "memory": 1, "status": "available"}).raise_for_status()
        return work, http.post("/simulations/", json={"name": "s", "machine_id": 1}).json()["id"]


def recorded(directory):
    """Count the events of each type in a data directory."""
    with closing(sqlite3.connect(f"file:{directory}/log.db?mode=ro", uri=True)) as log:
        return Counter(dict(log.execute("SELECT type, count(*) FROM readable GROUP BY type")))


class Load:
    """Runs clients in a thread of its own, from entry to exit; unless that is for a failure, all was acknowledged then.

    Args:
        addresses: of the coordinator, or of its nodes; a client that is not answered goes to the next.
        clients: who send.

    Attributes:
        faults: answers other than yes and 503.
        slowest: for how many seconds somebody waited for an answer, or for the end of a connection; set it to 0.0 to
            learn of what comes.
        read: how many of what is read was.
    """

    def __init__(self, addresses, clients):
        self.clients = clients
        self.faults = Counter()
        self.slowest = 0.0
        self.read = 0
        self._addresses = addresses
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def __enter__(self):
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, failure, *_):
        """End when what was sent last is acknowledged."""
        self._over.set()
        if failure is None:
            self._thread.join()

    def acknowledged(self):
        """How many things of each kind are."""
        return [client.acknowledged for client in self.clients]

    def answered(self, more, said=str):
        """Wait until each client, and who reads, has been answered so many times more."""
        before = [*self.acknowledged(), self.read]
        until(
            lambda: (
                self.faults
                or all(n >= m + more for n, m in zip([*self.acknowledged(), self.read], before, strict=True))
            ),
            said=lambda: f"{before} became {[*self.acknowledged(), self.read]}; {said()}",
        )
        assert self.faults == {}, self.faults

    def assert_recorded(self, directory):
        """See that everything acknowledged is in a log once, and nothing else, when nothing is under way."""
        there = recorded(directory)
        wanted = {client.event: client.acknowledged + (client.event in BEGUN) for client in self.clients}
        found = {event: there[event] for event in wanted}
        assert found == wanted, f"{found} is not {wanted}"

    async def _run(self):
        async with (
            httpx.AsyncClient(timeout=httpx.Timeout(_PATIENCE_SECONDS, connect=_CONNECT_SECONDS)) as http,
            asyncio.TaskGroup() as together,
        ):
            together.create_task(self._keep_reading(http))
            for place, client in enumerate(self.clients):
                client.turn = place
                together.create_task(self._keep_sending(http, client))

    async def _keep_sending(self, http, client):
        while not self._over.is_set():
            headers, body = client.item(client.acknowledged + 1)
            await self._answered(http, client, "POST", json=body, headers=headers)
            client.acknowledged += 1

    async def _keep_reading(self, http):
        reader = Client("", "", None)
        for reader.path in itertools.cycle(READ):
            if self._over.is_set():
                return
            await self._answered(http, reader, "GET")
            self.read += 1

    async def _answered(self, http, client, method, **said):
        """Ask until the answer is yes; then there is a pause, as after each that is not."""
        yes = False
        while not yes:
            address = self._addresses[client.turn % len(self._addresses)] + client.path
            began = time.monotonic()
            try:
                answer = await http.request(method, address, **said)
            except httpx.TransportError:
                client.turn += 1
            else:
                yes = answer.status_code < OK
                if not yes and answer.status_code != BUSY:
                    self.faults[f"{client.path} {answer.status_code} {answer.text[:200]}"] += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
            await asyncio.sleep(_PAUSE_SECONDS)
