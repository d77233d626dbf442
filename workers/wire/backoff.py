"""How long to wait before trying again."""

import random

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 30.0


class Backoff:
    """Pauses that double from half a second to half a minute.

    A random part of up to half of each keeps workers that lost their coordinator together from coming back together.
    """

    def __init__(self) -> None:
        self._seconds = _FIRST_SECONDS
        self._chance = random.Random()  # noqa: S311 - no secret

    def pause(self, at_least: float = 0.0) -> float:
        """Return how long to wait now, in seconds; the random part comes on top of what is asked for at least."""
        pause = max(self._seconds / 2, at_least) + self._chance.uniform(0, self._seconds / 2)
        self._seconds = min(self._seconds * 2, _LONGEST_SECONDS)
        return pause

    def reset(self) -> None:
        """Begin anew: it went well."""
        self._seconds = _FIRST_SECONDS
