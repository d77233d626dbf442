"""Traces of requests: a line in the log and a count each.

Both are written in bursts, a fifth of a second late at most: within a request the same work takes several times as long,
since its code is in no cache then.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias, cast

import msgspec
import structlog
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from core.timestamps import to_iso

_EVERY_SECONDS = 0.2
_LABELS = ("method", "route", "status")
_REFUSED = frozenset({400, 403, 404, 409, 413, 415, 422})
"""Answers to what is turned down whenever it comes; who has no key, or comes too often, may try again."""

Count: TypeAlias = tuple[str, str, int, int, float]
"""Of requests with a method, a route and a status: how many there were, and the seconds that they took."""

_log = structlog.get_logger("coordinator.requests")


class Answered(msgspec.Struct, frozen=True, gc=False):
    """One request that was answered.

    Attributes:
        request: its id.
        actor: who sent it.
        method: GET and so on; WEBSOCKET for a web socket.
        route: template of its address.
        status: what was answered; 0 when the connection ended before.
        began: microseconds UTC.
        seconds: how long it took.
    """

    request: str
    actor: str
    method: str
    route: str
    status: int
    began: int
    seconds: float


class RequestRecord(Collector):
    """Keeps the record of requests; plain dictionaries, since a `Counter` takes several microseconds.

    Args:
        results: by the routes that take results, the context whose results those are.
    """

    def __init__(self, results: Mapping[str, str]) -> None:
        self._results = results
        self._refused = dict.fromkeys(results.values(), 0)
        self._fresh: list[Answered] = []
        self._requests: dict[tuple[str, str, int], int] = {}
        self._seconds: dict[tuple[str, str, int], float] = {}

    def note(self, answered: Answered) -> None:
        """Take note of a request; in the event loop."""
        if not self._fresh:
            asyncio.get_running_loop().call_later(_EVERY_SECONDS, self.write)
        self._fresh.append(answered)

    def write(self) -> None:
        """Write what was noted since the last time."""
        fresh, self._fresh = self._fresh, []
        for answered in fresh:
            key = (answered.method, answered.route, answered.status)
            self._requests[key] = self._requests.get(key, 0) + 1
            self._seconds[key] = self._seconds.get(key, 0.0) + answered.seconds
            if answered.status in _REFUSED and answered.method == "POST" and answered.route in self._results:
                self.refuse(self._results[answered.route])
        if fresh:
            _log.info("request", each=[_line(answered) for answered in fresh])

    def refuse(self, context: str) -> None:
        """Take note of a result that was turned down, and will not be taken when it comes again."""
        self._refused[context] = self._refused.get(context, 0) + 1

    def refused(self) -> Mapping[str, int]:
        """Return how many results of each context were turned down since the start."""
        self.write()
        return self._refused

    def hand_over(self) -> tuple[list[Count], dict[str, int]]:
        """Return the counts, and those of results turned down by context, and begin to count anew."""
        self.write()
        counts = [(*key, number, self._seconds[key]) for key, number in self._requests.items()]
        refused = {context: number for context, number in self._refused.items() if number}
        self._requests.clear()
        self._seconds.clear()
        self._refused = dict.fromkeys(self._refused, 0)
        return counts, refused

    def add(self, counts: Iterable[Count], refused: Mapping[str, int]) -> None:
        """Take over counts of another process."""
        for *labels, number, seconds in counts:
            key = cast("tuple[str, str, int]", tuple(labels))
            self._requests[key] = self._requests.get(key, 0) + number
            self._seconds[key] = self._seconds.get(key, 0.0) + seconds
        for context, number in refused.items():
            self._refused[context] = self._refused.get(context, 0) + number

    def collect(self) -> Iterator[Metric]:
        """Hand the counts to Prometheus."""
        self.write()
        requests = CounterMetricFamily("tallystick_requests", "Requests answered.", labels=_LABELS)
        seconds = CounterMetricFamily("tallystick_request_seconds", "Time spent answering them.", labels=_LABELS)
        for (method, route, status), number in self._requests.items():
            requests.add_metric((method, route, str(status)), number)
            seconds.add_metric((method, route, str(status)), self._seconds[method, route, status])
        refused = CounterMetricFamily("tallystick_refused_results", "Results turned down.", labels=("context",))
        for context, number in self._refused.items():
            refused.add_metric((context,), number)
        yield requests
        yield seconds
        yield refused


def _line(answered: Answered) -> dict[str, object]:
    return {
        "timestamp": to_iso(answered.began),
        "request": answered.request,
        "actor": answered.actor,
        "method": answered.method,
        "route": answered.route,
        "status": answered.status,
        "ms": round(answered.seconds * 1000, 2),
    }
