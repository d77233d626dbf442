"""One session with PostgreSQL, which either goes on or is lost; nothing connects anew behind one's back.

The node that holds the pen holds it by a lock of its session, and appends over that same session. PostgreSQL ends a session
of which it has heard nothing for two seconds, so that a holder that was stopped, or cut off, holds the pen no longer. One thread
lets PostgreSQL hear of the session four times as often; a second one gives up what PostgreSQL does not answer. One session must
never answer for another, as behind a pooler that gives each transaction some connection: that is noticed by the number of the
process which serves it.

Besides the schema's this is the only module that knows `psycopg`; both are imported only where there is a database.
"""

import re
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.numeric import Int8BinaryDumper

from coordinator.log.sqlite import NotALog

OLDEST = 14
"""The first version of PostgreSQL that ends sessions which are silent."""
SILENCE_SECONDS = 2.0
"""After so long PostgreSQL gives the locks of a session that is silent to others."""
BEAT_SECONDS = 0.5
FRESH_SECONDS = 1.5
"""For so long after the last question that was answered a session is known not to have been ended for its silence."""
PATIENCE_SECONDS = 4.0
"""What has taken longer than this is given up, whatever became of it."""
_CLIENT: dict[str, Any] = {
    "connect_timeout": 2,
    "tcp_user_timeout": 2_000,
    "keepalives": 1,
    "keepalives_idle": 1,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "target_session_attrs": "read-write",
}
_SERVER = {
    "idle_session_timeout": "2s",
    "idle_in_transaction_session_timeout": "2s",
    "client_connection_check_interval": "1s",
    "statement_timeout": "0",
    "transaction_timeout": "0",
    "lock_timeout": "2s",
    "search_path": "pg_catalog",
    "default_transaction_isolation": "read committed",
}
_UNHURRIED = dict.fromkeys(
    ("statement_timeout", "transaction_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout"), "0"
)
_ATTEMPT = re.compile(
    r"^- host: (?:None|'(.*)'), port: '(.*)', hostaddr: (?:None|'(.*?)'): (?:conn.* failed: )?(.+)$", re.MULTILINE
)
"""What the client says of one of several servers: where, and behind words that are the same for all, why."""
_GUESS = re.compile(r"\n\t(?:Is the server running|This probably means)")
"""Where the client has said what happened, and begins to guess why."""
_DURABLE = ("on", "remote_apply")
# Not every version that will do has every one of them: transactions have had a time limit since 17.
_SET = """
SELECT set_config(name, value, false)
FROM unnest(%s::text[], %s::text[]) AS given (name, value) JOIN pg_settings USING (name)"""
_BEAT = "SELECT pg_backend_pid()"


class NotShared(NotALog):
    """The database can't be the shared log; says why. Nothing was changed."""


class SessionLost(Exception):  # noqa: N818 - names what happened
    """The session with PostgreSQL has ended, or is not what it was.

    Attributes:
        certain: whether it is certain that what was asked had no effect.
    """

    def __init__(self, sentence: str, *, certain: bool) -> None:
        super().__init__(sentence)
        self.certain = certain


def reason_of(error: psycopg.Error) -> str:
    """Return what PostgreSQL, or its client, says of an error: one line without a full stop; of several servers, why of each."""
    said = error.diag.message_primary or str(error) or type(error).__name__
    each = (f"{host or at} port {port}: {' '.join(why.split())}" for host, port, at, why in _ATTEMPT.findall(said))
    told = "; ".join(each) or " ".join(_GUESS.split(said)[0].split()).rstrip(".").removeprefix(
        "consuming input failed: "
    )
    return told.replace("session is read-only", "it takes no writes, as a standby does not")


def connected(address: str, password: str | None, application: str, *, reads: bool = False) -> psycopg.Connection[Any]:
    """Connect to the primary among the servers that an address names; who only reads gets a standby where there is none.

    Raises:
        SessionLost: none can be reached.
        NotShared: that is not the address of a database, or the server is too old.
    """
    options = {**_CLIENT, "application_name": application}
    if password is not None:
        options["password"] = password
    try:
        connection = psycopg.connect(address, autocommit=True, **options)
    except psycopg.ProgrammingError as error:
        raise NotShared(f"postgres is not the address of a database: {reason_of(error)}.") from error
    except psycopg.Error as error:
        standby = _with_any(address, options) if reads else None
        if standby is None:
            raise SessionLost(f"PostgreSQL can't be reached: {reason_of(error)}", certain=True) from error
        connection = standby
    version = connection.info.server_version
    if version < OLDEST * 10_000:
        connection.close()
        raise NotShared(f"PostgreSQL is of version {version // 10_000}; {OLDEST} or later is needed.")
    return connection


def _with_any(address: str, options: dict[str, Any]) -> psycopg.Connection[Any] | None:
    """Connect to whichever server lets one in; None where none does, of which the attempt before has said why."""
    with suppress(psycopg.Error):
        return psycopg.connect(address, autocommit=True, **options | {"target_session_attrs": "any"})
    return None


def take_time(connection: psycopg.Connection[Any]) -> None:
    """Have PostgreSQL end nothing of a connection for taking long, whatever whoever administers it has set for others.

    Raises:
        psycopg.Error: it can't be asked.
    """
    connection.execute(_SET, (list(_UNHURRIED), list(_UNHURRIED.values())))


def without_password(address: str) -> str:
    """Return an address of a database, in which no password stands.

    Raises:
        NotShared: one does, or that is not the address of a database.
    """
    try:
        parts = conninfo_to_dict(address)
    except psycopg.ProgrammingError as error:
        raise NotShared(f"postgres is not the address of a database: {reason_of(error)}.") from error
    for port in str(parts.get("port", "")).split(","):
        if port and not (port.isdecimal() and 0 < int(port[:6]) < 65_536):
            raise NotShared(f"postgres is not the address of a database: {port!r} is no port, which are 1 to 65535.")
    if parts.get("password"):
        raise NotShared(
            "postgres holds a password, which others can read there; write it into a file, and name that in"
            " TALLYSTICK_POSTGRES_PASSWORD_FILE."
        )
    return address


class Session:
    """A session with PostgreSQL; safe to use from several threads, which wait for one another.

    Any error on it loses it, and so does any warning: a commit whose standby did not answer ends with success and a
    warning, though it was not replicated.

    Args:
        address: of the database, without a password.
        password: of the role that it names; None where none is needed, or libpq finds it.
        lost: told once, in the thread that noticed, that the session is lost, and why.

    Raises:
        SessionLost: PostgreSQL can't be reached.
        NotShared: it is too old, or something between gives away its connections.

    Attributes:
        role: as which it was opened.
        version: of PostgreSQL.
        heard: when PostgreSQL can have heard of the session last, by the monotonic clock: it was asked then what it has
            answered. When an answer came says less, since that may have been on its way for long.
        lost: why the session is lost; None while it is not.
    """

    def __init__(
        self, address: str, password: str | None = None, lost: Callable[[str], None] = lambda _reason: None
    ) -> None:
        self._connection = connected(address, password, "tallystick")
        self.role = self._connection.info.user
        self.version = self._connection.info.parameter_status("server_version") or ""
        self._process = self._connection.info.backend_pid
        self._told = lost
        self._turn = threading.Lock()
        self._asked: float | None = None
        self._warning: str | None = None
        self._given_up = ""
        self._ended = threading.Event()
        self.lost: str | None = None
        self.heard = time.monotonic()
        self._threads = [
            threading.Thread(target=run, name="session", daemon=True) for run in (self._beat_on, self._watch)
        ]
        for thread in self._threads:
            thread.start()
        try:
            self._set_up()
        except BaseException:
            self.close()
            raise

    def _set_up(self) -> None:
        connection = self._connection
        connection.add_notice_handler(self._noticed)
        connection.adapters.register_dumper(int, Int8BinaryDumper)
        ((process,),) = self.ask(_BEAT)
        if process != self._process:
            raise NotShared(
                "There is a pooler of connections between here and PostgreSQL; the pen is held by a session, so connect to"
                " PostgreSQL itself."
            )
        ((durability,),) = self.ask("SELECT current_setting('synchronous_commit')")
        settings = _SERVER if durability in _DURABLE else {**_SERVER, "synchronous_commit": "on"}
        self.ask(_SET, (list(settings), list(settings.values())))

    def _noticed(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        if diagnostic.severity_nonlocalized == "WARNING":
            self._warning = " ".join((diagnostic.message_primary or "a warning").split())

    def ask(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Have a statement performed, in a transaction of its own; return its rows.

        Raises:
            SessionLost: it was lost before, or by this.
        """
        with self._turn:
            return self._ask(statement, values)

    def _ask(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        if self.lost is not None:
            raise SessionLost(self.lost, certain=True)
        self._asked = asked = time.monotonic()
        try:
            rows = self._connection.execute(statement, values or None, binary=True).fetchall()
        except psycopg.Error as error:
            # PostgreSQL says ERROR when it has undone everything; what it did not say may have happened.
            certain = error.diag.severity_nonlocalized == "ERROR" and self._warning is None
            raise self._lose(self._given_up or reason_of(error), certain=certain) from error
        finally:
            self._asked = None
        if self._warning is not None:
            raise self._lose(self._warning, certain=False)
        self.heard = asked
        return rows

    def _lose(self, reason: str, *, certain: bool) -> SessionLost:
        if self.lost is None:
            self.lost = f"the session with PostgreSQL is lost: {reason}"
            self._ended.set()
            self._connection.close()
            self._told(self.lost)
        return SessionLost(self.lost, certain=certain)

    def beat(self) -> None:
        """Have PostgreSQL hear of the session, and see that it is still the same.

        Raises:
            SessionLost: it is not.
        """
        with self._turn:
            self._beat()

    def _beat(self) -> None:
        ((process,),) = self._ask(_BEAT, ())
        self._require_same(process)

    def require_same(self, process: int) -> None:
        """See that it was the process of this session that has answered.

        Raises:
            SessionLost: it was another one.
        """
        with self._turn:
            self._require_same(process)

    def _require_same(self, process: int) -> None:
        if process != self._process:
            raise self._lose(f"process {process} answers in the place of {self._process}", certain=False)

    def confirm(self) -> None:
        """See that the session was there a moment ago, and with it what it holds locked.

        Raises:
            SessionLost: it is lost, or that can't be told.
        """
        if self.lost is not None:
            raise SessionLost(self.lost, certain=True)
        if not self._is_fresh() or self._has_news():
            self.beat()
            if not self._is_fresh():
                raise SessionLost(f"PostgreSQL took longer than {FRESH_SECONDS} seconds to answer", certain=True)

    def _is_fresh(self) -> bool:
        return time.monotonic() - self.heard <= FRESH_SECONDS

    def _has_news(self) -> bool:
        """Tell whether something has come that nobody asked for: that the session ends, most likely."""
        news = select.poll()  # select() knows no descriptor beyond the first 1,024
        try:
            news.register(self._connection, select.POLLIN)
        except psycopg.Error:  # it was closed this moment
            return True
        return bool(news.poll(0))

    def _beat_on(self) -> None:
        pause = BEAT_SECONDS
        while not self._ended.wait(pause):
            pause = BEAT_SECONDS
            idle = time.monotonic() - self.heard
            if idle < BEAT_SECONDS:
                pause -= idle  # a whole one more would leave a busy machine half the time to be late in
            elif self._turn.acquire(blocking=False):
                try:
                    self._beat()
                except SessionLost:
                    return
                finally:
                    self._turn.release()

    def _watch(self) -> None:
        """Give up what takes too long, a beat too: a server that was stopped keeps its connections."""
        while not self._ended.wait(BEAT_SECONDS):
            asked = self._asked
            if asked is not None and time.monotonic() - asked > PATIENCE_SECONDS:
                self._given_up = f"PostgreSQL has not answered for {PATIENCE_SECONDS:g} seconds"
                self._hang_up()

    def _hang_up(self) -> None:
        """Have whoever waits for an answer wait no longer; closing a connection is not for another thread to do."""
        try:
            descriptor = self._connection.fileno()
        except psycopg.Error:  # it was closed this moment
            return
        line = socket.socket(fileno=descriptor)  # no duplicate: there may be no descriptor for it
        try:
            line.shutdown(socket.SHUT_RDWR)
        finally:
            line.detach()

    def close(self) -> None:
        """End the session, and with it whatever it holds locked."""
        with self._turn:
            if self.lost is None:
                self.lost = "the session with PostgreSQL was closed"
            self._ended.set()
            self._connection.close()
        for thread in self._threads:
            thread.join()
