"""Metrics of a running coordinator, for Prometheus; the names are a contract, listed in docs/reference."""

from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector, generate_latest

from coordinator.node import Node
from coordinator.observing.requests import RequestRecord
from coordinator.observing.storage import free_bytes, wal_bytes
from coordinator.wallclock import now
from projections.leases.table import count_by_standing

_BATCHES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_SECONDS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


class Metrics:
    """The metrics of one application."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = RequestRecord()
        registry.register(self.requests)
        ProcessCollector(registry=registry)
        self._batch = Histogram(
            "tallystick_batch_commands", "Commands decided together.", buckets=_BATCHES, registry=registry
        )
        self._append = Histogram(
            "tallystick_log_append_seconds",
            "Time from the beginning of an append to the log until it is on disk.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._position = Gauge("tallystick_log_position", "Position of the newest event.", registry=registry)
        self._lag = Gauge("tallystick_projection_lag_events", "Events not shown yet.", registry=registry)
        self._waiting = Gauge("tallystick_queue_commands", "Commands waiting for the writer.", registry=registry)
        self._writable = Gauge("tallystick_log_writable", "1 while the log can be written.", registry=registry)
        self._workers = Gauge("tallystick_workers", "Workers seen in the last minute.", registry=registry)
        self._free = Gauge("tallystick_disk_free_bytes", "Free space where the data are.", registry=registry)
        self._wal = Gauge(
            "tallystick_wal_bytes", "Size of a database's write-ahead log.", ["database"], registry=registry
        )
        self._leases = Gauge(
            "tallystick_leases", "Leases by context and state.", ["context", "state"], registry=registry
        )

    def attach(self, node: Node) -> None:
        """Have a node report what only it sees."""
        node.writer.batch_sizes = self._batch.observe
        node.log.append_seconds = self._append.observe

    async def render(self, node: Node) -> bytes:
        """Return everything in Prometheus' text format."""
        self._position.set(node.log.head().position)
        self._lag.set(node.lag)
        self._waiting.set(node.writer.waiting)
        self._writable.set(node.writer.unavailable is None)
        self._workers.set(node.presence.count(now()))
        self._free.set(free_bytes(node))
        for database, size in wal_bytes(node).items():
            self._wal.labels(database).set(size)
        for context in node.contexts.values():
            if context.expire is not None and context.name not in node.withheld:
                for state, number in (await node.readers[context.name].query(count_by_standing)).items():
                    self._leases.labels(context.name, state).set(number)
        return generate_latest(self.registry)
