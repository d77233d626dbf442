"""Takes tasks from Valkey: blocks until there are some, computes them, hands in what comes of them over HTTP.

An entry stays in a worker's hands until the coordinator has its result. The worker says every few seconds that it still
has it; what a worker that was killed had in its hands is taken over by another one. So a task may be computed twice, but
the coordinator counts the first result only.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import structlog
from valkey import Valkey
from valkey.exceptions import ResponseError, ValkeyError

from core.leases.ending import ends_in_time
from core.tasks.decide import SLOW_SECONDS
from core.tasks.queue import ALL, GROUP, HELD, PAUSED, QUICK, SLOW, QueuedTask, paused_for, read
from core.tasks.valkey_address import require_files, require_valkey
from workers.executors import Desk, Seat, WorkFailed
from workers.halting import Halt
from workers.processes.apart import Ended
from workers.tasks.calculating import Calculator
from workers.tasks.executor import RESULTS
from workers.wire.coordinator import Away

RECLAIM_SECONDS = 10.0
"""A worker that was not heard of for so long has lost what it had in its hands."""
_RENEW_SECONDS = RECLAIM_SECONDS / 4
_QUICK_AT_ONCE = 100
_PATIENCE_SECONDS = 10.0
_NO_GROUP = "NOGROUP"

_log = structlog.get_logger(__name__)


class Entry(msgspec.Struct, frozen=True):
    """A task that this worker has in its hands, and where it stands in Valkey."""

    stream: str
    id: str
    task: QueuedTask


class QueuedTasksExecutor:
    """Computes the tasks that stand in Valkey.

    Raises:
        BadInput: the address is none, or names a file that can't be read.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._calculator = Calculator()
        self._looked = 0.0
        require_valkey(desk.valkey)
        require_files(desk.valkey, lambda path: Path(path).read_bytes())
        self._valkey: Any = Valkey.from_url(
            desk.valkey, decode_responses=True, socket_timeout=_PATIENCE_SECONDS, socket_connect_timeout=2.0
        )

    def ask(self, key: str, wait: float) -> Sequence[Entry] | None:  # noqa: ARG002 - Valkey remembers by itself who has what
        """Take what is there: quick tasks by the hundred, slow ones one at a time; wait for the first otherwise.

        While tasks are paused none are taken. Those in hand are done within half a minute anyway.
        """
        try:
            if any(self._valkey.hmget(PAUSED, ALL, paused_for(self._desk.client))):
                threading.Event().wait(wait)  # nobody tells when it is over
                return None
            entries = self._reclaim() or self._take() or (self._await(wait) if wait else [])
            if entries:
                self._valkey.hset(HELD, mapping={entry.task.id: self._desk.client for entry in entries})
        except ResponseError as error:
            if _NO_GROUP in str(error):  # behind the name of the command, when it was one of several
                raise Away("The coordinator has not prepared the queue in Valkey yet.") from error
            raise
        except (ValkeyError, OSError) as error:
            raise Away(f"Valkey can't be reached: {error}.") from error
        return entries or None

    def _reclaim(self) -> list[Entry]:
        """Take over what others that were killed had in their hands."""
        if time.monotonic() < self._looked + _RENEW_SECONDS:
            return []
        self._looked = time.monotonic()
        found: dict[str, Any] = {}
        for stream, most in self._wanted().items():
            _, entries, *_ = self._valkey.xautoclaim(
                stream, GROUP, self._desk.client, min_idle_time=int(RECLAIM_SECONDS * 1000), count=most
            )
            found[stream] = entries
        return _entries(found.items())

    def _wanted(self) -> dict[str, int]:
        """Return the streams to take from, and how much at a time: nothing slow for who would not live to finish it."""
        lives = int(self._desk.ending.said().get("lives_seconds", 0))
        return {QUICK: _QUICK_AT_ONCE} | ({SLOW: 1} if ends_in_time(SLOW_SECONDS, lives) else {})

    def _take(self) -> list[Entry]:
        with self._valkey.pipeline(transaction=False) as pipeline:
            for stream, most in self._wanted().items():
                pipeline.xreadgroup(GROUP, self._desk.client, {stream: ">"}, count=most)
            return _entries(stream for streams in pipeline.execute() for stream in streams or ())

    def _await(self, wait: float) -> list[Entry]:
        """Wait for one task; the quick ones that came with it go with it, for each report is a request of its own."""
        streams, patience = dict.fromkeys(self._wanted(), ">"), max(int(wait * 1000), 1)
        first = self._valkey.xreadgroup(GROUP, self._desk.client, streams, count=1, block=patience)
        if not first:
            return []
        more = self._valkey.xreadgroup(GROUP, self._desk.client, {QUICK: ">"}, count=_QUICK_AT_ONCE)
        return _entries([*first, *(more or ())])

    def perform(self, work: Sequence[Entry], seat: Seat) -> None:
        """Compute them and hand in what comes of each; when the worker stops, leave the others to the next."""
        halt = Halt()
        in_hand = {entry.task.id: entry for entry in work}
        try:
            with (
                seat.display.showing(seat.number, "tasks", len(work)) as advance,
                seat.stopping.calling(halt.set),
                self._holding(in_hand),
            ):
                for finished in self._calculator.compute([entry.task for entry in work], halt):
                    report = {"client_id": self._desk.client, "results": finished}
                    delivered = self._desk.courier.hand_in(RESULTS, report)
                    done = [in_hand.pop(one["task_id"]) for one in finished]
                    if delivered:
                        self._let_go(done)
                    advance(len(finished))
        except Ended as ended:
            self._leave(list(in_hand.values()))
            if not halt.is_set():
                raise WorkFailed(f"A task was not computed: {ended}") from ended

    @contextmanager
    def _holding(self, in_hand: Mapping[str, Entry]) -> Iterator[None]:
        """Say every few seconds, from entry to exit, that the tasks are still in hand."""
        over = threading.Event()

        def hold() -> None:
            while not over.wait(_RENEW_SECONDS):
                self._claim(list(in_hand.values()))

        thread = threading.Thread(target=hold, name="holding", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _leave(self, entries: Sequence[Entry]) -> None:
        """Let others take the tasks at once."""
        self._claim(entries, idle=int(RECLAIM_SECONDS * 1000))

    def _claim(self, entries: Sequence[Entry], idle: int = 0) -> None:
        """Set for how many milliseconds these were not heard of."""
        try:
            for stream, ids in _by_stream(entries).items():
                self._valkey.xclaim(stream, GROUP, self._desk.client, 0, ids, idle=idle, justid=True)
        except (ValkeyError, OSError) as error:
            _log.warning("valkey_is_away", reason=str(error))

    def _let_go(self, entries: Sequence[Entry]) -> None:
        """Take entries out whose results the coordinator has; what remains for whatever reason, it takes out itself."""
        try:
            with self._valkey.pipeline(transaction=True) as pipeline:
                for stream, ids in _by_stream(entries).items():
                    pipeline.xack(stream, GROUP, *ids)
                    pipeline.xdel(stream, *ids)
                pipeline.hdel(HELD, *(entry.task.id for entry in entries))
                pipeline.execute()
        except (ValkeyError, OSError) as error:
            _log.warning("valkey_is_away", reason=str(error))


def _entries(streams: Iterable[tuple[str, Iterable[tuple[str, Mapping[str, str]]]]]) -> list[Entry]:
    return [Entry(stream, name, read(fields)) for stream, entries in streams for name, fields in entries]


def _by_stream(entries: Iterable[Entry]) -> Mapping[str, list[str]]:
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for entry in entries:
        ids[entry.stream].append(entry.id)
    return ids
