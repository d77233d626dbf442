"""Taking the pen, holding it and losing it, by a session with PostgreSQL."""

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing

import msgspec
import structlog

from coordinator.files.unusable import TROUBLES, words_of
from coordinator.log.checking import Damaged
from coordinator.log.postgres import PostgresLog
from coordinator.log.session import NotShared, SessionLost
from coordinator.log.shared import top_up
from coordinator.log.sqlite import NotALog, SqliteEventLog
from coordinator.pen.fitness import AgreedTime, fitness_of, require_time
from coordinator.pen.hand import Hand, seen
from coordinator.pen.pen import OTHER, STREAM, YIELDS, Database, Pen
from coordinator.pen.sessions import session_with
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from core.events import idempotency
from core.events.chain import Head, HeadMoved, head_after, stamp
from core.events.envelope import Envelope, NewEvent, StoredEvent
from core.events.log import InDoubt
from core.log.events import LogOpened, PenTaken

SETTLING_SECONDS = 5.0
"""For so long it is tried to find out what became of an append."""
TRY_SECONDS = 0.1
"""Who waits for the pen tries so often."""
RECONNECT_SECONDS = 0.25
"""Whoever was not let in tries again after so long: PostgreSQL writes each try into its log."""
YIELDING_SECONDS = 3.0
"""Whoever can use the pen better has taken it by then: others try ten times a second."""
_LOCK = 0x54414C59
_COMMIT = "SELECT pg_logical_emit_message(true, 'tallystick', '')::text"
_TRIES = 10

_HINDRANCES = (SessionLost, InDoubt, NotALog, Damaged, *TROUBLES)

_log = structlog.get_logger(__name__)


class PostgresPen(Pen):
    """The pen, held by a lock of the session over which its appends go.

    Args:
        database: where the shared log is.
        copy: this node's own copy of it.
        lost: told in some thread, once each time, that the pen was lost, and why; it must not use the pen there.
    """

    def __init__(
        self, database: Database, copy: SqliteEventLog, lost: Callable[[str], None] = lambda _reason: None
    ) -> None:
        super().__init__(database)
        self._copy = copy
        self._told = lost
        self._shared: PostgresLog | None = None
        self._holds = False
        self._hand = Hand(_LOCK)
        self._agreed: AgreedTime | None = None
        self._closing = threading.Event()
        self._refused: SessionLost | NotShared | None = None
        self._refused_at = 0.0

    @property
    def held(self) -> bool:
        """Whether this node may append, as far as it knows."""
        shared = self._shared
        return self._holds and shared is not None and shared.session.lost is None

    def connected(self) -> PostgresLog:
        """Return the shared log to read from, over a session that is there.

        Raises:
            SessionLost: PostgreSQL can't be reached.
            NotShared: the database can't be used; says why.
        """
        if self._shared is not None and self._shared.session.lost is None:
            self.rests = False
            return self._shared
        self._drop()
        self.rests = self._refused is not None and time.monotonic() - self._refused_at < RECONNECT_SECONDS
        if self._refused is not None and self.rests:
            raise self._refused.with_traceback(None)
        try:
            self._shared = self._connect()
        except (SessionLost, NotShared) as refusal:
            self._refused, self._refused_at = refusal, time.monotonic()
            raise
        return self._shared

    def _connect(self) -> PostgresLog:
        session = session_with(self.database, self._noticed)
        try:
            self.fitness = fitness_of(session)
        except BaseException:
            session.close()
            raise
        return PostgresLog(session)

    def top_up(self) -> int:
        """Bring the copy up to the end of the shared log; return how many events that were.

        Raises:
            SessionLost, NotALog, Damaged: it can't be done; says why.
        """
        count = top_up(self._copy, self.connected())
        if count:
            self._seen_to_write()
        return count

    def try_take(self, *, yields: bool = False) -> bool:
        """Take the pen unless another node has it; the copy then holds all that the shared log does.

        Args:
            yields: leave it to other nodes as long as one of them has had it a few seconds ago.

        Raises:
            SessionLost, InDoubt: PostgreSQL can't be reached, or was lost meanwhile; trying again may succeed.
            NotALog, Damaged: the database can't be used, or does not hold the log of the copy; says why.
            OSError, sqlite3.Error: the copy can't be written.
        """
        if self.held:
            return True
        shared = self.connected()
        if yields:
            self._hand.look(shared.session)
        waits = yields and self._hand.empty_seconds < YIELDING_SECONDS
        if waits or shared.session.ask("SELECT pg_try_advisory_lock(%s)", (_LOCK,)) != [(True,)]:
            self._hand.look(shared.session)
            self.reason = YIELDS if waits and not self._hand.taken else OTHER
            if self._hand.writes:
                self._seen_to_write()
            self.obstacle = self._hand.trouble or self.obstacle
            return False
        try:
            self._agreed = require_time(shared.session)
            self.term = self._begin_term(shared)
        except BaseException:
            self._drop()
            raise
        self.taken += 1
        self._seen_to_write()
        self.reason, self._holds = "", True
        _log.info("pen_taken", node=self.database.node, position=self.term)
        return True

    def _begin_term(self, shared: PostgresLog) -> int:
        """Append that the pen was taken; return the position of that."""
        for _ in range(_TRIES):
            top_up(self._copy, shared)
            end = self._copy.head()
            rows = self._taking(end)
            try:
                shared.append(rows, end)
            except HeadMoved:  # what a session before this one had sent came in only now
                continue
            self._copy.append(rows, end)
            return rows[-1].position
        raise SessionLost("other nodes append to the shared log although this one has locked it", certain=True)

    def _taking(self, end: Head) -> list[StoredEvent]:
        newest = self._copy.read(end.position - 1, 1)
        moment = max(now(), newest[0].recorded_at) if newest else now()
        envelope = Envelope(moment, None, "operator", idempotency.unrepeatable("operator").text, str(uuid.uuid4()))
        taken = NewEvent(STREAM, PenTaken(node=self.database.node))
        if newest:
            return stamp([taken], envelope, end, self._copy.version)
        opened = stamp([NewEvent("system", LogOpened(log=str(uuid.uuid4())))], envelope, end, self._copy.version)
        own = msgspec.structs.replace(envelope, correlation=str(uuid.uuid4()))
        return [*opened, *stamp([taken], own, head_after(opened[-1]), self._copy.version)]

    def attempt(self, *, yields: bool = False) -> bool:
        """Try to take the pen, or leave it to others, and remember why not; return whether it is held."""
        try:
            return self.try_take(yields=yields)
        except _HINDRANCES as error:
            whose = f"{self._copy.path} can't be written: " if isinstance(error, TROUBLES) else ""
            reason = whose + words_of(error).removesuffix(".")
            if reason != self.reason:
                _log.warning("pen_not_taken", reason=reason)
            self.reason = self.obstacle = reason
            return False

    def look(self) -> None:
        """See whether somebody keeps the tables locked, so that nothing can be appended though this node holds the pen.

        Who finds that its clock was set gives the pen up: what is recorded later could not bear an earlier time.
        """
        shared = self._shared
        if not self.held or shared is None:
            return
        try:
            there, self.obstacle = seen(shared.session)
            self._agreed = AgreedTime(there)
        except SessionLost:  # which is told already
            return
        except NotShared as unfit:
            self.give_up(str(unfit).removesuffix("."))
            return
        if not self.obstacle:
            self._seen_to_write()

    def look_beside(self) -> None:
        """See over a session of its own what the database is fit for by now, and whether it lets further sessions in."""
        try:
            with closing(session_with(self.database)) as session:
                self.fitness, self.shut_out = fitness_of(session), ""
        except (SessionLost, NotShared) as refusal:
            self.shut_out = str(refusal).removesuffix(".")

    def _seen_to_write(self) -> None:
        self.written_at, self.obstacle = time.monotonic(), ""

    def append(self, events: Sequence[StoredEvent], onto: Head) -> None:
        """Add stamped events to the shared log: all of them or none.

        Raises:
            Unavailable: the pen is not held, or was lost; nothing was added.
            HeadMoved: somebody else has appended, and the pen is given up.
            InDoubt: nobody knows whether they were added.
        """
        shared = self._in_hand()
        self._require_time()
        try:
            shared.confirm()  # what is lost already would leave a doubt
            shared.append(events, onto)
            self._seen_to_write()
        except HeadMoved as moved:
            self.give_up(str(moved))
            raise
        except SessionLost as loss:
            raise self._refusal(str(loss)) from loss

    def _require_time(self) -> None:
        """See that the clock was not set since it was looked at, so that nothing is stamped by it; else the pen is given up."""
        assert self._agreed is not None, "it is held"
        try:
            self._agreed.require()
        except NotShared as unfit:
            reason = str(unfit).removesuffix(".")
            self.give_up(reason)
            raise self._refusal(reason) from unfit

    def confirm(self) -> None:
        """See that nobody else can have appended.

        Raises:
            Unavailable: the pen is not held, or that can't be told.
        """
        try:
            self._in_hand().confirm()
        except SessionLost as loss:
            raise self._refusal(str(loss)) from loss

    def _in_hand(self) -> PostgresLog:
        if not self.held or self._shared is None:
            raise self._refusal(self.reason)
        return self._shared

    def _refusal(self, reason: str) -> Unavailable:
        return Unavailable(
            f"This node does not hold the pen just now ({reason}); nothing was recorded, try again later."
        )

    def settle(self, events: Sequence[StoredEvent], doubt: InDoubt) -> bool:
        """Find out whether events were added, taking the pen again; it takes some seconds at most.

        Another node that has taken it meanwhile settles that as well: nothing can come before what stands there.

        Raises:
            InDoubt: it can't be found out.
        """
        last, deadline = events[-1], time.monotonic() + SETTLING_SECONDS
        _log.warning("append_in_doubt", position=last.position, reason=str(doubt))
        while True:
            if self.attempt() or (self.reason == OTHER and self._is_passed(last)):
                found = self._copy.read(last.position - 1, 1)
                recorded = bool(found) and found[0].hash == last.hash
                _log.warning("doubt_settled", position=last.position, recorded=recorded)
                return recorded
            if time.monotonic() > deadline or self._closing.wait(TRY_SECONDS):
                raise doubt

    def _is_passed(self, last: StoredEvent) -> bool:
        """Tell whether the shared log goes at least as far as an event, on its standby too.

        What can be read may be missing there; once a commit of one's own has come through, everything before it is not.
        """
        try:
            self.top_up()
            if self._copy.head().position < last.position:
                return False
            self.connected().session.ask(_COMMIT)
        except _HINDRANCES:
            return False
        return True

    def give_up(self, reason: str) -> None:
        """Let another node take the pen."""
        _log.warning("pen_given_up", reason=reason)
        self.reason = reason
        self._drop()
        self._told(reason)

    def _noticed(self, reason: str) -> None:
        """Take note of a session that was lost, in whichever thread that was noticed."""
        if self._holds:
            _log.warning("pen_lost", reason=reason)
        self.reason = reason
        self._told(reason)

    def _drop(self) -> None:
        if self._holds:
            self.written_at = time.monotonic()
        self._holds = False
        if self._shared is not None:
            self._shared.session.close()
            self._shared = None

    def close(self) -> None:
        """Give the pen to whoever wants it, at once."""
        self._closing.set()
        self._drop()
