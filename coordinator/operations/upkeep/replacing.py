"""Replacing projections files that are damaged, or gone, while the coordinator runs.

Every second it looks: whether a file still lies where it was opened, and through the whole of one that was not closed before
it was opened, or that something has cast doubt on since. A file that is not what it should be is set aside; its context is
withheld, and built anew until that succeeds.
"""

import asyncio
import sqlite3
from contextlib import suppress
from functools import partial

import structlog

from coordinator.files.durable import Displaced, Place
from coordinator.node import Node
from coordinator.operations.projections.rebuilding import rebuild_of, rebuild_withheld
from coordinator.projecting.damage import aside, set_aside, why_damaged
from coordinator.projecting.opening import StandIn, path_of
from coordinator.time.repeating import every
from coordinator.writer.committing import Committer
from projections.runtime.file import ProjectionFile

_EVERY_SECONDS = 1.0
_LONGEST_SECONDS = 60.0
_AGAIN_SECONDS = 10.0

_log = structlog.get_logger(__name__)


async def run(node: Node) -> None:
    """Replace what is damaged, until cancelled."""
    await every(_EVERY_SECONDS, "not_replaced", Lookout(node).look, longest=_LONGEST_SECONDS)


class Lookout:
    """The files as they are known, from one look to the next.

    Args:
        node: a running coordinator.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._places: dict[str, tuple[ProjectionFile, Place]] = {}
        self._begun: dict[str, float] = {}
        self._turn = asyncio.Lock()

    async def look(self) -> None:
        """Set aside every file that is damaged or gone, withhold its context, and have what is withheld built.

        Raises:
            Unavailable: the coordinator is stopping.
            sqlite3.Error: a file can't be looked at for a reason that lies outside of it.
        """
        for name, reason in (await self._found()).items():
            await _replace(self._node, name, reason)
        for name in self._node.withheld.sentences.keys() - self._node.withheld.unfinished:
            self._build(name)

    async def _found(self) -> dict[str, str]:
        """Return why files have to be replaced, by name."""
        node = self._node
        reasons: dict[str, str] = {}
        doubted = {name for name, readers in node.served.items() if readers.doubted}

        def look(committer: Committer) -> None:
            if committer.damaged:
                doubted.update(node.served)
            for name, file in committer.files.items():
                try:
                    if self._is_new(name, file) and file.left_open:
                        doubted.add(name)
                    self._places[name][1].check()
                except Displaced:
                    reasons[name] = "it has been removed or replaced"

        await node.writer.between_batches(look)
        for name in sorted(doubted - reasons.keys()):
            reason = await asyncio.to_thread(why_damaged, path_of(node.directory, name))
            node.readers[name].doubted = False
            if reason is not None:
                reasons[name] = reason
        return reasons

    def _is_new(self, name: str, file: ProjectionFile) -> bool:
        """Tell whether a file has come since the last look; where it lies is known then."""
        if name in self._places and self._places[name][0] is file:
            return False
        self._places[name] = (file, Place(file.path, there=not isinstance(file, StandIn)))
        return True

    def _build(self, name: str) -> None:
        """Begin to build what is withheld, unless that goes on, or failed a moment ago, or somebody has ended it."""
        job = self._node.background.known.get(rebuild_of(name))
        moment = asyncio.get_running_loop().time()
        if job is not None and (job.running or job.status.state == "cancelled"):
            self._begun.setdefault(name, moment)
        elif name not in self._begun or moment - self._begun[name] >= _AGAIN_SECONDS:
            self._begun[name] = moment
            self._node.background.begin(rebuild_of(name), partial(rebuild_withheld, self._node, name, self._turn))


async def _replace(node: Node, name: str, reason: str) -> None:
    path = path_of(node.directory, name)
    _log.warning("projection_set_aside", projection=name, reason=reason, now=str(aside(path)))
    node.withheld.replace(name)

    def swap(committer: Committer) -> None:
        file = committer.files[name]
        with suppress(sqlite3.Error):  # it is damaged, and nothing of it is wanted any more
            file.close()
        set_aside(path)
        committer.files[name] = StandIn(file.projection, committer.log.head())
        committer.damaged = False
        if committer.behind:
            committer.catch_up()

    async with node.readers[name].closed():
        await node.writer.between_batches(swap)
