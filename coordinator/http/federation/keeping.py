"""The merge kept in memory for those who pull, and brought forward with the log while they do."""

import asyncio
import sqlite3

import msgspec
import structlog

from coordinator.failures import logged
from coordinator.live.broadcast import Growth
from coordinator.projecting.readers import Readers
from core.timestamps import to_iso
from projections.federation.latest import last_change
from projections.federation.merge import Merge, brought_forward

FOLLOWED_SECONDS = 60.0
"""After the last pull; who pulls more rarely waits for all that has changed since."""

_encode = msgspec.json.Encoder().encode
_log = structlog.get_logger(__name__)


class Totals(msgspec.Struct, frozen=True):
    """How much there is."""

    total_facts: int
    total_topics: int


class Pulled(msgspec.Struct, frozen=True):
    """The latest summaries of all agents, merged.

    Attributes:
        merged_topic_counts: the counts of each topic, added up.
        unique_fact_hashes: every fact that at least one agent names, sorted.
        contributing_agents: how many agents there are.
        last_updated: the latest time that one of the summaries states; now while there is none.
        metadata: how much there is.
    """

    merged_topic_counts: dict[str, int]
    unique_fact_hashes: list[str]
    contributing_agents: int
    last_updated: str
    metadata: Totals


class Body(msgspec.Struct, frozen=True):
    """The answer to a pull, encoded; None while nobody contributes. And the position of the change that led to it."""

    position: int
    json: bytes | None


class KeptMerge:
    """The merge and its encoded form, which is made again only after a change, and once for all who ask meanwhile.

    Nobody is given an answer older than the question: who asks while one is being made waits for the next, which all of
    them share.

    Args:
        readers: of federation's projections.
    """

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._merge = Merge()
        self._body: Body | None = None
        self._turn = asyncio.Lock()
        self._begun = 0
        self._finished = 0
        self._asked = 0.0
        self._following: asyncio.Task[None] | None = None

    async def body(self, growth: Growth) -> Body:
        """Return the answer to a pull as it is at this moment or later.

        Args:
            growth: with which the merge is brought forward from now on, so that later pulls find little left to do.
        """
        self._asked = asyncio.get_running_loop().time()
        if self._following is None or self._following.done():
            self._following = asyncio.create_task(self._follow(growth))
        # Shielded: a reading goes on when who asked for it goes away, and the next must not begin meanwhile.
        return await asyncio.shield(self._reach(self._begun + 1))

    async def _reach(self, reading: int) -> Body:
        async with self._turn:
            if self._body is None or self._finished < reading:
                self._begun += 1
                self._body = await self._readers.query(self._read)
                self._finished = self._begun
            return self._body

    def _read(self, connection: sqlite3.Connection) -> Body:
        if self._body is not None and self._body.position == last_change(connection):
            return self._body
        self._bring_forward(connection)
        return _encoded(self._merge)

    def _bring_forward(self, connection: sqlite3.Connection) -> None:
        merge, self._merge = self._merge, Merge()  # one that failed on the way must not be used again
        self._merge = brought_forward(merge, connection)

    async def _follow(self, growth: Growth) -> None:
        """Bring the merge forward as the log grows, until nobody has pulled for a while."""
        position = 0
        try:
            while asyncio.get_running_loop().time() - self._asked < FOLLOWED_SECONDS and not growth.closed:
                if await growth.beyond(position, FOLLOWED_SECONDS):
                    position = growth.position
                    async with self._turn:
                        await self._readers.query(self._bring_forward)
        except Exception as error:  # the next pull reads by itself, and follows again
            _log.error("merge_not_followed", position=position, **logged(error))


def _encoded(merge: Merge) -> Body:
    if merge.updated_at is None:
        return Body(merge.position, None)
    topics = merge.topics
    pulled = {
        "merged_topic_counts": topics,
        "unique_fact_hashes": msgspec.Raw(merge.facts()),
        "contributing_agents": merge.agents,
        "last_updated": to_iso(merge.updated_at),
        "metadata": Totals(merge.fact_count, len(topics)),
    }
    return Body(merge.position, _encode(pulled))
