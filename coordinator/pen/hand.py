"""Whether the pen is in a hand that writes, as others see it.

Who holds the pen beats over its session, so PostgreSQL has always heard of it a moment ago. A lock that nobody lets go of says
less: a process of PostgreSQL that hangs keeps it, and so do nodes that take it one after the other and can't append. And he
who holds it can't append while somebody else has the tables locked, which none would notice before something is to be written.
"""

import time

from coordinator.log.session import PATIENCE_SECONDS, Session
from coordinator.pen.fitness import CLOCK

_LOOK_SECONDS = 1.0
_HANGS_SECONDS = PATIENCE_SECONDS + 2
_STEADY_SECONDS = PATIENCE_SECONDS + 1
"""Who has held the pen for so long has not failed at its first append."""
_WHO = """
SELECT pid, (extract(epoch FROM clock_timestamp() - greatest(query_start, state_change)))::float8, wait_event
FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND objid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
# One row of `pen` is changed by every append: whoever has it locked has taken ROW SHARE on the table, at the least.
_LOCKED = """
SELECT relname, pid
FROM pg_locks JOIN pg_class ON pg_class.oid = relation JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = 'tallystick' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') AND relname IN ('pen', 'events')
        OR mode IN ('RowShareLock', 'RowExclusiveLock') AND relname = 'pen')
    AND pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)
ORDER BY relname, pid LIMIT 1
"""
_SEEN = f"SELECT {CLOCK}, relname, pid FROM (VALUES (0)) AS always LEFT JOIN ({_LOCKED}) AS locked ON true"


def seen(session: Session) -> tuple[int, str]:
    """Return the database's time, in microseconds, and in words who has a table locked so that nothing can be appended.

    It is one question, since who holds the pen asks it every second; the words are empty when nobody has.

    Raises:
        SessionLost: PostgreSQL can't be asked.
    """
    ((there, table, process),) = session.ask(_SEEN)
    return there, f"process {process} of PostgreSQL has the table tallystick.{table} locked" if table else ""


class Hand:
    """The hand that holds the pen.

    Args:
        lock: the key of the lock that is the pen.
    """

    def __init__(self, lock: int) -> None:
        self._lock = lock
        self._process = 0
        self._held_since = 0.0
        self._looked_at = 0.0
        self._seen_at = time.monotonic()
        self.taken = False
        """Whether somebody had it when it was looked at last."""
        self.writes = False
        """Whether it writes, as far as could be seen."""
        self.trouble = ""
        """Why it does not, if that is seen."""

    @property
    def empty_seconds(self) -> float:
        """For how long nobody was seen to have the pen, as far as was looked."""
        return time.monotonic() - self._seen_at

    def look(self, session: Session) -> None:
        """Look at it, unless that was done a moment ago.

        Raises:
            SessionLost: PostgreSQL can't be asked.
        """
        moment = time.monotonic()
        if moment - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at, self.writes, self.trouble = moment, False, ""
        self.taken = False
        for process, idle, awaits in session.ask(_WHO, (self._lock,)):
            self.taken, self._seen_at = True, moment
            if process != self._process:
                self._process, self._held_since = process, moment
            if idle is not None and idle > _HANGS_SECONDS:  # None where this role may not see what that one does
                self.trouble = _trouble(process, idle, awaits)
            else:
                _, self.trouble = seen(session)
                self.writes = not self.trouble and moment - self._held_since > _STEADY_SECONDS


def _trouble(process: int, seconds: float, awaits: str | None) -> str:
    """Return why the process that holds the pen does nothing: what it waits for, if PostgreSQL says so."""
    who = f"process {process} of PostgreSQL, whose session holds the pen,"
    if awaits == "SyncRep":
        return (
            "the synchronous standby of PostgreSQL does not confirm what is written, as when it is stopped or cut off;"
            f" {who} has waited for it for {seconds:.0f} seconds"
        )
    return f"{who} has hung for {seconds:.0f} seconds, and nobody can take it until that process has ended"
