"""What is measured of a running coordinator, for Prometheus; the names are a contract, listed in docs/."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector


class RequestTally(Collector):
    """Counts requests; plain dictionaries, since a `Counter` would cost every request several microseconds."""

    def __init__(self) -> None:
        self._requests: dict[tuple[str, str, int], int] = {}
        self._seconds: dict[tuple[str, str, int], float] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        key = (method, route, status)
        self._requests[key] = self._requests.get(key, 0) + 1
        self._seconds[key] = self._seconds.get(key, 0.0) + seconds

    def collect(self) -> Iterator[Metric]:
        """Hand the counts to Prometheus."""
        labels = ("method", "route", "status")
        requests = CounterMetricFamily("tallystick_requests", "Requests answered.", labels=labels)
        seconds = CounterMetricFamily("tallystick_request_seconds", "Time spent answering them.", labels=labels)
        for (method, route, status), number in self._requests.items():
            requests.add_metric((method, route, str(status)), number)
            seconds.add_metric((method, route, str(status)), self._seconds[method, route, status])
        yield requests
        yield seconds


class Metrics:
    """The metrics of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = RequestTally()
        self.registry.register(self.requests)
