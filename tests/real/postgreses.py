"""Real PostgreSQL servers: processes that tests start, kill, stop for a while and start again."""

import itertools
import os
import signal
from contextlib import suppress
from pathlib import Path

from coordinator.cli.demo.postgres import OWNER, ROLE, PostgresServer, perform
from coordinator.log.schema import prepare
from tests.real.servers import free_port

__all__ = ["OWNER", "ROLE", "PostgresProcess"]


class PostgresProcess(PostgresServer):
    """A server on a port of its own; a loss of power is nothing that it survives.

    Args:
        primary: the server that this one is a standby of, as the synchronous one when `synchronous`.
        durable: whether it waits for the disk, which no test needs; whoever measures does.
        reached_at: a further address of this machine at which whoever is there is let in.
    """

    def __init__(self, primary=None, *, synchronous=True, durable=False, reached_at=None):
        super().__init__(free_port())
        self.durable = durable
        self.reached_at = reached_at
        self._databases = itertools.count(1)
        self._has_template = False
        if primary is not None:
            self.follow(primary, synchronous=synchronous)
            return
        self.make()
        if reached_at is not None:
            with (self.data / "pg_hba.conf").open("a") as rules:
                rules.write(f"host all all {reached_at}/24 trust\n")

    def settings(self):
        """Return what it is started with."""
        own = super().settings() | {"fsync": "on" if self.durable else "off", "max_connections": "60"}
        return own | ({"listen_addresses": f"127.0.0.1,{self.reached_at}"} if self.reached_at else {})

    def start(self):
        """Start it, and wait until it answers."""
        super().start()
        return self

    @property
    def runs(self):
        """Whether there is a process."""
        return self.process is not None and self.process.poll() is None

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
        if self.runs:
            self.thaw()
        super().close()
