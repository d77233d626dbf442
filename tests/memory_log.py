"""An event log in memory, for the conformance suite only."""

import threading

from core.events.chain import Head, HeadMoved, head_after


class MemoryEventLog:
    """Implements `core.events.log.EventLog`."""

    def __init__(self):
        self._events = []
        self._appended = threading.Condition(threading.RLock())

    def head(self):
        """Return the end of the log."""
        with self._appended:
            return head_after(self._events[-1]) if self._events else Head()

    def append(self, events, onto):
        """Add stamped events: all of them or none."""
        with self._appended:
            if onto != self.head():
                raise HeadMoved("The log has moved on.")
            if [event.position for event in events] != list(range(onto.position + 1, onto.position + 1 + len(events))):
                raise HeadMoved("The events do not follow the head.")
            self._events += events
            self._appended.notify_all()

    def read(self, after, limit):
        """Return up to `limit` events beyond a position."""
        with self._appended:
            return self._events[after : after + limit]

    def stream(self, stream):
        """Return the events of a stream."""
        with self._appended:
            return [event for event in self._events if event.stream == stream]

    def causes(self, after):
        """Yield (position, cause) of every event beyond a position that has a cause."""
        with self._appended:
            found = [(event.position, event.cause) for event in self._events[after:] if event.cause is not None]
        yield from found

    def confirm(self):
        """Nobody else has this log."""

    def version(self, stream):
        """Return the newest version in a stream."""
        with self._appended:
            return max((event.version for event in self._events if event.stream == stream), default=0)

    def follow(self, after, limit, seconds):
        """Read, but wait for the first event."""
        with self._appended:
            self._appended.wait_for(lambda: len(self._events) > after, seconds)
            return self.read(after, limit)
