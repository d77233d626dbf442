"""Presence: who was here lately. It is the one thing that is in memory only, and no projection."""

from collections import OrderedDict
from collections.abc import Iterator
from itertools import takewhile

from core.timestamps import SECOND, lately

MINUTE = 60 * SECOND
_REMEMBERED = 20_000


class Presence:
    """When each client was last heard of; forgotten at a restart."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, int] = OrderedDict()
        self._worked: dict[str, OrderedDict[str, int]] = {}
        self._versions: dict[str, str] = {}

    def seen(self, client: str, now: int, kind: str, version: str = "") -> None:
        """Note that a client was heard of, at a time in microseconds UTC, of what context its work is, and its version.

        A version is kept as long as its client is; who does not say one, such as a queue, takes nothing back.
        """
        if version:
            self._versions[client] = version
        for heard in (self._seen, self._worked.setdefault(kind, OrderedDict())):
            heard[client] = now
            heard.move_to_end(client)
            if len(heard) > _REMEMBERED:
                self._versions.pop(heard.popitem(last=False)[0], None)

    def version_of(self, client: str) -> str:
        """Return the version of the worker that a client last said it is; empty when it never did."""
        return self._versions.get(client, "")

    def works_on(self, kind: str, now: int) -> bool:
        """Tell whether anybody who does the work of a context was heard of in the minute before `now`."""
        return self.works_beside("", kind, now)

    def works_beside(self, client: str, kind: str, now: int) -> bool:
        """Tell the same of anybody but one client."""
        return any(other != client for other, _ in _recent(self._worked.get(kind, OrderedDict()), now))

    def forget(self, client: str) -> None:
        """Have never heard of a client."""
        self._versions.pop(client, None)
        for heard in (self._seen, *self._worked.values()):
            heard.pop(client, None)

    def last_seen(self, client: str) -> int | None:
        """Return when a client was last heard of, None when it was not since the start."""
        return self._seen.get(client)

    def count(self, now: int) -> int:
        """Count the clients heard of in the last minute."""
        return sum(1 for _ in _recent(self._seen, now))

    def recent(self, now: int) -> dict[str, int]:
        """Return the clients heard of in the last minute, each with when that was, the latest first."""
        return dict(_recent(self._seen, now))


def _recent(heard: OrderedDict[str, int], now: int) -> Iterator[tuple[str, int]]:
    return takewhile(lambda entry: lately(entry[1], now, MINUTE), reversed(heard.items()))
