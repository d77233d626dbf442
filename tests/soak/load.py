"""The load: clients of every context that never give up, and what they were answered."""

import asyncio
import itertools
import threading
import time
import uuid
from collections import Counter

import httpx

NUMBER = str((10**39 + 3) * (10**40 + 121))
BUSY = 503
OK = 300
_PAUSE_SECONDS = 0.05
_PATIENCE_SECONDS = 60


class Client:
    """Sends one thing after the other of a kind, each until it is acknowledged.

    Args:
        event: the type of the events that it leads to, one for each.
        path: where to.
        body: makes the body of the thing with a number.
    """

    def __init__(self, event, path, body):
        self.event = event
        self.path = path
        self.body = body
        self.answers = {}
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
        Client("counting.job_submitted.v1", "/api/count-primes", lambda number: {"n": 10**4 + number % 2, "chunks": 2}),
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


class Load:
    """Runs clients in a thread of its own, from entry to exit; unless that is for a failure, all was acknowledged then.

    Args:
        addresses: of the coordinator, or of its nodes; a client that is not answered goes to the next.
        clients: who send.

    Attributes:
        faults: answers other than yes and 503.
        slowest: for how many seconds somebody waited for an answer that came.
    """

    def __init__(self, addresses, clients):
        self.clients = clients
        self.faults = Counter()
        self.slowest = 0.0
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
        return [len(client.answers) for client in self.clients]

    async def _run(self):
        async with (
            httpx.AsyncClient(timeout=_PATIENCE_SECONDS) as http,
            asyncio.TaskGroup() as together,
        ):
            for place, client in enumerate(self.clients):
                client.turn = place
                together.create_task(self._keep_sending(http, client))

    async def _keep_sending(self, http, client):
        for number in itertools.count(1):
            if self._over.is_set():
                return
            client.answers[number] = await self.send(http, client, number)
            await asyncio.sleep(_PAUSE_SECONDS / 5)

    async def send(self, http, client, number):
        """Send a thing until it is acknowledged; return its answer."""
        headers, body = client.item(number)
        while True:
            began = time.monotonic()
            try:
                answer = await http.post(
                    self._addresses[client.turn % len(self._addresses)] + client.path, json=body, headers=headers
                )
            except httpx.TransportError:
                client.turn += 1
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            self.slowest = max(self.slowest, time.monotonic() - began)
            if answer.status_code < OK:
                return answer.json()
            if answer.status_code != BUSY:
                self.faults[f"{client.path} {answer.status_code} {answer.text[:200]}"] += 1
            await asyncio.sleep(_PAUSE_SECONDS)
