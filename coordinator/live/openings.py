"""Waiting for work: who asks and finds none may wait until there may be some."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

from core.deciding import Context
from core.events.envelope import Event


class Openings:
    """Tells those who wait, by context, that there may be work which was not there before.

    Args:
        contexts: whose work may be waited for.
    """

    def __init__(self, contexts: Collection[Context]) -> None:
        self._contexts_of: dict[str, list[str]] = {}
        for context in contexts:
            for event_type in context.openings:
                self._contexts_of.setdefault(event_type, []).append(context.name)
        self._changed = {context.name: asyncio.Event() for context in contexts}
        self._closed = False

    def follow(self, events: Sequence[Event]) -> None:
        """Wake whoever waits for what these events may have opened."""
        self.opened(event.stored.type for event in events)

    def opened(self, types: Iterable[str]) -> None:
        """Do the same for events of these types."""
        for context in {name for event_type in types for name in self._contexts_of.get(event_type, ())}:
            changed, self._changed[context] = self._changed[context], asyncio.Event()
            changed.set()

    async def first(self, context: str, seconds: float, ask: Callable[[], Awaitable[bool]]) -> None:
        """Ask until it says that it was given something, at most so many seconds; it is asked at least once.

        Args:
            context: whose work is asked for.
            seconds: how long to wait for an opening.
            ask: asks once, and returns whether that was enough.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            # Taken before asking: what opens while the question is on its way must not be missed.
            changed = self._changed[context]
            if await ask() or self._closed:
                return
            try:
                async with asyncio.timeout_at(deadline):
                    await changed.wait()
            except TimeoutError:
                return

    def close(self) -> None:
        """Send everybody home: the coordinator is stopping."""
        self._closed = True
        for changed in self._changed.values():
            changed.set()
