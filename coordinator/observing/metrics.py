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
from coordinator.time.wallclock import now
from core.timestamps import SECOND
from projections.leases.table import count_by_standing

_BATCHES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_SECONDS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)

_OF_CONTEXTS = (
    ("numbers", ("status",), "Numbers by status."),
    ("curves", (), "Curves that were ever run."),
    ("factors", (), "Factors that were ever found."),
    ("work_waiting", ("work",), "Work that waits for somebody to take it."),
    ("work_waiting_since_seconds", ("work",), "When the oldest of it came, Unix time."),
    ("deliveries_waiting", ("subscription",), "Events that wait to be delivered, of the next 10,000."),
    ("deliveries_failing", ("subscription",), "1 while a receiver turns an event down."),
)
"""Those whose values contexts have: name, labels and meaning."""
_OF_NODE: Sequence[tuple[str, str, Callable[[Node], float]]] = (
    ("log_position", "Position of the newest event.", lambda node: node.log.head().position),
    ("projection_lag_events", "Events not shown yet.", lambda node: node.lag),
    ("queue_commands", "Commands waiting for the writer.", lambda node: node.writer.waiting),
    ("log_writable", "1 while the log can be written.", lambda node: node.unwritable is None),
    ("workers", "Workers seen in the last minute.", lambda node: node.presence.count(now())),
    ("disk_free_bytes", "Free space where the data are.", free_bytes),
    (
        "head_signed_seconds",
        "When the newest head was signed, Unix time; 0 for never.",
        lambda node: (node.notary.signed_at() or 0) / SECOND,
    ),
    (
        "backup_taken_seconds",
        "When the newest backup was taken, Unix time; 0 for never.",
        lambda node: (backed_up_at(node.directory) or 0) / SECOND,
    ),
    ("node_writes", "1 while this node writes.", lambda node: node.standing.holding),
    ("node_takeovers", "How often it has begun to, since its start.", lambda node: node.standing.takeovers),
    (
        "node_term",
        "Position at which the pen was taken last, by whichever node; 0 for none.",
        lambda node: node.standing.term,
    ),
    (
        "node_silence_seconds",
        "Seconds since the shared log was read; 0 for who writes.",
        lambda node: node.standing.silence,
    ),
)
"""Those that have one value, which the node tells: name, meaning, and value."""
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
        self._of_node = [(self._gauge(name, what), value) for name, what, value in _OF_NODE]
        self._of_contexts = {name: self._gauge(name, what, *labels) for name, labels, what in _OF_CONTEXTS}
        self._desks = self._gauge("desks", "Processes that answer requests before this one.")
        self._desk_cpu = self._gauge("desk_cpu_seconds", "Processor time of such a process.", "desk")
        self._wal = self._gauge("wal_bytes", "Size of a database's write-ahead log.", "database")
        self._leases = self._gauge("leases", "Leases by context and state.", "context", "state")
        self._alarms = self._gauge("alarms", "Alarms by kind.", "alarm")
        self._batch = Histogram(
            "tallystick_batch_commands", "Commands decided together.", buckets=_BATCHES, registry=registry
        )
        self._append = Histogram(
            "tallystick_log_append_seconds",
            "Time from the beginning of an append to the log until it is on disk.",
            buckets=_SECONDS,
            registry=registry,
        )
        registry.register(self.requests)
        ProcessCollector(registry=registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"tallystick_{name}", what, labels, registry=self.registry)

    def attach(self, node: Node) -> None:
        """Have a node report what only it sees."""
        self.watchman = Watchman(node, self.requests.refused)
        node.writer.batch_sizes = self._batch.observe
        node.log.append_seconds = self._append.observe

    async def render(self, node: Node) -> bytes:
        """Return everything in Prometheus' text format."""
        for gauge, value in self._of_node:
            gauge.set(value(node))
        self._set_desks()
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
