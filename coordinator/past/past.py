"""The past of a running coordinator: what reads it, for every moment."""

import sqlite3
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

import msgspec

from coordinator.past.files import PastFiles, PastReaders
from coordinator.past.limited import LimitedReaders
from coordinator.past.moments import Moment, moment_of
from coordinator.processes.children import ForkServer
from coordinator.projecting.readers import Readers
from core.clients.naming import stream_of

_SIGHTS_KEPT = 64
_CLIENTS = "clients"


class Sight(msgspec.Struct, frozen=True):
    """The things to read at a moment, in the shape in which a `Node` has them.

    Attributes:
        moment: the moment.
        readers: of the projections, by context.
        log_readers: of the log.
    """

    moment: Moment
    readers: dict[str, Readers]
    log_readers: Readers


class Past:
    """Finds moments, and what there was to read.

    Args:
        directory: the data directory.
        fork_server: where the children come from that fold it.
        readers: of the live projections, by context.
        log_readers: of the log.
    """

    def __init__(
        self, directory: Path, fork_server: ForkServer, readers: Mapping[str, Readers], log_readers: Readers
    ) -> None:
        self._readers = readers
        self._log_readers = log_readers
        self._files = PastFiles(directory, fork_server)
        self._sights: OrderedDict[Moment, Sight] = OrderedDict()

    async def sight(self, text: str, now: int) -> Sight:
        """Return what there was to read at the moment that somebody means by a position or a time.

        Args:
            text: what they say.
            now: microseconds UTC.

        Raises:
            BadInput: there is no such moment.
        """
        moment = await self._log_readers.query(moment_of, text, now)
        if moment not in self._sights:
            self._sights[moment] = await self._look(moment)
        self._sights.move_to_end(moment)
        if len(self._sights) > _SIGHTS_KEPT:
            self._sights.popitem(last=False)
        return self._sights[moment]

    async def _look(self, moment: Moment) -> Sight:
        position = moment.position
        log_readers = LimitedReaders(self._log_readers, "events", "position", position)
        readers: dict[str, Readers] = {
            name: PastReaders(self._files, position, name, live) for name, live in self._readers.items()
        }
        last = await log_readers.query(_last_client)
        readers[_CLIENTS] = LimitedReaders(self._readers[_CLIENTS], "clients", "client", last)
        return Sight(moment, readers, log_readers)

    async def close(self) -> None:
        """Remove what was made to be read."""
        await self._files.close()


def _last_client(connection: sqlite3.Connection) -> int:
    """Return the number of the client that was named last, 0 when none was; they are numbered from 1, without gaps."""

    def named(client: int) -> bool:
        row = connection.execute("SELECT 1 FROM events WHERE stream = ? AND version = 1", (stream_of(client),))
        return row.fetchone() is not None

    beyond = 1
    while named(beyond):
        beyond *= 2
    known = beyond // 2
    while beyond - known > 1:
        middle = (known + beyond) // 2
        known, beyond = (middle, beyond) if named(middle) else (known, middle)
    return known
