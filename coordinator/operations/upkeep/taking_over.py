"""Writing while this node holds the pen of a log that nodes share, and following whoever does while it does not."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any

import structlog

from coordinator.files.unusable import words_of
from coordinator.node import Node
from coordinator.operations.forgetting import erase
from coordinator.operations.upkeep.presuming import presume_present
from coordinator.pen.following import Follower
from coordinator.pen.pen import OTHER, Pen
from coordinator.pen.standing import Standing
from coordinator.time.repeating import every
from coordinator.time.wallclock import now
from coordinator.writer.committing import Committer
from core.clients.events import ClientForgotten, UserForgotten
from core.events.envelope import Event

_EVERY_SECONDS = 0.02
_LOOK_SECONDS = 1.0
_LOOK_BESIDE_SECONDS = 5.0

_log = structlog.get_logger(__name__)


def run(node: Node) -> Coroutine[Any, Any, None]:
    """Look after the pen, until cancelled; whatever is committed from this call on is taken note of."""
    return every(_EVERY_SECONDS, "pen_not_tended", Tending(node).tend)


def run_looking(node: Node) -> Coroutine[Any, Any, None]:
    """Look at the database beside the session by which the pen is held, until cancelled."""
    assert node.pen is not None, "it shares its log"
    return every(_LOOK_BESIDE_SECONDS, "database_not_looked_at", partial(asyncio.to_thread, node.pen.look_beside))


def _refusal(pen: Pen) -> str:
    """Return what is said to whoever would have something recorded by a node that does not write."""
    if pen.reason == OTHER:
        return "Another node writes just now; nothing was recorded, try again."
    return f"Nothing can be written just now ({pen.why_idle}); nothing was recorded, try again later."


class Tending:
    """Looks after the pen of a node, again and again.

    Args:
        node: one that shares its log.
    """

    def __init__(self, node: Node) -> None:
        assert node.pen is not None, "it shares its log"
        self._node = node
        self._pen = node.pen
        self._follower = Follower(node.pen, node.log, node.names, self._yields)
        self._failing = False
        self._stumbled = False
        self._looked = time.monotonic()
        self._told = node.live.growth.position
        self._missed: list[tuple[int, int]] = []
        node.on_commit.extend((node.standing.follow, self._note))

    def _yields(self) -> bool:
        """Tell whether another node comes first: what is still being built here, or could not be written, would be refused."""
        return self._has_others and (self._stumbled or bool(self._node.withheld))

    @property
    def _has_others(self) -> bool:
        return len(self._node.standing.peers) > 1

    async def tend(self) -> bool:
        """Take a step, unless this node writes; tell whether there may be more to read at once.

        Raises:
            Unavailable: the coordinator is stopping.
        """
        node, standing, follower = self._node, self._node.standing, self._follower
        missed, self._missed = self._missed, []
        if standing.holding and not missed:
            await self._look()
            return False
        if standing.writes and not standing.holding:
            standing.end_writing(self._pen.why_idle)
            node.writer.refusing = _refusal(self._pen)
        told = self._told
        events: list[Event] = []

        def step(committer: Committer) -> None:
            for after, end in missed:
                events.extend(map(committer.registry.event, node.log.read(after, end - after)))
            if not standing.writes:
                events.extend(follower.step(committer, told))

        await node.writer.between_batches(step)
        if events:
            node.writer.caught_up(events)
            if any(isinstance(event.fact, ClientForgotten | UserForgotten) for event in events):
                await erase(node, ())
        if standing.writes:
            return False
        self._tell(follower.failure, standing)
        if self._pen.held and follower.failure is None:
            node.timekeeper.begin_anew()
            try:
                await presume_present(node, now())  # before anybody can ask who is here
            finally:
                node.writer.refusing = node.writer.unavailable = None
                self._stumbled = False
                standing.begin(self._pen.term)
        else:
            node.writer.refusing = _refusal(self._pen)
        return len(events) > 1

    async def _look(self) -> None:
        """See from time to time that this node could write, also while there is nothing to be written.

        Who could not, as with a full disk, lets another node have the pen.
        """

        def look(committer: Committer) -> None:
            if committer.hindrance is not None and self._has_others:
                self._stumbled = True
                self._pen.give_up(committer.hindrance)
            self._pen.look()

        moment = time.monotonic()
        if moment - self._looked > _LOOK_SECONDS:
            self._looked = moment
            await self._node.writer.between_batches(look)

    def _note(self, events: Sequence[Event]) -> None:
        """Note up to where those who watch were told of everything.

        What was folded before a batch, because another node had appended it, is not told of with the batch.
        """
        if events[0].position > self._told + 1:
            self._missed.append((self._told, events[0].position - 1))
        self._told = max(self._told, events[-1].position)

    def _tell(self, failure: Exception | None, standing: Standing) -> None:
        """Note how far the shared log was read; say in the log when it can't be, once."""
        reason = "" if failure is None else words_of(failure).removesuffix(".")
        if failure is None:
            standing.heard()
        elif not self._failing:
            _log.warning("not_followed", reason=reason)
        standing.trouble = reason
        self._failing = failure is not None
