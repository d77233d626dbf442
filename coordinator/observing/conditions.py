"""Conditions that somebody should know of: a worker fell silent, results are refused or doubtful, tables stopped, a disk fills."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from coordinator.clients.names import client_names
from coordinator.node import Node
from coordinator.time.wallclock import now
from core.clients.naming import stream_of
from core.events.envelope import Event
from core.leases.events import LeaseEnded
from core.notifications.state import Alarm
from core.timestamps import SECOND, lately
from projections.leases.table import lease_clients
from projections.runtime.checkpoint import degraded
from projections.trust.machines import doubtful
from projections.trust.state import missing_finds

WORKER_SILENT, RESULTS_REFUSED = "worker_silent", "results_refused"
PROJECTION_STOPPED, DISK_FILLING = "projection_stopped", "disk_filling"
MACHINE_DOUBTFUL, FINDS_MISSED = "machine_doubtful", "finds_missed"
KINDS = (WORKER_SILENT, RESULTS_REFUSED, PROJECTION_STOPPED, DISK_FILLING, MACHINE_DOUBTFUL, FINDS_MISSED)

_SILENT_FOR = 3_600 * SECOND
"""So long a worker is missed."""
_REFUSED_FOR = 600 * SECOND
"""So long a refused result is told of."""
_FREE_SHARE, _FREE_BYTES = 0.05, 5 * 10**9
_ROOM_AGAIN = 1.5


class Condition(msgspec.Struct, frozen=True):
    """Something that is not as it should be; the fields are those of `AlarmRaised`."""

    alarm: str
    subject: str
    reason: str


class Watchman:
    """Knows what is not as it should be.

    Args:
        node: where.
        refused: returns how many results of each context were turned down since the start.
    """

    def __init__(self, node: Node, refused: Callable[[], Mapping[str, int]]) -> None:
        self._node = node
        self._refused = refused
        self._counted: dict[str, int] = {}
        self._refused_at: dict[str, int] = {}
        self._expired: list[LeaseEnded] = []
        self._silent: dict[int, int] = {}
        node.on_commit.append(self.follow)

    def follow(self, events: Sequence[Event]) -> None:
        """Take note of leases whose holders were not heard of in time."""
        for event in events:
            fact = event.fact
            if isinstance(fact, LeaseEnded) and fact.outcome == "expired":
                self._expired.append(fact)

    def remember(self, alarms: Sequence[Alarm]) -> None:
        """Go on missing those whose silence was told of before the start."""
        for one in alarms:
            if one.alarm == WORKER_SILENT and one.cleared_at is None:
                self._silent.setdefault(int(one.subject.rpartition("-")[2]), one.raised_at)

    async def conditions(self, raised: frozenset[tuple[str, str]] = frozenset()) -> list[Condition]:
        """Return what is not as it should be; of what is `raised` already, with its subject, it takes more to be well."""
        return [
            *await self._silent_workers(),
            *self._refused_results(),
            *await self._stopped_projections(),
            *self._filling_disk(raised),
            *await self._untrusted_machines(),
        ]

    async def _silent_workers(self) -> list[Condition]:
        moment = now()
        expired, self._expired = self._expired, []
        for context in {fact.context for fact in expired} & self._node.served.keys():
            leases = [fact.lease for fact in expired if fact.context == context]
            for client in await self._node.readers[context].query(lease_clients, leases):
                self._silent[client] = moment
        called = await client_names(self._node.readers["clients"]) if self._silent else {}
        for client, since in list(self._silent.items()):
            heard = self._node.presence.last_seen(called.get(client, ""))
            if not lately(since, moment, _SILENT_FOR) or (heard is not None and heard >= since):
                del self._silent[client]
        return [
            Condition(WORKER_SILENT, stream_of(client), "It was not heard of, and what it held is given to others.")
            for client in self._silent
            if client
        ]

    def _refused_results(self) -> Iterator[Condition]:
        moment, counts = now(), dict(self._refused())
        for context, number in counts.items():
            if number > self._counted.get(context, 0):
                self._refused_at[context] = moment
            if lately(self._refused_at.get(context, 0), moment, _REFUSED_FOR):
                yield Condition(
                    RESULTS_REFUSED, context, "Results were turned down; the log lines of requests say which."
                )
        self._counted = counts

    async def _stopped_projections(self) -> list[Condition]:
        found = []
        for context, readers in self._node.served.items():
            for view in await readers.query(degraded):
                reason = f"It stopped at event {view.position}: {view.reason}"
                found.append(Condition(PROJECTION_STOPPED, f"{context}.{view.view}", reason))
        return found

    async def _untrusted_machines(self) -> list[Condition]:
        readers = self._node.served.get("trust")
        if readers is None:
            return []
        found = [
            Condition(
                MACHINE_DOUBTFUL,
                stream_of(client),
                f"Checks of its curves failed; reports of it, {len(positions)} in number, do not count until somebody"
                " settles it.",
            )
            for client, positions in (await readers.query(doubtful, "heeded")).items()
        ]
        for client, factors in await readers.query(missing_finds):
            reason = f"Curves of it should have found {factors} factors that others found."
            found.append(Condition(FINDS_MISSED, stream_of(client), reason))
        return found

    def _filling_disk(self, raised: frozenset[tuple[str, str]]) -> Iterator[Condition]:
        try:
            usage = shutil.disk_usage(self._node.directory)
        except FileNotFoundError:
            return  # the directory is gone, which is told of by whoever would write there
        least = min(usage.total * _FREE_SHARE, _FREE_BYTES)
        if usage.free < least * (_ROOM_AGAIN if (DISK_FILLING, "data") in raised else 1):
            yield Condition(DISK_FILLING, "data", f"{usage.free / 10**9:.1f} GB are free where the data are.")
