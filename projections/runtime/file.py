"""One projections file: opening it, folding events into it, committing."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, dropwhile
from pathlib import Path
from typing import Any

from core.deciding import Answer, Retracted, Unanswerable
from core.events import idempotency
from core.events.chain import Head
from core.events.envelope import Event
from core.events.fact import Fact
from projections.runtime import answers, checkpoint
from projections.runtime.checkpoint import Degraded
from projections.runtime.disk import the_disk_failed
from projections.runtime.projection import FoldedState, Projection, prefix_of
from projections.runtime.recorded import Recorded
from projections.runtime.view import View

# A writer's cache, in KiB; enough that the indexes which a batch touches stay in memory.
_CACHE_KIB = 24 * 1024
# Pages in the write-ahead log before it is folded back. A batch about 64 numbers writes some 550; at the default of
# 1,000 every other commit would wait for it, and each page would be written twice.
_CHECKPOINT_PAGES = 16_384

Amend = Callable[[Recorded, Any], Recorded]
"""From a command and the state just before it to what counts of the command."""


class ProjectionFile:
    """A projections file open for writing.

    One transaction spans a batch: it is begun by the first write and ends with `commit` or `rollback`.

    Args:
        path: the file; it is made when it is not there.
        projection: what it holds.
        durable: whether commits shall survive a crash; a file that is only being built need not, and has no readers.
        remembers: whether answers to commands are kept; of the past nobody asks them, and they are half of a file.

    Attributes:
        left_open: whether who wrote it last was killed, or the machine lost its power; it may not hold what was written.
    """

    def __init__(self, path: Path, projection: Projection, *, durable: bool = True, remembers: bool = True) -> None:
        self.path = path
        self.projection = projection
        self.left_open = _has_unwritten(path)
        self._remembers = remembers
        self._viewed: frozenset[type[Fact]] = frozenset().union(*(view.FACTS for view in projection.views))
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._set_up(durable=durable)
        except BaseException:
            self.connection.close()
            raise

    def _set_up(self, *, durable: bool) -> None:
        self.connection.executescript(
            f"""
            PRAGMA busy_timeout = 5000;
            PRAGMA journal_mode = {"WAL" if durable else "MEMORY"};
            PRAGMA synchronous = {"NORMAL" if durable else "OFF"};
            PRAGMA cache_size = -{_CACHE_KIB};
            PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES};
            PRAGMA journal_size_limit = {_CHECKPOINT_PAGES * 4096};
            """
        )
        if not self.connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            self._create()
        if durable:
            self.connection.execute(answers.INDEX)
            # What undoes a statement or a view is kept in memory, not in a file made for each; the index came before,
            # since what is sorted for it would be kept in memory too.
            self.connection.execute("PRAGMA temp_store = MEMORY")
        self._reopen()

    def _create(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        schemas = (
            checkpoint.SCHEMA,
            answers.SCHEMA,
            self.projection.schema,
            *(v.SCHEMA for v in self.projection.views),
        )
        for statement in _statements("\n".join(schemas)):
            self.connection.execute(statement)
        checkpoint.start(self.connection, self.projection.version)
        self.connection.execute("COMMIT")

    def _reopen(self) -> None:
        """Read afresh whatever is held in memory: after opening, and after a rollback."""
        self.head = checkpoint.read(self.connection)
        self.corrected = checkpoint.corrected(self.connection)
        self.degraded = {stopped.view: stopped for stopped in checkpoint.degraded(self.connection)}
        self.state = self.projection.state(self.connection)
        self._folded: list[Event] = []  # into the state, and not yet into the views that they concern

    @property
    def version(self) -> int | None:
        """The version that built the file."""
        return checkpoint.version(self.connection)

    def take_corrections(self, newest: int, first: int) -> None:
        """Take corrections up to a position into account, unless the file holds already what they change.

        Args:
            newest: position of the newest correction.
            first: the first event of which they change what it amounts to; a file that holds it is outdated.
        """
        if self.head.position < first:
            self.heed(newest)
        else:
            self.outdate(newest)

    def heed(self, newest: int) -> None:
        """Note that corrections up to a position are taken into account."""
        self.begin()
        checkpoint.correct(self.connection, newest)
        self.corrected = newest

    def outdate(self, position: int) -> None:
        """Stop the state: a correction withdraws what has been folded into it already."""
        self.stop(position, "a correction is not in it; it has to be built anew")

    def stop(self, position: int, reason: str) -> None:
        """Let nothing be decided on the state, nor folded into it."""
        self._degrade(Degraded(checkpoint.STATE, position, reason))

    def begin(self) -> None:
        """Begin the batch's transaction unless it has begun."""
        if not self.connection.in_transaction:
            self.connection.execute("BEGIN IMMEDIATE")

    def commit(self, head: Head) -> None:
        """Write what was held back, move the checkpoint and end the transaction."""
        self.begin()
        self.state.keep_answers()
        checkpoint.advance(self.connection, head)
        self.connection.execute("COMMIT")
        self.head = head

    def rollback(self) -> None:
        """Forget the batch."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        self._reopen()

    def apply_state(self, events: Sequence[Event]) -> Answer | None:
        """Fold one command's events into the state, and remember its answer when the command was this context's.

        Nothing is folded into a state that has stopped.

        Returns:
            The answer; None when another context decided the command.
        """
        if checkpoint.STATE in self.degraded:
            return None
        self.begin()
        own = self.projection.own(events)
        for event in own:
            self.state.apply(event)
        context = self.projection.context
        if context.answer is None or not context.decided(own):
            return None
        answer = context.answer(events, self.state)
        last = events[-1].stored
        lookup, fingerprint = idempotency.remembered_by(last.command)
        if lookup is not None:
            self.state.remember(lookup, fingerprint, last, answer)
        return answer

    def apply_views(self, events: Sequence[Event]) -> None:
        """Fold a batch into the views; one that fails stops at the event that it could not apply, alone."""
        if checkpoint.STATE not in self.degraded:
            self._apply_views(self.projection.own(events))

    def _apply_views(self, events: Sequence[Event]) -> None:
        if not events:
            return
        self.begin()
        self.state.flush()
        for view in self.projection.views:
            concerning = [event for event in events if type(event.fact) in view.FACTS]
            if concerning and view.NAME not in self.degraded:
                self._apply_view(view, concerning)

    def _apply_view(self, view: View, events: Sequence[Event]) -> None:
        failure = self._attempt(view, events)
        if failure is None:
            return
        for event in events:
            failure = self._attempt(view, [event])
            if failure is not None:
                self._degrade(Degraded(view.NAME, event.position, failure))
                return

    def _attempt(self, view: View, events: Sequence[Event]) -> str | None:
        """Fold events into a view or leave it as it was; return why it failed."""
        self.connection.execute("SAVEPOINT view")
        try:
            view.apply(events, self.connection)
        except Exception as error:  # whatever a view stumbles over, the others must go on
            if the_disk_failed(error):
                raise
            self.connection.execute("ROLLBACK TO view")
            self.connection.execute("RELEASE view")
            return f"{type(error).__name__}: {error}"
        self.connection.execute("RELEASE view")
        return None

    def _degrade(self, stopped: Degraded) -> None:
        self.begin()
        checkpoint.degrade(self.connection, stopped)
        self.degraded[stopped.view] = stopped

    def fold(
        self, commands: Sequence[Recorded], head: Head, amend: Amend | None = None, *, commit: bool = True
    ) -> None:
        """Fold those of some commands that follow the head, and commit, unless more is to be folded before.

        An event that the state can't apply stops the whole context: nothing after it is folded, and the state is
        marked so that no decision is made on it.

        Args:
            commands: as the log holds them, up to the head; those of other contexts may be left out.
            head: where the checkpoint moves to.
            amend: decides a command again, when what it amounts to may be another now; None leaves all as they are.
            commit: whether the views see now what is folded, and tables are written; the next fold that commits does both.
        """
        self.begin()
        if checkpoint.STATE not in self.degraded:
            following = list(dropwhile(lambda command: command.position <= self.head.position, commands))
            folded = self._fold_state(following, amend)
            self._folded += [event for event in folded if type(event.fact) in self._viewed]
            self.state.keep_answers()
        self.head = head
        if commit:
            self._apply_views(self._folded)
            self._folded = []
            self.state.flush()
            self.commit(head)

    def _fold_state(self, commands: Sequence[Recorded], amend: Amend | None) -> list[Event]:
        """Fold commands into the state; return this file's events, up to the first that could not be applied."""
        name = self.projection.name
        following = [(command, command.own(name)) for command in commands]
        self.state.foresee(chain.from_iterable(own for _, own in following))
        folded: list[Event] = []
        for command, own in following if amend is None else self._amended(commands, amend):
            failure = self._apply_recorded(command, own)
            if failure is not None:
                self._degrade(failure)
                return [event for event in folded if event.position < failure.position]
            folded += own
        return folded

    def _amended(self, commands: Sequence[Recorded], amend: Amend) -> Iterator[tuple[Recorded, Sequence[Event]]]:
        """Yield what counts of commands, each amended when those before it are folded, with this file's events of it."""
        for command in commands:
            counting = amend(command, self.state)
            yield counting, counting.own(self.projection.name)

    def _apply_recorded(self, command: Recorded, own: Sequence[Event]) -> Degraded | None:
        """Apply a command to the state, and remember its answer; return at which event that failed, and why."""
        for unread in command.unread:
            if unread.prefix in self.projection.listens:
                return Degraded(checkpoint.STATE, unread.position, unread.reason)
        try:
            for event in own:
                self.state.apply(event)
            if self._remembers and command.whole:  # one that is not there to its end has no answer yet
                self._remember_recorded(command, own)
        except Exception as error:
            if the_disk_failed(error):
                raise
            return Degraded(checkpoint.STATE, command.position, f"{type(error).__name__}: {error}")
        return None

    def _remember_recorded(self, command: Recorded, own: Sequence[Event]) -> None:
        """Remember the answer to a command that this context decided, also to one that is read otherwise than it was recorded."""
        context = self.projection.context
        last = command.rows[-1]
        lookup, fingerprint = idempotency.remembered_by(last.command)
        if lookup is None or context.answer is None:
            return
        if self._decided(command) if command.amended else context.decided(own):
            answer = Retracted() if command.retracted else _answer_recorded(command, context.answer, self.state)
            if answer is not None:
                self.state.remember(lookup, fingerprint, last, answer)

    def _decided(self, amended: Recorded) -> bool:
        """Tell whether this context decided a command of which other events count than were recorded."""
        context = self.projection.context
        return any(prefix_of(row.type) == context.name and row.type not in context.incidental for row in amended.rows)

    def close(self) -> None:
        """Close the file; an open transaction is rolled back."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        self.connection.close()


def _has_unwritten(path: Path) -> bool:
    """Tell whether a write-ahead log still holds something; who closes a file last leaves none, or an empty one."""
    ahead = path.with_name(f"{path.name}-wal")
    return ahead.exists() and ahead.stat().st_size > 0


def _answer_recorded(
    command: Recorded, answer: Callable[[Sequence[Event], Any], Answer], state: FoldedState
) -> Answer | None:
    """Return the answer to a command; what is withdrawn may have none."""
    try:
        return answer(command.events, state)
    except Unanswerable:
        if not command.amended and not command.reduced:
            raise
        return Retracted() if command.amended else None


def states(files: Mapping[str, ProjectionFile]) -> dict[str, Any]:
    """Return each file's state by the name of its context."""
    return {name: file.state for name, file in files.items()}


def _statements(script: str) -> list[str]:
    """Cut a script into its statements, so that all run in one transaction."""
    statements, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements
