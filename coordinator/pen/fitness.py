"""Looking at a database: whether it can hold a shared log, and what is not as it should be there."""

import time

from coordinator.log.schema import NEWEST, newer
from coordinator.log.session import NotShared, Session
from coordinator.pen.pen import Fitness
from coordinator.time.wallclock import now
from core.timestamps import SECOND

CLOCK = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_APART = 60 * SECOND
_HOW = "`tallystick prepare-database`, run by the owner of the database,"
_TABLES = """
SELECT relname, pg_has_role(relowner, 'USAGE') OR has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'),
       has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'tallystick' AND relkind = 'r'"""
_FUNCTIONS = """
SELECT bool_and(has_function_privilege(p.oid, 'EXECUTE'))
FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'tallystick' AND proname <> 'refuse'"""
_DURABILITY = """
SELECT current_setting('synchronous_standby_names'), current_setting('fsync'),
       (SELECT count(*) FROM pg_stat_replication WHERE application_name IS DISTINCT FROM 'pg_basebackup')"""


def fitness_of(session: Session) -> Fitness:
    """Look at the database behind a session.

    Raises:
        NotShared: it can't be used; says why.
        SessionLost: it can't be asked.
    """
    warnings = _require_rights(session)
    _require_version(session)
    require_time(session)
    ((names, flushed, standbys),) = session.ask(_DURABILITY)
    standby = "synchronous" if names else "asynchronous" if standbys else "none"
    if standby == "asynchronous":
        warnings.append(
            "The database has an asynchronous standby: what was acknowledged is lost when that takes over."
            " synchronous_standby_names makes it a synchronous one."
        )
    if flushed != "on":
        warnings.append("The database runs with fsync = off: what was acknowledged is lost with the power.")
    return Fitness(session.version, standby, tuple(warnings))


def _require_rights(session: Session) -> list[str]:
    """See that the role may read and append; return a warning when it may do more."""
    tables = session.ask(_TABLES)
    if not tables:
        raise NotShared(f"The database has no tables of a log; {_HOW} makes them.")
    unread = [name for name, _, readable in tables if not readable]
    if unread or session.ask(_FUNCTIONS) != [(True,)]:
        lacking = f"read {', '.join(sorted(unread))} of" if unread else "append to"
        raise NotShared(f"The role {session.role} may not {lacking} the log in the database; {_HOW} lets it.")
    if any(changeable for _, changeable, _ in tables):
        risk = f"The role {session.role} may do more in the database than read and append, and so may whoever has its password"
        return [f"{risk}; {_HOW} lets a role in that may not."]
    return []


def _require_version(session: Session) -> None:
    ((version,),) = session.ask("SELECT coalesce(max(version), 0) FROM tallystick.versions")
    if version > NEWEST:
        raise NotShared(newer(version))
    if version < NEWEST:
        raise NotShared(
            f"The database has version {version} of the log's tables, {NEWEST} is needed; {_HOW} brings it there."
        )


def require_time(session: Session) -> "AgreedTime":
    """See that this machine and the database's agree on the time: leases go by it, and events are in its order.

    Raises:
        NotShared: they do not.
        SessionLost: the database can't be asked.
    """
    ((there,),) = session.ask(f"SELECT {CLOCK}")
    return AgreedTime(there)


class AgreedTime:
    """The time on which this machine and the database's agreed; it goes on by a clock that is never set.

    Args:
        there: what the database has said just now, microseconds UTC.

    Raises:
        NotShared: they do not agree.
    """

    def __init__(self, there: int) -> None:
        self._began = there - _steady()
        self.require()

    def require(self) -> None:
        """See that the clock of this machine goes by it still: what it stamps wrongly, all that follows has to be later than.

        Raises:
            NotShared: it was set.
        """
        _require_near(_steady() + self._began)


def _steady() -> int:
    return time.monotonic_ns() // 1_000


def _require_near(there: int) -> None:
    apart = now() - there
    if abs(apart) > _APART:
        raise NotShared(
            f"The clock of this machine is {abs(apart) // SECOND} seconds {'ahead of' if apart > 0 else 'behind'} that of"
            " the database; set both by NTP."
        )
