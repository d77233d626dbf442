"""One batch of orders, from decisions to the log, and several batches from there to committed files: the commit protocol.

Any error before the log's commit rolls every file back, and nothing of the batch has happened. Once the log has committed,
the orders have succeeded whatever happens. The states hold them already; views are applied and files committed later, for
several batches together. Projections that fail, or are rolled back with a later batch, are behind, and must catch up from
the log before anything else is decided.

A log that nodes share commits elsewhere, and adds three cases. It is *in doubt* whether an append was committed, and that
can't be found out in time: every file is rolled back, senders are told so, and what the log holds once it can be read
again is caught up from. It was committed, and the copy of this node *lacks* it: the orders have succeeded, and the
projections are behind. The log *has grown* by somebody else's events, if only by those that say who may append now: they
are caught up with before anything else is decided. A batch that appends nothing asks the log whether it still ends where
its answers were decided.
"""

from collections.abc import Mapping, Sequence

import structlog

from coordinator.failures import logged
from coordinator.projecting.damage import is_damage, reading_fails
from coordinator.projecting.folding import fold_log
from coordinator.unavailable import Doubtful, Unavailable
from coordinator.writer.applying import Applying
from coordinator.writer.deciding import Batch, Deciding
from coordinator.writer.failpoints import Reached
from coordinator.writer.outcome import Result
from core.deciding import Context, Order
from core.events.chain import Head, HeadMoved, head_after
from core.events.envelope import Event, StoredEvent
from core.events.log import EventLog, InDoubt
from core.events.registry import Registry
from projections.runtime.file import ProjectionFile

_log = structlog.get_logger(__name__)


class Committer:
    """Decides and commits batches; used by the writer's thread only.

    Attributes:
        folded: up to where the states hold what the log does.
        applied: the position up to which the files hold it, for whoever reads them.
        damaged: whether it came upon a damaged file, which has to be found and replaced before it can go on.
        hindrance: what was in the way of the last batch, where that lies outside of the program; None once one came through, or
            somebody has seen to it.

    Args:
        log: the truth.
        registry: how its rows are read.
        contexts: every context by name.
        files: their projections files by name.
        reached: called at every failpoint.
    """

    def __init__(
        self,
        log: EventLog,
        registry: Registry,
        contexts: Mapping[str, Context],
        files: dict[str, ProjectionFile],
        reached: Reached,
    ) -> None:
        self.log = log
        self.registry = registry
        self.contexts = contexts
        self.files = files
        self.reached = reached
        self.damaged = False
        self._behind = True
        self.hindrance: str | None = None
        self.folded = Head()
        self.applied = 0
        self.deciding = Deciding(contexts, files, log)
        self._applying = Applying(files, reached)

    @property
    def behind(self) -> bool:
        """Whether some projection has yet to catch up with the log."""
        return self._behind

    @property
    def unapplied(self) -> int:
        """How many batches the states hold that the views do not."""
        return self._applying.batches

    def catch_up(self) -> None:
        """Fold into every file what the log holds beyond it."""
        self._applying.forget()
        for file in self.files.values():
            file.rollback()
        head = self.log.head()
        fold_log(self.log, list(self.files.values()), self.registry, head.position)
        last = self.log.read(head.position - 1, 1)
        self.deciding.newest = last[0].recorded_at if last else 0
        self.folded, self.applied, self._behind = head, head.position, False

    def perform(self, orders: Sequence[Order]) -> tuple[list[Result], list[Event]]:
        """Decide and append; return each order's result, and the events recorded, which `apply` brings into the views."""
        try:
            if self._behind or self.log.head() != self.folded:
                self.catch_up()
        except Exception as error:
            return self._nothing_happened(orders, error)
        try:
            results, batch = self.deciding.decided(orders, self.log.head())
        except Exception as error:
            nothing = self._nothing_happened(orders, error)
            return nothing if reading_fails(error) else self._apart(orders, error)
        try:
            if batch.rows:
                self.reached("before-log-commit")
                self.log.append(batch.rows, self.log.head())
                self.reached("after-log-commit")
            else:
                self.log.confirm()
        except InDoubt as doubt:
            self._undo(doubt)
            return [Doubtful.because(doubt)] * len(orders), []
        except Exception as error:
            return self._nothing_happened(orders, error)
        self.hindrance = None
        if batch.events:
            self._keep(batch)
        return results, batch.events

    def _nothing_happened(self, orders: Sequence[Order], error: Exception) -> tuple[list[Result], list[Event]]:
        """Undo a batch; a later attempt may succeed. What is in the way is logged once, until a batch has come through."""
        away = isinstance(error, Unavailable | HeadMoved)  # as when another node has taken the pen, which is no fault
        said = {"reason": str(error)} if away else logged(error)
        hindrance = str(said["reason"]) if "reason" in said else None
        known = hindrance is not None and hindrance == self.hindrance
        if away and not known:
            _log.warning("batch_rolled_back", orders=len(orders), **said)
        elif not known:
            _log.error("batch_rolled_back", orders=len(orders), **said)
        self.hindrance = hindrance
        self._undo(error)
        return [Unavailable.because(error)] * len(orders), []

    def _apart(self, orders: Sequence[Order], error: Exception) -> tuple[list[Result], list[Event]]:
        """Perform in halves a batch that was undone because of one of its orders, until that one fails alone."""
        if len(orders) == 1:
            return [error], []
        middle = len(orders) // 2
        (results, events), (more_results, more_events) = self.perform(orders[:middle]), self.perform(orders[middle:])
        return [*results, *more_results], [*events, *more_events]

    def append(self, rows: Sequence[StoredEvent]) -> None:
        """Append what was stamped to the log, outside of a batch; nothing has happened when it raises."""
        self.reached("before-log-commit")
        self.log.append(rows, self.log.head())
        self.deciding.newest, self.folded = rows[-1].recorded_at, head_after(rows[-1])

    def _keep(self, batch: Batch) -> None:
        """Take note of a batch that the log has, for `apply`."""
        try:
            self._require_kept(batch.head)
        except Exception as error:
            self._fall_behind(batch.head, error)
        else:
            self._applying.add(batch.events, batch.contexts)
            self.folded = batch.head

    def _require_kept(self, head: Head) -> None:
        """See that what was committed can be read here: projections never go beyond the log that they are built from."""
        end = self.log.head()
        if end.position < head.position:
            raise HeadMoved(f"Event {head.position} was recorded, and the log ends at {end.position} here.")

    def apply(self) -> None:
        """Have the files hold all that the states do; what fails is caught up from the log before the next batch."""
        if not self.unapplied:
            return
        try:
            self._applying.commit(self.folded)
            self.applied = self.folded.position
        except Exception as error:
            self._fall_behind(self.folded, error)
        self.reached("after-projection-commits")

    def _undo(self, error: Exception) -> None:
        """Forget a batch that did not happen, and fold from the log again what was answered before and not applied yet."""
        answered = self.unapplied
        self._roll_back(error)
        if answered:
            try:
                self.catch_up()
            except Exception as failure:
                self._fall_behind(self.folded, failure)

    def _fall_behind(self, head: Head, error: Exception) -> None:
        _log.error("projections_behind", position=head.position, **logged(error))
        self._roll_back(error)

    def _roll_back(self, error: Exception) -> None:
        """Forget in every file what is not committed; `catch_up` comes before anything else is decided."""
        self._behind = True
        self.damaged = self.damaged or is_damage(error)
        self._applying.roll_back()

    def close(self) -> None:
        """Apply what there is, bring every checkpoint to the head, and close the files."""
        self.apply()
        self._applying.close(None if self._behind else self.folded)
