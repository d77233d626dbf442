"""The newest events of the streams that somebody watches, in memory.

Who watches a stream reads what is there from a projection, and what comes from here: nothing is read from a file for
what was just written, and what several watch is encoded once.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager

from coordinator.live.pulse import Pulse
from coordinator.live.stream import MAX_BEHIND_BYTES, FellBehind
from core.events.envelope import Event

_FRAMES_KEPT = 16


class Tail:
    """The newest events of one stream, about a megabyte of them.

    Args:
        position: the end of the log; what comes after it is held.
        interval: seconds between two beats, at least.

    Attributes:
        pulse: beats when the stream has grown.
        last: the position of the newest event of each type, of those seen here.
    """

    def __init__(self, position: int, interval: float) -> None:
        self.pulse = Pulse(position, interval)
        self.last: dict[str, int] = {}
        self._events: deque[Event] = deque()
        self._begins_after = position
        self._bytes = 0
        self._frames: OrderedDict[Hashable, bytes] = OrderedDict()

    def add(self, events: Sequence[Event]) -> None:
        """Take what happened to the stream in one batch."""
        for event in events:
            self.last[event.stored.type] = event.stored.position
            self._bytes += len(event.stored.data)
        self._events.extend(events)
        while self._bytes > MAX_BEHIND_BYTES:
            dropped = self._events.popleft().stored
            self._bytes -= len(dropped.data)
            self._begins_after = dropped.position
        self.pulse.committed(events)

    def between(self, after: int, upto: int) -> list[Event]:
        """Return the events after one position up to another.

        Raises:
            FellBehind: they are not all held any more.
        """
        if after < self._begins_after:
            raise FellBehind
        found = []
        for event in reversed(self._events):
            if event.stored.position <= after:
                break
            if event.stored.position <= upto:
                found.append(event)
        found.reverse()
        return found

    def frame(self, what: Hashable, after: int, upto: int, encode: Callable[[list[Event]], bytes]) -> bytes:
        """Return the events after one position up to another, encoded once for all who want the same.

        Args:
            what: tells different encodings apart.
            after: the position that the events follow.
            upto: the position of the last of them.
            encode: encodes them.

        Raises:
            FellBehind: they are not all held any more.
        """
        key = (what, after, upto)
        made = self._frames.get(key)
        if made is None:
            made = self._frames[key] = encode(self.between(after, upto))
            if len(self._frames) > _FRAMES_KEPT:
                self._frames.popitem(last=False)
        return made


class Tails:
    """The tails of all streams that are being watched; lives in the event loop.

    Args:
        position: of the newest event.
        interval: seconds between two beats of a tail, at least.

    Attributes:
        position: of the newest event that it was told of.
    """

    def __init__(self, position: int, interval: float) -> None:
        self.position = position
        self._interval = interval
        self._watched: dict[str, Tail] = {}
        self._watchers: dict[str, int] = {}
        self._closed = False

    @property
    def watched(self) -> bool:
        """Whether anybody watches a stream."""
        return bool(self._watched)

    def follow(self, events: Sequence[Event]) -> None:
        """Take the events of a batch."""
        self.position = events[-1].position
        if not self._watched:
            return
        news: dict[str, list[Event]] = {}
        for event in events:
            if event.stored.stream in self._watched:
                news.setdefault(event.stored.stream, []).append(event)
        for stream, its_events in news.items():
            self._watched[stream].add(its_events)

    @contextmanager
    def watch(self, stream: str) -> Iterator[Tail]:
        """Hold what happens to a stream from now on; those who watch the same share it."""
        tail = self._watched.get(stream)
        if tail is None:
            tail = self._watched[stream] = Tail(self.position, self._interval)
            if self._closed:
                tail.pulse.close()
        self._watchers[stream] = self._watchers.get(stream, 0) + 1
        try:
            yield tail
        finally:
            self._watchers[stream] -= 1
            if not self._watchers[stream]:
                del self._watchers[stream], self._watched[stream]

    def close(self) -> None:
        """Send everybody home: the coordinator is stopping."""
        self._closed = True
        for tail in self._watched.values():
            tail.pulse.close()
