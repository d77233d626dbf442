"""Several nodes of one coordinator, on one PostgreSQL: processes that tests start, kill, stop for a while and cut off."""

import shutil
import signal
import sys
from contextlib import closing, suppress
from subprocess import PIPE, Popen

import httpx
import psycopg

from coordinator.log.sqlite import SqliteEventLog
from coordinator.pen import identity
from tests.real.postgreses import ROLE, PostgresProcess
from tests.real.servers import HTTP, CoordinatorProcess, free_port, tallystick
from tests.waiting import until

_LAST = """
SELECT convert_from(data, 'UTF8')::json ->> 'node' FROM tallystick.events
WHERE stream = 'pen' AND type = 'pen.taken.v1' ORDER BY position DESC LIMIT 1
"""
SECRETS = (identity.FILE, "signing.key", "admin.key", "draws.key")


class Line:
    """The line between a node and PostgreSQL: a process that passes on what comes, and can be stopped for a while."""

    def __init__(self, port):
        self.port = free_port()
        command = [sys.executable, "-m", "tests.real.forwarder", str(self.port), str(port)]
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


class Lines:
    """The lines between a node on this machine and each of the servers."""

    def __init__(self, servers):
        self._lines = [Line(server.port) for server in servers]
        self.ports = [line.port for line in self._lines]

    def cut(self):
        """Have nothing come through to PostgreSQL, nor back."""
        for line in self._lines:
            line.cut()

    def mend(self):
        """Have it come through again."""
        for line in self._lines:
            line.mend()

    def close(self):
        """Leave nothing running."""
        for line in self._lines:
            line.close()


class Node(CoordinatorProcess):
    """A node.

    Attributes:
        line: by which it reaches PostgreSQL, which can be cut: lines, or the machine on which it is.
    """

    def __init__(self, name, directory, line, *flags):
        self.name = name
        self.line = line
        super().__init__(directory, "--node-name", name, *flags)

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


class ApartNode(Node):
    """A node on a machine of its own, as far as the kernel lets it seem so."""

    def __init__(self, name, directory, machine, *flags):
        self.host = machine.address
        super().__init__(name, directory, machine, "--host", self.host, "--allow-anonymous", "read,work,submit", *flags)

    def launched(self, command, stdout, stderr, environment):
        """Start the process on its machine."""
        program = [*self.line.command, sys.executable, "-m", self.module, *map(str, command)]
        return Popen(program, stdout=stdout, stderr=stderr, env=environment, text=True)

    def close(self):
        """Leave nothing running; its machine is the network's to take away."""
        CoordinatorProcess.close(self)


class Cluster:
    """Nodes that share a log, each with the secrets of the first.

    Args:
        directory: theirs.
        names: of the nodes.
        standby: whether PostgreSQL has a synchronous standby.
        networks: on which each node gets a machine of its own; None when all are on this one.
    """

    def __init__(self, directory, names=("one", "two", "three"), *, standby=False, networks=None):
        self.networks = networks
        reached_at = networks.back if networks else None
        self.postgres = PostgresProcess(reached_at=reached_at).start()
        self.standby = PostgresProcess(self.postgres, reached_at=reached_at) if standby else None
        self.database = self.postgres.database()
        self.nodes = [*self._nodes(directory, names)]
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

    def _nodes(self, directory, names):
        """Yield the nodes, not started yet."""
        servers = [self.postgres, *([self.standby] if self.standby else [])]
        machines = {name: self.networks.machine() for name in names} if self.networks else {}
        hosts = {name: machines[name].address if machines else "127.0.0.1" for name in names}
        peers = ",".join(f"{name}={host}:{free_port()}" for name, host in hosts.items())
        for name in names:
            if machines:
                kind, line, reached = ApartNode, machines[name], self.networks.back
                ports = [server.port for server in servers]
            else:
                kind, line, reached = Node, Lines(servers), "127.0.0.1"
                ports = line.ports
            postgres = ",".join(f"{reached}:{port}" for port in ports)
            address = f"postgresql://{ROLE}@{postgres}/{self.database}"
            yield kind(name, directory / name, line, "--nodes", peers, "--postgres", address)

    def fail_over(self):
        """Lose the primary, and have its standby take its place."""
        self.postgres.stop("immediate")
        self.standby.promote()
        self.postgres, self.standby = self.standby, self.postgres

    def have_standby(self):
        """Have a primary that was lost come back as the standby of who has taken its place."""
        if self.standby is not None and not self.standby.runs:
            self.standby.follow(self.postgres)

    @property
    def holder(self):
        """The node that writes; waits until there is one."""
        return until(lambda: next((node for node in self.nodes if self.writes(node)), None), said=self.said)

    def writes(self, node):
        """Tell whether a node says that it writes, and was the last to take the pen.

        One whose link was cut may say so for a moment still, until it hears that another has taken it.
        """
        health = node.health() if node.runs else None
        if health is not None and health["role"] == "writer":
            with suppress(psycopg.OperationalError):
                return self.postgres.value(_LAST, self.database) == node.name
        return False

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
        """Return what the nodes say of themselves, and wrote."""
        return "\n".join(f"{node.name}: {node.health()}\n{node.output.read_text()[-4_000:]}" for node in self.nodes)

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
        for one in (*self.nodes, self.standby, self.postgres, self.networks):
            if one is not None:
                one.close()


def head_of(node):
    """Return where the copy of a node ends: position and hash."""
    with closing(SqliteEventLog(node.directory / "log.db", read_only=True)) as log:
        return log.head().position, log.head().hash
