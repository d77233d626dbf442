"""A log that several nodes share: PostgreSQL decides who appends, and each node keeps the whole of it in a file.

Nothing here knows PostgreSQL's client; without a database nothing of that is imported.
"""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

import structlog

from coordinator.failures import logged
from coordinator.files.unusable import words_of
from coordinator.log.checking import Damaged, RowChecker
from coordinator.log.reading import LogReader
from coordinator.log.sqlite import NotALog, SqliteEventLog
from core.events.chain import Head, HeadMoved
from core.events.envelope import Row, StoredEvent
from core.events.log import InDoubt

SHARED = "shared"
"""The file in the data directory of a node whose log is a copy of one that nodes share."""
_AT_ONCE = 2_000

_log = structlog.get_logger(__name__)


class Source(Protocol):
    """Where the rows of the shared log are read."""

    def rows(self, after: int, limit: int) -> list[Row]:
        """Return up to `limit` rows with positions greater than `after`, oldest first."""
        ...


class Arbiter(Protocol):
    """The one that decides on appends: the pen, over `PostgresLog`."""

    def append(self, events: Sequence[StoredEvent], onto: Head) -> None:
        """Add stamped events to the shared log, as `EventLog.append` does."""
        ...

    def confirm(self) -> None:
        """See that nobody else can have appended, as `EventLog.confirm` does."""
        ...

    def settle(self, events: Sequence[StoredEvent], doubt: InDoubt) -> bool:
        """Find out whether events of which that is not known were added to the shared log; if so, the copy holds them.

        Raises:
            InDoubt: it can't be found out at the moment.
        """
        ...

    def give_up(self, reason: str) -> None:
        """Append nothing more until the copy holds all that the shared log does."""
        ...


class SharedLog(LogReader):
    """An `EventLog` of which PostgreSQL has the last word, and this node a whole copy that it reads from.

    Whatever is appended is in the shared log first. What is there and could not be added to the copy counts as recorded;
    `head` is then behind it until the copy has been topped up, and nothing is appended before.

    Args:
        copy: this node's own file.
        arbiter: who decides.
        reached: called between the two appends.
    """

    def __init__(
        self,
        copy: SqliteEventLog,
        arbiter: Arbiter,
        reached: Callable[[Literal["between-log-commits"]], None] = lambda _name: None,
    ) -> None:
        super().__init__(copy.connection)
        self._copy = copy
        self._arbiter = arbiter
        self._reached = reached

    def head(self) -> Head:
        """Return the end of the copy."""
        return self._copy.head()

    def append(self, events: Sequence[StoredEvent], onto: Head) -> None:
        """Add stamped events to the shared log, then to the copy: all of them or none.

        Raises:
            HeadMoved: the shared log goes on otherwise, or the events do not follow the copy.
            InDoubt: nobody knows whether they are in the shared log.
        """
        if onto != self._copy.head():
            raise HeadMoved(
                f"The copy ends at {self._copy.head().position}; the append was built onto {onto.position}."
            )
        self._copy.require_place()
        try:
            self._arbiter.append(events, onto)
        except InDoubt as doubt:
            if not self._arbiter.settle(events, doubt):
                raise HeadMoved(f"{doubt}; by now it is certain that nothing was added") from doubt
            return
        self._reached("between-log-commits")
        try:
            self._copy.append(events, onto)
        except Exception as error:  # it is recorded, whatever becomes of the copy
            _log.error("copy_behind", position=events[-1].position, **logged(error))
            self._arbiter.give_up(f"what was recorded could not be copied to {self._copy.path}: {words_of(error)}")

    def confirm(self) -> None:
        """See that nobody else can have appended."""
        self._arbiter.confirm()

    def version(self, stream: str) -> int:
        """Return the newest version in a stream, 0 when it has none."""
        return self._copy.version(stream)

    def follow(self, after: int, limit: int, seconds: float) -> list[StoredEvent]:
        """Read as `read` does, but wait up to `seconds` for the first event when there is none yet."""
        return self._copy.follow(after, limit, seconds)


def take_in(copy: SqliteEventLog, rows: Sequence[Row]) -> None:
    """Append rows of the shared log to a copy that they follow, each of them checked.

    Raises:
        Damaged: one is not what it must be; those before it were appended.
    """
    before = next(iter(copy.read(copy.head().position - 1, 1)), None) if copy.head().position else None
    checker = RowChecker(None, before)
    problem = checker.check(rows)
    sound = [StoredEvent(*row) for row in rows if row[0] <= checker.head.position]
    if sound:
        copy.append(sound, copy.head())
    if problem is not None:
        raise Damaged(problem)


def top_up(copy: SqliteEventLog, source: Source) -> int:
    """Append to a copy what it lacks of the shared log; return how many events those were.

    Raises:
        NotALog: the shared log has other events than the copy, or fewer.
        Damaged: it holds an event that is not what it must be.
    """
    began = copy.head()
    _require_shared(copy, source)
    while rows := source.rows(copy.head().position, _AT_ONCE):
        take_in(copy, rows)
    return copy.head().position - began.position


def _require_shared(copy: SqliteEventLog, source: Source) -> None:
    """See that the shared log goes on where a copy ends."""
    end = copy.head()
    if not end.position:
        return
    same = source.rows(end.position - 1, 1)
    if same and same[0][0] == end.position and same[0][-1] == end.hash:
        return
    first, here = source.rows(0, 1), copy.read(0, 1)
    if not first:
        raise NotALog(
            f"{copy.path} holds {end.position} events, and the shared log is empty: `tallystick prepare-database --data-dir"
            f" {copy.path.parent}` brings them there; or name the database that holds them."
        )
    if first[0][-1] != here[0].hash:
        raise NotALog(
            f"The database holds another log than {copy.path}; name the database of this log, or start in an empty"
            " directory."
        )
    if not same:
        raise NotALog(
            f"{copy.path} ends at event {end.position}, and the shared log before that: the database was put back from a"
            " backup, or a standby has taken over that had not received everything. Put back what is newer, or take this"
            " directory away and let it be copied anew; what only it holds is lost then."
        )
    raise NotALog(
        f"Event {end.position} of {copy.path} is another one than in the shared log: both have gone on apart. One of them"
        " has to be put aside; if that is the copy, take the directory away and let it be copied anew."
    )
