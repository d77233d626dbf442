"""The kernel killed -9 at named failpoints and at random moments: what was acknowledged is there, exactly once."""

import os
import signal
from pathlib import Path
from subprocess import PIPE
from typing import get_args

import pytest

from coordinator.auditing.verify import verify
from coordinator.writer.failpoints import VARIABLE, Failpoint
from tests.ledgers import KeyOffice, log_rows
from tests.real.launcher import launch
from tests.system.kernel_driver import order

RANDOM_KILLS = 20
ENOUGH = 2_000


def live(directory, life, *rebuilt, failpoint="", kill_after=ENOUGH):
    """Let a driver live until it dies; return the positions that it acknowledged, by key."""
    with Path(os.devnull).open("w") as nowhere:
        driver = launch(
            "tests.system.kernel_driver",
            directory,
            life,
            *rebuilt,
            stdout=PIPE,
            stderr=nowhere,
            environment=os.environ | {VARIABLE: failpoint},
        )
    acknowledged = {}
    with driver.stdout as said:
        for line in said:
            # A line that breaks off was not said.
            if line.endswith("\n") and line.startswith(f"{life}-"):
                label, position = line.split()
                acknowledged[label] = int(position)
            if len(acknowledged) == kill_after:
                driver.kill()
    assert driver.wait() == -signal.SIGKILL
    return acknowledged


def recorded(directory):
    """Return the positions of all keys in the log, by key."""
    found = {}
    for row in log_rows(directory)[1:]:
        found.setdefault(row[7].partition("/")[2].partition("#")[0], []).append(row[0])
    return found


def hold(directory, acknowledged):
    """Hold a data directory against what was acknowledged before the kill."""
    positions = recorded(directory)
    assert {label: positions.get(label) for label in acknowledged} == {
        label: [position] for label, position in acknowledged.items()
    }
    assert all(len(found) == 1 for found in positions.values())


def resend(directory, acknowledged):
    """Start again and send everything again: it is answered as the first time."""
    office = KeyOffice(directory)
    labels = sorted(acknowledged)
    for start in range(0, len(labels), 500):
        resent = labels[start : start + 500]
        results, events = office.committer.perform([order(label) for label in resent])
        assert not events
        assert {label: result.position for label, result in zip(resent, results, strict=True)} == {
            label: acknowledged[label] for label in resent
        }
    office.close()


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", get_args(Failpoint))
def test_killed_at_a_failpoint_the_kernel_keeps_what_it_acknowledged(tmp_path, failpoint):
    rebuilt = ("access",) if "swap" in failpoint else ()
    acknowledged = live(tmp_path, "first", *rebuilt, failpoint=f"{failpoint}:{1 if rebuilt else 12}")
    hold(tmp_path, acknowledged)
    found = verify(tmp_path)
    assert found.holds, found.sentence
    resend(tmp_path, acknowledged)
    assert verify(tmp_path, refold=False).holds


@pytest.mark.drill
def test_killed_at_random_moments_the_kernel_keeps_what_it_acknowledged(tmp_path, chance):
    acknowledged = {}
    for life in range(RANDOM_KILLS):
        rebuilt = ("access",) if life % 4 == 0 else ()
        acknowledged |= live(tmp_path, f"life{life}", *rebuilt, kill_after=chance.randint(1, 150))
        hold(tmp_path, acknowledged)
        assert verify(tmp_path, refold=False).holds
    found = verify(tmp_path)
    assert found.holds, found.sentence
    resend(tmp_path, acknowledged)
