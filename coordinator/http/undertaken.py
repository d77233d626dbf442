"""Long undertakings over HTTP: begun by POST, looked at by GET, ended by DELETE."""

from collections.abc import Callable, Coroutine
from typing import Any

import msgspec

from coordinator.processes.progress import Report
from coordinator.processes.undertakings import Standing, State, Undertaking
from core.refusals import Conflict, Unknown
from core.timestamps import to_iso


class Progressing(msgspec.Struct, frozen=True):
    """How something long stands.

    Attributes:
        state: whether it goes on, or how it ended.
        stage: what is being done, in a word or two; empty before the first report.
        done: how many events that has been done to.
        total: how many there are.
        seconds_left: until the stage will be done at the speed so far; null while nobody can tell.
        started_at: when it was begun.
        ended_at: when it ended; null while it goes on.
        error: why it failed; empty when it did not.
    """

    state: State
    stage: str
    done: int
    total: int
    seconds_left: float | None
    started_at: str
    ended_at: str | None
    error: str


def progressing(standing: Standing[Any]) -> Progressing:
    """Show how something long stands."""
    return Progressing(
        state=standing.state,
        stage=standing.stage,
        done=standing.done,
        total=standing.total,
        seconds_left=standing.seconds_left,
        started_at=to_iso(standing.started_at),
        ended_at=None if standing.ended_at is None else to_iso(standing.ended_at),
        error=standing.error,
    )


class Undertakings:
    """What was begun last under each name."""

    def __init__(self) -> None:
        self._known: dict[str, Undertaking[Any]] = {}

    def begin(self, name: str, work: Callable[[Report], Coroutine[Any, Any, Any]]) -> Standing[Any]:
        """Begin something.

        Raises:
            Conflict: it goes on already.
        """
        if (known := self._known.get(name)) is not None and known.running:
            raise Conflict(f"{name[:1].upper()}{name[1:]} goes on already; GET says how far it has come.")
        begun = self._known[name] = Undertaking(name, work)
        return begun.standing()

    def standing(self, name: str) -> Standing[Any]:
        """Return how something stands that was begun.

        Raises:
            Unknown: it was not, since the coordinator started.
        """
        return self._of(name).standing()

    async def cancel(self, name: str) -> Standing[Any]:
        """End something, and wait until it has ended.

        Raises:
            Unknown: it was not begun.
            Conflict: it has ended already.
        """
        known = self._of(name)
        if not known.running:
            raise Conflict(f"{name[:1].upper()}{name[1:]} has ended already.")
        await known.cancel()
        return known.standing()

    def standings(self) -> dict[str, Standing[Any]]:
        """Return how everything stands that was begun, by name."""
        return {name: known.standing() for name, known in self._known.items()}

    def _of(self, name: str) -> Undertaking[Any]:
        known = self._known.get(name)
        if known is None:
            raise Unknown(f"{name[:1].upper()}{name[1:]} was not begun since the coordinator started; POST begins it.")
        return known

    async def close(self) -> None:
        """End everything."""
        for known in self._known.values():
            await known.cancel()
