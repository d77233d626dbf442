"""How many writes one caller may send: a bucket of tokens for each client id and key, never for an address.

Many honest clients stand behind one address. A bucket holds enough for a client that hands in at once what it kept
through days without a connection; it runs dry for one that asks again and again without end.
"""

from collections import OrderedDict

import msgspec

from coordinator.http.requests.refusals import TooMany
from core.timestamps import SECOND

_REMEMBERED = 20_000


class _Bucket(msgspec.Struct):
    """Tokens left at a time, microseconds UTC."""

    tokens: float
    filled_at: int


class Limits:
    """The buckets of all callers; forgotten at a restart.

    Args:
        per_second: how many tokens flow into a bucket.
        at_once: how many it holds.
    """

    def __init__(self, per_second: int, at_once: int) -> None:
        self._per_second = per_second
        self._at_once = at_once
        self._buckets: OrderedDict[tuple[str | None, str | None], _Bucket] = OrderedDict()

    def take(self, actor: str | None, client: str | None, now: int) -> None:
        """Take one token for a request at a time in microseconds UTC.

        Args:
            actor: the key that came with it, None without one.
            client: by what name its sender calls itself, None when it does not.
            now: the time.

        Raises:
            TooMany: none is left.
        """
        caller = (actor, client)
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = _Bucket(self._at_once, now)
            if len(self._buckets) > _REMEMBERED:
                self._buckets.popitem(last=False)
        else:
            flown = max(now - bucket.filled_at, 0) * self._per_second / SECOND  # a clock may be set back
            bucket.tokens = min(bucket.tokens + flown, self._at_once)
            bucket.filled_at = now
        if bucket.tokens < 1:
            who = f"the client {client!r}" if client else "this key" if actor else "callers without a name"
            raise TooMany(
                f"More than {self._per_second} requests a second came from {who} for long;"
                " the next one is accepted in a second.",
                seconds=1,
            )
        bucket.tokens -= 1

    def forget(self, client: str) -> None:
        """Keep no bucket of a client."""
        for caller in [caller for caller in self._buckets if caller[1] == client]:
            del self._buckets[caller]
