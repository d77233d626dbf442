"""The queue of tasks in Valkey, as the coordinator sees it; how it is laid out stands in `core.tasks.queue`."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from itertools import chain, groupby
from operator import attrgetter
from typing import Any, Protocol

import msgspec

from core.tasks.queue import GROUP, HELD, PAUSED, STREAMS, QueuedTask

_PAGE = 500
_PUSH = """
for _, entry in ipairs(cjson.decode(ARGV[1])) do
    redis.call('XADD', KEYS[entry[1]], '*', unpack(entry[2]))
end
"""
"""One command for any number of tasks: a command for each costs the coordinator four times as much."""
_TRY = "redis.call('XDEL', KEYS[1], redis.call('XADD', KEYS[1], '*', 'task', ''))"
"""What a push needs to be allowed; nobody sees the entry."""

_encode = msgspec.json.Encoder().encode


class QueueAway(Exception):  # noqa: N818 - it reads as what is the case
    """Valkey can't be reached, or refuses what it is asked for."""


class Server(Protocol):
    """Implemented by `coordinator.reactors.valkey_server`."""

    def script(self, text: str) -> Any:
        """Return a script to be called with `keys` and `args`."""
        ...

    def speaking(self) -> AbstractAsyncContextManager[Any]:
        """Lend the client; `QueueAway` when the server does not do what it is asked for."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class Entry(msgspec.Struct, frozen=True):
    """An entry of a stream, and the task that it is for."""

    stream: str
    id: str
    task: str


class Probe(msgspec.Struct, frozen=True):
    """The answer of Valkey to a probe."""

    ping: str
    version: str
    round_trip_ms: float
    queue_length: int


class TaskQueue:
    """The tasks in the streams of one server; each call raises `QueueAway` when that does not answer.

    Args:
        server: the server.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._push: Any = server.script(_PUSH)
        self._try: Any = server.script(_TRY)

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def prepare(self) -> None:
        """Make the streams and their group where they are not there."""
        async with self._server.speaking() as server, server.pipeline(transaction=False) as pipeline:
            for stream in STREAMS:
                pipeline.xgroup_create(stream, GROUP, id="0", mkstream=True)
            for answer in await pipeline.execute(raise_on_error=False):
                if isinstance(answer, Exception) and not str(answer).startswith("BUSYGROUP"):
                    raise answer

    async def length(self) -> int:
        """Return how many tasks are in the queue, those in workers' hands included."""
        async with self._server.speaking() as server, server.pipeline(transaction=False) as pipeline:
            for stream in STREAMS:
                pipeline.xlen(stream)
            return sum(await pipeline.execute())

    async def entries(self) -> list[Entry]:
        """Return everything that is in the queue, those in workers' hands included."""
        found: list[Entry] = []
        async with self._server.speaking() as server:
            for stream in STREAMS:
                after = "-"
                while after:
                    page = await server.xrange(stream, min=after, count=_PAGE)
                    found += (Entry(stream, name, fields.get("task", "")) for name, fields in page)
                    after = f"({page[-1][0]}" if len(page) == _PAGE else ""
        return found

    async def push(self, tasks: Iterable[QueuedTask]) -> None:
        """Add tasks, all or none."""
        entries = _encode([(STREAMS.index(task.stream) + 1, list(chain(*task.fields().items()))) for task in tasks])
        async with self._server.speaking():
            await self._push(keys=STREAMS, args=[entries])

    async def remove(self, entries: Sequence[Entry], tasks: Collection[str]) -> None:
        """Take entries out, whoever has them in their hands, and forget who has some tasks."""
        async with self._server.speaking() as server, server.pipeline(transaction=True) as pipeline:
            for stream, group in groupby(entries, key=attrgetter("stream")):
                ids = [entry.id for entry in group]
                pipeline.xack(stream, GROUP, *ids)
                pipeline.xdel(stream, *ids)
            if tasks:
                pipeline.hdel(HELD, *tasks)
            await pipeline.execute()

    async def hold_back(self, reasons: Mapping[str, str]) -> None:
        """Say why no tasks are to be taken, or none by some workers; by field of the hash `PAUSED`."""
        async with self._server.speaking() as server, server.pipeline(transaction=True) as pipeline:
            pipeline.delete(PAUSED)
            if reasons:
                pipeline.hset(PAUSED, mapping=reasons)
            await pipeline.execute()

    async def workers(self, seconds: float) -> set[str]:
        """Return the names of the workers that asked for tasks, or held some, within so many seconds."""
        async with self._server.speaking() as server, server.pipeline(transaction=False) as pipeline:
            for stream in STREAMS:
                pipeline.xinfo_consumers(stream, GROUP)
            consumers = chain(*await pipeline.execute())
        return {consumer["name"] for consumer in consumers if consumer["idle"] < seconds * 1000}

    async def holder(self, task: str) -> str | None:
        """Return the name of the worker that has a task in its hands; None when nobody has, or Valkey is away."""
        try:
            async with self._server.speaking() as server:
                name: str | None = await server.hget(HELD, task)
                return name
        except QueueAway:
            return None

    async def takes_tasks(self) -> bool:
        """Tell whether Valkey answers, and lets tasks be written."""
        try:
            async with self._server.speaking():
                await self._try(keys=STREAMS[:1])
        except QueueAway:
            return False
        return True

    async def probe(self) -> Probe:
        """Ask Valkey how it is, and whether it lets tasks be written."""
        async with self._server.speaking() as server:
            started = time.perf_counter()
            ping = await server.ping()
            seconds = time.perf_counter() - started
            await self._try(keys=STREAMS[:1])
            facts = await server.info("server")
        version = str(facts.get("valkey_version") or facts.get("redis_version"))
        return Probe("PONG" if ping is True else str(ping), version, round(seconds * 1000, 3), await self.length())
