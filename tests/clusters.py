"""Several nodes of one coordinator, on one PostgreSQL: processes that tests start, kill, stop for a while and cut off."""

import shutil
import signal
import sys
from contextlib import closing, suppress
from subprocess import PIPE, Popen

import httpx

from coordinator.log.sqlite import SqliteEventLog
from coordinator.pen import identity
from tests.postgreses import PostgresProcess
from tests.servers import HTTP, CoordinatorProcess, free_port, tallystick
from tests.waiting import until

SECRETS = (identity.FILE, "signing.key", "admin.key", "draws.key")


class Line:
    """The line between a node and PostgreSQL: a process that passes on what comes, and can be stopped for a while."""

    def __init__(self, port):
        self.port = free_port()
        command = [sys.executable, "-m", "tests.forwarder", str(self.port), str(port)]
        self.process = Popen(command, stdout=PIPE)
        self.process.stdout.readline()

    def cut(self):
        """Have nothing come through."""
        self.process.send_signal(signal.SIGSTOP)

    def mend(self):
        """Have it come through again."""
        self.process.send_signal(signal.SIGCONT)

    def close(self):
        """Leave nothing running."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Node(CoordinatorProcess):
    """A node, and the line by which it reaches PostgreSQL."""

    def __init__(self, name, directory, nodes, postgres, database):
        self.name = name
        self.line = Line(postgres.port)
        address = postgres.address(database).replace(f":{postgres.port}/", f":{self.line.port}/")
        super().__init__(directory, "--node-name", name, "--nodes", nodes, "--postgres", address)

    @property
    def runs(self):
        """Whether there is a process."""
        return self.process is not None and self.process.poll() is None

    def health(self):
        """Return what it says of its health, None while it says nothing."""
        with suppress(httpx.TransportError):
            return HTTP.get(f"{self.address}/health", timeout=5).json()
        return None

    def close(self):
        """Leave nothing running."""
        super().close()
        self.line.close()


class Cluster:
    """Nodes that share a log, each with the secrets of the first.

    Args:
        directory: theirs.
        names: of the nodes.
    """

    def __init__(self, directory, names=("one", "two", "three")):
        self.postgres = PostgresProcess().start()
        self.database = self.postgres.database()
        peers = ",".join(f"{name}=127.0.0.1:{free_port()}" for name in names)
        self.nodes = [Node(name, directory / name, peers, self.postgres, self.database) for name in names]
        first, *others = self.nodes
        first.directory.mkdir()
        identity.make(first.directory / identity.FILE)
        first.start()
        for node in others:
            node.directory.mkdir()
            for secret in SECRETS:
                if (first.directory / secret).exists():
                    shutil.copy(first.directory / secret, node.directory / secret)
            node.start()

    @property
    def holder(self):
        """The node that writes; waits until there is one."""
        return until(lambda: next((node for node in self.nodes if self.writes(node)), None), said=self.said)

    def writes(self, node):
        """Tell whether a node says that it writes."""
        health = node.health() if node.runs else None
        return health is not None and health["role"] == "writer"

    @property
    def followers(self):
        """The nodes that do not."""
        holder = self.holder
        return [node for node in self.nodes if node is not holder]

    def end(self):
        """Return where the shared log ends: position and hash."""
        position = self.postgres.value("SELECT position FROM tallystick.pen", self.database)
        return position, bytes(self.postgres.value("SELECT hash FROM tallystick.pen", self.database))

    def said(self):
        """Return what the nodes wrote."""
        return "\n".join(node.output.read_text()[-4_000:] for node in self.nodes)

    def agree(self):
        """Tell whether every node has come to the shared log's end."""
        return {head_of(node) for node in self.nodes} == {self.end()}

    def verify(self, node):
        """See that the copy and the tables of a node that has stopped are sound, and that its end is one of the shared log."""
        verified = tallystick("verify", "--data-dir", node.directory, "--json")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        position, digest = head_of(node)
        shared = self.postgres.value(f"SELECT hash FROM tallystick.events WHERE position = {position}", self.database)
        assert bytes(shared) == digest

    def close(self):
        """Leave nothing running."""
        for node in self.nodes:
            node.close()
        self.postgres.close()


def head_of(node):
    """Return where the copy of a node ends: position and hash."""
    with closing(SqliteEventLog(node.directory / "log.db", read_only=True)) as log:
        return log.head().position, log.head().hash
