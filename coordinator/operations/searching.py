"""Looking for texts in numbers: by an index in a temporary file, made once somebody has searched.

The writer knows nothing of it. Until it is there, and for what it can't help with, every number is passed over.
"""

import asyncio
import sqlite3
import weakref

import structlog
from msgspec.structs import replace

from coordinator.failures import logged
from coordinator.node import Node
from coordinator.projecting.readers import Readers
from coordinator.time.repeating import every
from projections.factoring.lists import catalogue, trigrams
from projections.factoring.lists.catalogue import Page, Search
from projections.factoring.lists.trigrams import Among

_CONTEXT = "factoring"
_EVERY_SECONDS = 1.0
_LONGEST_SECONDS = 300.0
_AT_ONCE = 64
"""Adding so many takes some 5 ms, for which a search has to wait."""
_CACHE_KIB = 1024

_log = structlog.get_logger(__name__)


async def search(node: Node, wanted: Search) -> Page:
    """List numbers, with the help of the index where it helps."""
    if wanted.text is not None:
        wanted = replace(wanted, among=await among(node, wanted.text))
    return await node.readers[_CONTEXT].query(catalogue.search, wanted)


async def among(node: Node, text: str) -> Among | None:
    """Return among which numbers those are that have a text; None when all have to be passed over, as in the past."""
    return None if node.moment is not None else await node.readers[_CONTEXT].companion(TextIndex).among(text)


async def run(node: Node) -> None:
    """Bring the index forward when somebody has searched, until cancelled."""

    async def extend() -> bool:
        return _CONTEXT not in node.withheld and await node.readers[_CONTEXT].companion(TextIndex).extend()

    await every(_EVERY_SECONDS, "numbers_not_indexed", extend, longest=_LONGEST_SECONDS)


class TextIndex:
    """The index of the numbers of a file, gone with it.

    Args:
        readers: of the file.
    """

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._connection: sqlite3.Connection | None = None
        self._upto = 0
        self._whole = False
        self._asked = False
        self._turn = asyncio.Lock()

    async def among(self, text: str) -> Among | None:
        """Return among which numbers those are that have a text; None when the index can't tell."""
        self._asked = True
        async with self._turn:
            if self._connection is None or not self._whole:
                return None
            try:
                return await asyncio.to_thread(trigrams.among, self._connection, text, self._upto)
            except sqlite3.Error as error:
                _log.error("text_index_failed", **logged(error))
                self._begin_anew()
                return None

    async def extend(self) -> bool:
        """Add some of the numbers that are not in it yet, if somebody has searched; return whether there may be more.

        Raises:
            sqlite3.Error: there is no room for temporary files, or SQLite has no such index.
            Unavailable: the numbers can't be read just now.
        """
        if not self._asked:
            return False
        rows = await self._readers.query(trigrams.texts_after, self._upto, _AT_ONCE)
        async with self._turn:
            try:
                await asyncio.to_thread(self._add, rows)
            except sqlite3.Error:
                self._begin_anew()
                raise
        self._whole = self._whole or len(rows) < _AT_ONCE
        return len(rows) == _AT_ONCE

    def _add(self, rows: list[tuple[int, str]]) -> None:
        if self._connection is None:
            # Without a name: a temporary file of its own, which SQLite deletes when it is closed.
            self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            weakref.finalize(self, self._connection.close)
            self._connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            trigrams.create(self._connection)
        if rows:
            trigrams.add(self._connection, rows)
            self._upto = rows[-1][0]

    def _begin_anew(self) -> None:
        self._connection, self._upto, self._whole = None, 0, False
