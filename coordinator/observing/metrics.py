"""Metrics of a running coordinator, for Prometheus; the names are a contract, listed in docs/reference."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector, generate_latest

from coordinator.backups.manifest import backed_up_at
from coordinator.node import Node
from coordinator.observing.conditions import KINDS, Watchman
from coordinator.observing.figures import Figures
from coordinator.observing.requests import RequestRecord
from coordinator.observing.storage import free_bytes, wal_bytes
from coordinator.pen.standing import Standing
from coordinator.wallclock import now
from core.timestamps import SECOND
from projections.leases.table import count_by_standing

_BATCHES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_SECONDS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


_OF_CONTEXTS = (
    ("numbers", "status", "Numbers by status."),
    ("curves", "", "Curves that were ever run."),
    ("factors", "", "Factors that were ever found."),
    ("work_waiting", "work", "Work that waits for somebody to take it."),
    ("work_waiting_since_seconds", "work", "When the oldest of it came, Unix time."),
    ("deliveries_waiting", "subscription", "Events that wait to be delivered."),
    ("deliveries_failing", "subscription", "1 while a receiver turns an event down."),
)
"""Those whose values contexts have: name, label and meaning."""
_OF_STANDING: Sequence[tuple[str, str, Callable[[Standing], float]]] = (
    ("node_writes", "1 while this node writes.", lambda standing: standing.holding),
    ("node_takeovers", "How often it has begun to, since its start.", lambda standing: standing.takeovers),
    ("node_term", "Position at which the pen was taken last, by whichever node; 0 for none.", lambda one: one.term),
    ("node_silence_seconds", "Seconds since the shared log was read; 0 for who writes.", lambda one: one.silence),
)
"""How a node stands among others: name, meaning, and value."""
_NONE: Mapping[str, Any] = {}


class Metrics:
    """The metrics of one application.

    Args:
        figures: what makes those of each context, by its name.
        results: by the routes that take results, the context whose results those are.
    """

    def __init__(self, figures: Mapping[str, Figures] = _NONE, results: Mapping[str, str] = _NONE) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = RequestRecord(results)
        self.watchman: Watchman | None = None
        self.desks: Callable[[], Mapping[str, float]] = dict
        """Returns the processor time of each desk that is there, in seconds, by its name."""
        self._figures = figures
        self._of_contexts = {
            name: Gauge(f"tallystick_{name}", what, [label] if label else [], registry=registry)
            for name, label, what in _OF_CONTEXTS
        }
        self._of_standing = [
            (Gauge(f"tallystick_{name}", what, registry=registry), value) for name, what, value in _OF_STANDING
        ]
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
        self._desks = Gauge("tallystick_desks", "Processes that answer requests before this one.", registry=registry)
        self._desk_cpu = Gauge(
            "tallystick_desk_cpu_seconds", "Processor time of such a process.", ["desk"], registry=registry
        )
        self._workers = Gauge("tallystick_workers", "Workers seen in the last minute.", registry=registry)
        self._free = Gauge("tallystick_disk_free_bytes", "Free space where the data are.", registry=registry)
        self._wal = Gauge(
            "tallystick_wal_bytes", "Size of a database's write-ahead log.", ["database"], registry=registry
        )
        self._leases = Gauge(
            "tallystick_leases", "Leases by context and state.", ["context", "state"], registry=registry
        )
        self._alarms = Gauge("tallystick_alarms", "Alarms by kind.", ["alarm"], registry=registry)
        self._signed = Gauge(
            "tallystick_head_signed_seconds",
            "When the newest head was signed, Unix time; 0 for never.",
            registry=registry,
        )
        self._backed_up = Gauge(
            "tallystick_backup_taken_seconds",
            "When the newest backup was taken, Unix time; 0 for never.",
            registry=registry,
        )

    def attach(self, node: Node) -> None:
        """Have a node report what only it sees."""
        self.watchman = Watchman(node, self.requests.refused)
        node.writer.batch_sizes = self._batch.observe
        node.log.append_seconds = self._append.observe

    async def render(self, node: Node) -> bytes:
        """Return everything in Prometheus' text format."""
        self._position.set(node.log.head().position)
        self._lag.set(node.lag)
        self._waiting.set(node.writer.waiting)
        self._writable.set(node.writer.unavailable is None)
        self._workers.set(node.presence.count(now()))
        self._set_desks()
        for gauge, value in self._of_standing:
            gauge.set(value(node.standing))
        self._free.set(free_bytes(node))
        self._signed.set((node.notary.signed_at() or 0) / SECOND)
        self._backed_up.set((backed_up_at(node.directory) or 0) / SECOND)
        found = Counter(one.alarm for one in await self.watchman.conditions()) if self.watchman else Counter()
        for alarm in KINDS:
            self._alarms.labels(alarm).set(found[alarm])
        for database, size in wal_bytes(node).items():
            self._wal.labels(database).set(size)
        for context in node.contexts.values():
            if context.expire is not None and context.name not in node.withheld:
                for state, number in (await node.readers[context.name].query(count_by_standing)).items():
                    self._leases.labels(context.name, state).set(number)
        await self._read_figures(node)
        return generate_latest(self.registry)

    def _set_desks(self) -> None:
        desks = self.desks()
        self._desks.set(len(desks))
        self._desk_cpu.clear()
        for name, seconds in desks.items():
            self._desk_cpu.labels(name).set(seconds)

    async def _read_figures(self, node: Node) -> None:
        for gauge in self._of_contexts.values():
            gauge.clear()
        for context, figures in self._figures.items():
            if context not in node.withheld:
                for figure in await figures(node):
                    gauge = self._of_contexts[figure.metric]
                    (gauge.labels(figure.label) if figure.label else gauge).set(figure.value)
