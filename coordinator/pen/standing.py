"""How a node stands among others: whether it writes, else who does, and how far behind it is."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec
import structlog

from coordinator.pen.pen import OTHER, STREAM, Pen
from core.events.envelope import Event
from core.events.log import ReadableLog
from core.log.events import PenTaken

_PATIENCE_SECONDS = 10.0
"""For so long the pen may pass from one node to another; it takes two to three seconds when the worst comes to the worst."""

_OUT_OF_TOUCH_SECONDS = 5.0

_log = structlog.get_logger(__name__)


class Standing:
    """How a node stands; belongs to its event loop.

    Args:
        own: its own name for itself.
        peers: where the nodes reach each other, `host:port` by name; none where a coordinator is alone.
        pen: without which it does not write; None where it has the log alone.

    Attributes:
        holder: the name of the node that took the pen last; empty while nobody is known to have it.
        term: the position at which that was.
        takeovers: how often this node has begun to write since the start.
        heard_at: when the shared log was read last, by the monotonic clock.
        trouble: why it can't be read, in a sentence; empty while it can.
    """

    def __init__(self, own: str = "", peers: Mapping[str, str] | None = None, pen: Pen | None = None) -> None:
        self.own = own
        self.peers = peers or {}
        self._pen = pen
        self.writes = pen is None
        """Whether the node has begun to write, and was not told to end."""
        self.trouble = ""
        self._began = 0
        self.holder = ""
        self.term = 0
        self._took_at = time.monotonic()
        self.takeovers = 0
        self.heard_at = time.monotonic()
        self._changed = asyncio.Event()

    @property
    def holding(self) -> bool:
        """Whether this node writes: by the pen that it had when it began, not by one that it has taken again since."""
        return self.writes and (self._pen is None or (self._pen.held and self._pen.term == self._began))

    @property
    def role(self) -> Literal["writer", "follower"]:
        """Its part just now."""
        return "writer" if self.holding else "follower"

    @property
    def silence(self) -> float:
        """For how many seconds nothing was heard of the shared log; 0 for who writes it."""
        if self.holding:
            return 0.0
        # Who has written knew the end of the log: nobody else came after it.
        heard_at = self.heard_at if self._pen is None else max(self.heard_at, self._pen.written_at)
        return time.monotonic() - heard_at

    @property
    def out_of_touch(self) -> bool:
        """Whether nothing was heard of the shared log for so long that whoever looks has to know."""
        return self.silence > _OUT_OF_TOUCH_SECONDS

    @property
    def unwritten(self) -> str:
        """Why nobody can write, this node or one that it could pass on to, in a sentence; empty while one can, or may in a moment."""
        if self._pen is None or (self.holding and not self._pen.obstacle):
            return ""
        if not self.peers and not self.holding:
            return f"Nothing can be written here: {self._pen.why_idle}."
        if self._has_a_namesake:
            return f"Another node is called {self.own}, too, and writes; give each a node_name of its own."
        seconds = time.monotonic() - self._pen.written_at
        if seconds < _PATIENCE_SECONDS:
            return ""
        why = self._pen.obstacle or "none of the nodes that take the pen keeps it"
        who = "As far as this node can see, nobody" if self.trouble else "Nobody"
        return f"{who} has written to the shared log for {seconds:.0f} seconds: {why}."

    @property
    def _has_a_namesake(self) -> bool:
        """Tell whether somebody writes under this node's own name; a session of its own that it has lost ends in a moment."""
        if self._pen is None or self.holding or (self.holder, self._pen.reason) != (self.own, OTHER):
            return False
        return self.term > self._pen.term and time.monotonic() - self._took_at > _PATIENCE_SECONDS

    @property
    def address(self) -> str | None:
        """Where the node is reached that writes, as far as is known here; None when that is this one, or nobody."""
        return None if self.holder == self.own else self.peers.get(self.holder)

    def heard(self) -> None:
        """Note that the shared log was read just now."""
        self.heard_at = time.monotonic()

    def follow(self, events: Iterable[Event]) -> None:
        """Note who takes the pen; told of every batch as it is committed."""
        for event in events:
            if isinstance(event.fact, PenTaken):
                self.took(event.fact.node, event.position)

    def took(self, node: str, term: int) -> None:
        """Note who has taken the pen."""
        self.holder, self.term, self._took_at = node, term, time.monotonic()
        self._tell()

    def begin(self, term: int) -> None:
        """Begin to write: the pen was taken at a position, and what stands before is read."""
        self.writes, self._began = True, term
        self.takeovers += 1
        _log.info("writing_begins", node=self.own, position=self.term)
        self._tell()

    def end_writing(self, reason: str) -> None:
        """Write no more until the pen is taken again."""
        self.writes, self.holder = False, ""
        _log.warning("writing_ends", node=self.own, reason=reason)
        self._tell()

    async def changes(self, seconds: float | None = None) -> None:
        """Wait until somebody begins to write, or ends, but no longer than so many seconds; None for ever."""
        changed = self._changed
        try:
            async with asyncio.timeout(seconds):
                await changed.wait()
        except TimeoutError:
            return

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def standing_of(pen: Pen | None, log: ReadableLog) -> Standing:
    """Return how a node stands at its start: it writes if it has the pen already, or needs none."""
    if pen is None:
        return Standing()
    standing = Standing(pen.database.node, pen.database.nodes, pen)
    for row in log.stream(STREAM)[-1:]:
        standing.took(msgspec.json.decode(row.data, type=PenTaken).node, row.position)
    if pen.held:
        standing.begin(pen.term)
    return standing
