"""What processes of ours load: a library that one has no use for costs megabytes for as long as it runs."""

import subprocess
import sys

import pytest

from tests.real.servers import HTTP, CoordinatorProcess


class Telling(CoordinatorProcess):
    """A coordinator whose standard error says what it, and those that it starts, import."""

    def launched(self, command, stdout, stderr, environment):
        command = [sys.executable, "-X", "importtime", "-m", self.module, *map(str, command)]
        return subprocess.Popen(command, stdout=stdout, stderr=stderr, env=environment, text=True)


def test_a_coordinator_loads_no_client_of_others_while_it_speaks_with_none(tmp_path):
    coordinator = Telling(tmp_path / "data").start()
    try:
        HTTP.post(f"{coordinator.address}/api/v1/composites/bulk", json=["2^67-1"]).raise_for_status()
        HTTP.get(f"{coordinator.address}/").raise_for_status()
    finally:
        coordinator.stop()
    said = coordinator.output.read_text().splitlines()
    loaded = {line.rpartition("|")[2].strip() for line in said if line.startswith("import time:")}
    assert {"litestar", "coordinator.server.serving", "core.contexts"} <= loaded
    assert {"httpx", "httpcore", "valkey", "psycopg", "cryptography.x509", "rich.console"}.isdisjoint(loaded)


@pytest.mark.parametrize(
    ("module", "unneeded"),
    [
        ("coordinator.past.materialising", {"structlog", "asyncio", "cryptography", "litestar"}),
        ("coordinator.webhooks.child", {"structlog", "litestar", "rich", "cryptography"}),
    ],
)
def test_a_child_loads_what_it_works_with(module, unneeded):
    program = f"import sys, {module}\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert module in loaded
    assert unneeded.isdisjoint(loaded)
