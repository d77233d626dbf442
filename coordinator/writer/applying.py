"""Applying what several batches have folded into the states: views first, then every file is committed, once for all."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence

import structlog

from coordinator.failures import logged
from coordinator.writer.failpoints import Reached
from coordinator.writer.writeback import Writeback
from core.events.chain import Head
from core.events.envelope import Event
from projections.runtime.file import ProjectionFile

# A file that nothing concerns moves its checkpoint only this often; at start it skips what lies between.
_CHECKPOINT_EVERY = 1_000

_log = structlog.get_logger(__name__)


class Applying:
    """Events that the states of files hold, and their views do not yet; used by the writer's thread only.

    Attributes:
        batches: how many have brought them.

    Args:
        files: by name; they may be replaced between two batches.
        reached: called at every failpoint.
    """

    def __init__(self, files: Mapping[str, ProjectionFile], reached: Reached) -> None:
        self._files = files
        self._reached = reached
        self._writeback = Writeback()
        self.forget()

    def add(self, events: Sequence[Event], contexts: Collection[str]) -> None:
        """Add a batch that the log holds, and say whose tables it changes."""
        self.batches += 1
        self._events += events
        self._contexts.update(contexts)

    def forget(self) -> None:
        """Forget what there is."""
        self.batches = 0
        self._events: list[Event] = []
        self._contexts: set[str] = set()

    def roll_back(self) -> None:
        """Forget what there is, in every file too: what the log has of it is to be folded from there."""
        self.forget()
        for file in self._files.values():
            try:
                file.rollback()
            except Exception as error:  # whatever it is: catch_up tries again, and nothing is decided until it succeeds
                _log.error("rollback_failed", projection=file.projection.name, **logged(error))

    def commit(self, head: Head) -> None:
        """Apply the views and commit the files, up to the end of the newest batch.

        Raises:
            Exception: some file could not be written; those before it hold everything.
        """
        self._reached("before-projections")
        for name in self._contexts:
            self._files[name].apply_views(self._events)
        for file in self._files.values():
            idle = not file.connection.in_transaction
            if idle and head.position - file.head.position < _CHECKPOINT_EVERY:
                continue
            file.commit(head)
            self._writeback.note(file.path)
            self._reached("between-projection-commits")
        self._writeback.end_batches(self.batches)
        self.forget()

    def close(self, head: Head | None) -> None:
        """Bring every checkpoint to a head, unless files are behind, and close them."""
        self._writeback.close()
        for file in self._files.values():
            try:
                if head is not None and file.head != head:
                    file.commit(head)
            except sqlite3.Error as error:  # the next start catches up
                _log.error("checkpoint_failed", projection=file.projection.name, **logged(error))
            file.close()
