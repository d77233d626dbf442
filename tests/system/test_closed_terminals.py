"""A terminal that is closed while something runs there: it ends in good order, though nothing it says is read any more."""

import os
import pty
import re
import signal

import pytest

from tests.real.crews import with_one_ecm
from tests.real.launcher import launch
from tests.real.servers import HTTP, CoordinatorProcess, free_port
from tests.waiting import PATIENCE_SECONDS, until

pytestmark = pytest.mark.slow
NUMBER = str((10**60 + 7) * (10**61 + 93))


class Terminal:
    """A terminal, and the one command that runs in it."""

    def __init__(self, *command):
        self._ours, theirs = pty.openpty()
        with os.fdopen(theirs, "w") as stream:
            self.process = launch("coordinator.cli", *command, stdout=stream, stderr=stream, environment=with_one_ecm())
        self.shown = ""

    def shows(self, word):
        """Wait until a word stands on it."""
        while not re.search(word, self.shown):
            self.shown += os.read(self._ours, 65_536).decode()

    def close(self):
        """Close it; return how the command ended, to which the shell tells that, and then the system."""
        os.close(self._ours)
        for _ in range(2):
            self.process.send_signal(signal.SIGHUP)
        return self.process.wait(PATIENCE_SECONDS)


@pytest.mark.parametrize("flags", [(), ("--desks", "2")])
def test_a_coordinator_ends_in_good_order(tmp_path, flags):
    terminal = Terminal("serve", "--data-dir", tmp_path / "data", "--port", free_port(), *flags)
    terminal.shows("Tallystick is ready")
    assert terminal.close() == 0
    assert not list((tmp_path / "data").glob("*-wal"))


def test_a_worker_hands_back_what_it_has(tmp_path):
    coordinator = CoordinatorProcess(tmp_path / "data").start()
    try:
        HTTP.post(f"{coordinator.address}/api/v1/composites/bulk", json=[{"number": NUMBER, "target_t_level": 60}])
        terminal = Terminal(
            *("work", "--coordinator", coordinator.address, "--spool-dir", tmp_path / "spool", "--client-id", "ada")
        )
        terminal.shows(r"seat.*=.*1|B1=")
        until(lambda: events(coordinator, "leases.granted.v1"))
        assert terminal.close() == 0
        ended = events(coordinator, "leases.ended.v1")
        assert len(ended) == len(events(coordinator, "leases.granted.v1"))
        assert "released" in {event["data"]["outcome"] for event in ended}
    finally:
        coordinator.close()


def events(coordinator, kind):
    """Return the events of a type."""
    listed = HTTP.get(f"{coordinator.address}/api/v1/events", params={"limit": 500}).json()["events"]
    return [event for event in listed if event["type"] == kind]
