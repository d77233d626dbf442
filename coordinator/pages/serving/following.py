"""Pages that are looked at: what changes in them, for all who look, whenever the log has grown.

What stands on every page may change without that: nothing can be written any more, or somebody who was at work has left. It
is told at once where that was noticed, and again whenever nothing else was told for a while.
"""

import asyncio
import json
from collections.abc import Mapping

from coordinator.http.responses.lines import chunk_of
from coordinator.live.audience import Audience
from coordinator.live.stream import Frame, Frames
from coordinator.node import Node
from coordinator.pages.rendering.site import Address, OnEveryPage, Page, Site
from coordinator.time.turns import OneByOne


class Regions:
    """Renders pages that are looked at, one after the other; what all of them tell alike is read once for each position."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._turns = OneByOne()
        self._alike: tuple[int, OnEveryPage] | None = None
        self._everywhere: tuple[tuple[int, int], dict[str, str]] | None = None

    async def rendered(self, page: Page, node: Node, address: Address, position: int) -> dict[str, str]:
        """Return the regions of a page, by the id of the element that holds each.

        Args:
            page: which kind of page.
            node: what it shows.
            address: of the page.
            position: the end of the log at the beat that it is rendered for.
        """
        async with self._turns.turn():
            if self._alike is None or self._alike[0] != position:
                self._alike = position, await self._site.on_every_page(node)
            context = await self._site.context(page, node, address, alike=self._alike[1])
            return await self._site.regions(page, context)

    async def everywhere(self, node: Node) -> dict[str, str]:
        """Return the regions that are on every page, as they are now; who asks within the same second gets the same."""
        async with self._turns.turn():
            now = node.live.page_pulse.stirs, int(asyncio.get_running_loop().time())
            if self._everywhere is None or self._everywhere[0] != now:
                self._everywhere = now, await self._site.everywhere(node)
            return self._everywhere[1]


class Changes:
    """The changes of one page, for all who look at it: a region is sent when it differs from what they have."""

    def __init__(self, regions: Regions, frames: Frames, page: Page, node: Node, address: Address) -> None:
        self._regions, self._frames = regions, frames
        self._page, self._node, self._address = page, node, address
        self._upto = 0
        self._sent: dict[str, str] = {}
        self.audience = Audience(node.live.page_pulse, self.frame, chunk_of, self.idle)

    async def frame(self, after: int, upto: int) -> Frame:
        """Return what has changed from one position to another, made once for all who ask."""
        what = (self._address.origin, self._address.turned())
        return await self._frames.frame(what, after, upto, self._read)

    async def idle(self, position: int) -> bytes:
        """Return what is told to who has come to a position when nothing of the page itself has changed."""
        return _message(position, await self._regions.everywhere(self._node))

    async def _read(self, after: int, upto: int) -> Frame:
        """Render what the page shows now; who has seen the frame before gets what is different from it."""
        regions = await self._regions.rendered(self._page, self._node, self._address, upto)
        before = self._sent if after == self._upto else {}
        self._upto, self._sent = upto, regions
        changed = {name: html for name, html in regions.items() if before.get(name) != html}
        return Frame(upto, _message(upto, changed))


def _message(position: int, regions: Mapping[str, str]) -> bytes:
    return f"id: {position}\ndata: {json.dumps(regions, ensure_ascii=False)}\n\n".encode()
