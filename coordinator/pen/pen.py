"""The pen as all see it that do not deal with PostgreSQL themselves; nothing here needs its client."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence

import msgspec

from core.events.chain import Head
from core.events.envelope import StoredEvent
from core.events.log import InDoubt

STREAM = "pen"
"""The stream of its takings."""
OTHER = "another node holds the pen"
"""Why a node does not, when nothing is wrong."""
AGAIN = "the session with PostgreSQL was lost, and another one began this moment"
"""Why a node that holds the pen does not write yet: what was appended meanwhile is taken in first."""
YIELDS = "another node may be able to write what this one can not just now, and comes first"
"""Why a node does not, while it lets others have it first."""


class Database(msgspec.Struct, frozen=True):
    """The database that holds the shared log, and who comes to it.

    Attributes:
        address: as libpq takes it, without a password.
        password: returns it as it is now, whenever a session is begun; None where none is needed, or libpq finds it.
        node: by what name this node takes the pen.
        nodes: where the nodes reach each other, `host:port` by name; none where this one is alone.
    """

    address: str
    password: Callable[[], str | None] | None
    node: str
    nodes: Mapping[str, str] = {}


class Fitness(msgspec.Struct, frozen=True):
    """A database that can hold the shared log, as far as one has to know it.

    Attributes:
        version: of PostgreSQL.
        standby: `synchronous`, `asynchronous`, or `none` where there is no copy of the database.
        warnings: what is not as it should be, a sentence each.
    """

    version: str
    standby: str
    warnings: tuple[str, ...]


class Pen(ABC):
    """One node's pen, an `Arbiter` for its `SharedLog`.

    Whatever takes, uses or gives it up runs in the thread that owns the node's copy of the log, the writer's; the
    attributes may be read anywhere.

    Attributes:
        database: where the shared log is.
        term: the position at which this node took the pen last; 0 for never.
        taken: how often it did.
        reason: why it does not hold it; `OTHER` when nothing is wrong.
        fitness: what is to be known of the database, as it was seen last; None before anybody could look.
        written_at: when somebody was last seen to be able to write, this node or another, by the monotonic clock.
        obstacle: what has been in the way of writing since, if that is known.
        rests: whether the last attempt asked nobody, because this node was turned away a moment before.
        shut_out: why PostgreSQL lets no session in beside those that there are, when that was last seen; empty when it did.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.term = 0
        self.taken = 0
        self.reason = "it was not taken yet"
        self.fitness: Fitness | None = None
        self.written_at = time.monotonic()
        self.obstacle = ""
        self.rests = False
        self.shut_out = ""

    @property
    def why_idle(self) -> str:
        """Why this node does not write, though it may hold the pen again by now."""
        return self.reason or AGAIN

    @property
    @abstractmethod
    def held(self) -> bool:
        """Whether this node may append, as far as it knows."""

    @abstractmethod
    def attempt(self, *, yields: bool = False) -> bool:
        """Try once to take the pen, bringing the copy up to the shared log's end first; return whether it is held.

        Why it is not, `reason` says.

        Args:
            yields: leave it to other nodes until none of them has wanted it for some seconds.
        """

    @abstractmethod
    def look(self) -> None:
        """See whether something is in the way of writing though the pen is held; `obstacle` says what."""

    @abstractmethod
    def look_beside(self) -> None:
        """See what the database is fit for by now, and whether it lets further sessions in; in any thread."""

    @abstractmethod
    def top_up(self) -> int:
        """Bring the copy up to the end of the shared log; return how many events that were.

        Raises:
            Exception: it can't be done; says why.
        """

    @abstractmethod
    def append(self, events: Sequence[StoredEvent], onto: Head) -> None:
        """Add stamped events to the shared log: all of them or none.

        Raises:
            Unavailable: the pen is not held, or was lost; nothing was added.
            HeadMoved: somebody else has appended, and the pen is given up.
            InDoubt: nobody knows whether they were added.
        """

    @abstractmethod
    def confirm(self) -> None:
        """See that nobody else can have appended.

        Raises:
            Unavailable: the pen is not held, or that can't be told.
        """

    @abstractmethod
    def settle(self, events: Sequence[StoredEvent], doubt: InDoubt) -> bool:
        """Find out whether events were added, taking the pen again; it takes some seconds at most.

        Another node that has taken it meanwhile settles that as well: nothing can come before what stands there.

        Raises:
            InDoubt: it can't be found out.
        """

    @abstractmethod
    def give_up(self, reason: str) -> None:
        """Let another node take the pen."""

    @abstractmethod
    def close(self) -> None:
        """Give the pen to whoever wants it, at once."""
