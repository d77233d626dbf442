"""Views that have stopped, which every page tells of."""

import asyncio

from coordinator.node import Node
from coordinator.projecting.readers import Readers
from projections.runtime.checkpoint import Degraded, degraded


class Stopped:
    """Knows of one file which of its views have stopped, until the log grows: to ask all files takes a quarter of a page.

    Args:
        readers: of the file.
    """

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._known: tuple[int, list[Degraded]] | None = None

    async def at(self, position: int) -> list[Degraded]:
        """Return them as of the end of the log, which is a position."""
        if self._known is None or self._known[0] != position:
            self._known = position, await self._readers.query(degraded)
        return self._known[1]


async def stopped(node: Node) -> list[Degraded]:
    """Return the views that have stopped of all files that can be asked."""
    position = node.position
    files = await asyncio.gather(*(readers.companion(Stopped).at(position) for readers in node.served.values()))
    return [view for views in files for view in views]
