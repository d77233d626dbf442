"""The client of the agmem coordinator, as it comes from the package index, against this one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real.servers import HTTP

AGMEM = Path(sys.executable).with_name("agmem")


class Agent:
    """A repository of agmem's, and its command line."""

    def __init__(self, directory, address):
        self.directory = directory
        self.directory.mkdir()
        self.run("init")
        settings = f"federated:\n  enabled: true\n  coordinator_url: {address}\n"
        (self.directory / ".agmemrc").write_text(settings)

    def learn(self, kind, name, content):
        """Remember something."""
        file = self.directory / "current" / kind / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")

    def run(self, *arguments):
        """Run a command; return its exit code and what it printed."""
        home = {"HOME": str(self.directory), "XDG_CONFIG_HOME": str(self.directory), "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            [AGMEM, *arguments],
            cwd=self.directory,
            env={**os.environ, **home},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        return done.returncode, done.stdout


@pytest.fixture
def agent(coordinator, tmp_path):
    """What makes agents that know the coordinator."""
    return lambda name: Agent(tmp_path / name, coordinator.address)


def test_agents_pull_what_others_pushed_and_a_second_push_takes_the_place_of_the_first(agent):
    first, second, third = agent("first"), agent("second"), agent("third")
    first.learn("semantic", "primes", "# Prime numbers\n\n2, 3, 5")
    first.learn("episodic", "day", "---\ntags: [π & <b>]\n---\nA day")
    second.learn("semantic", "more", "# Prime numbers\n\n7, 11")
    for one in (first, second, second):
        assert one.run("federated", "push") == (0, "Pushed updates to coordinator\n")
    code, printed = third.run("federated", "pull")
    assert code == 0
    assert "merged_topic_counts: {'episodic': 1, 'semantic': 2}" in printed
    assert "unique_fact_hashes: ['Prime numbers', 'π & <b>']" in printed
    assert "contributing_agents: 2" in printed
    assert "metadata: {'total_facts': 2, 'total_topics': 2}" in printed
    second.learn("semantic", "curves", "# Curves")
    second.run("federated", "push")
    _, printed = third.run("federated", "pull")
    assert "merged_topic_counts: {'episodic': 1, 'semantic': 3}" in printed
    assert "unique_fact_hashes: ['Curves', 'Prime numbers', 'π & <b>']" in printed


def test_what_was_pushed_outlives_a_coordinator_that_is_killed(agent, coordinator):
    one = agent("one")
    one.learn("semantic", "a", "# Sieves")
    one.run("federated", "push")
    before = HTTP.get(f"{coordinator.address}/pull")
    coordinator.kill()
    code, printed = one.run("federated", "push")
    assert (code, printed[:11]) == (1, "Push failed")
    assert one.run("federated", "pull")[0] == 1
    coordinator.start()
    after = HTTP.get(f"{coordinator.address}/pull")
    assert (after.text, after.headers["etag"]) == (before.text, before.headers["etag"])
    assert "unique_fact_hashes: ['Sieves']" in one.run("federated", "pull")[1]
