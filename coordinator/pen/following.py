"""Following: a node without the pen takes in what the holder appends, folds it, and tries to take the pen."""

import time
from collections.abc import Callable

from coordinator.files.unusable import words_of
from coordinator.log.sqlite import SqliteEventLog
from coordinator.pen.names import SharedNames
from coordinator.pen.pen import Pen
from coordinator.writer.committing import Committer
from core.events.envelope import Event

TRY_SECONDS = 0.1
"""Who follows tries so often to take the pen."""
_TOLD = 10_000
"""Those who watch are told of so many events that came at once; of more, of the newest."""


class Follower:
    """Brings a node's log and tables forward, and tries to take the pen meanwhile; in the writer's thread alone.

    Args:
        pen: of this node.
        copy: its own log.
        names: brings the keys of names that are sealed in what is appended; None where there are no others.
        yields: tells whether another node would write better just now, and comes first.

    Attributes:
        failure: why the last step was not taken as far as it should have been; None when it was.
    """

    def __init__(self, pen: Pen, copy: SqliteEventLog, names: SharedNames | None, yields: Callable[[], bool]) -> None:
        self._pen = pen
        self._copy = copy
        self._names = names
        self._yields = yields
        self._tried = 0.0
        self.failure: Exception | None = None

    def step(self, committer: Committer, told: int) -> list[Event]:
        """Take in what was appended since, or take the pen; return what the tables show of it beyond a position.

        Args:
            committer: whose thread this is.
            told: up to where those who watch were told of everything.
        """
        shown, failed, self.failure = committer.folded.position, self.failure is not None, None
        try:
            if failed or not self._tries():  # who can't follow just now shall not write either
                self._pen.top_up()
            if committer.behind or committer.folded != self._copy.head():
                if self._names is not None:
                    self._names.learn(self._copy, shown)
                committer.catch_up()
                committer.hindrance = None
            end = self._copy.head().position
            rows = self._copy.read(max(told, end - _TOLD), _TOLD) if end > told else []
            return [committer.registry.event(row) for row in rows]
        except Exception as error:  # whatever it is: what is there can be read on, and the next step tries again
            if self._pen.held:
                self._pen.give_up(words_of(error))
            self.failure = error
            return []

    def _tries(self) -> bool:
        """Try to take the pen when it is time to; tell whether it is held."""
        moment = time.monotonic()
        if moment - self._tried < TRY_SECONDS:
            return False
        self._tried = moment
        return self._pen.attempt(yields=self._yields())
