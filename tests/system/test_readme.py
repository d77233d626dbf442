"""The commands of the README and of the tutorial, pasted into a shell as they stand there."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real.gmp_ecms import PROGRAMS
from tests.real.servers import HTTP, free_port
from tests.waiting import until

ROOT = Path(__file__).parents[2]
BLOCKS, TUTORIAL = (
    re.findall(r"^```sh\n(.*?)^```$", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)
    for page in ("README.md", "docs/tutorial.md")
)

pytestmark = pytest.mark.slow


class Terminal:
    """A shell in a directory that looks like a checkout, in which a port of its own stands for 8000."""

    def __init__(self, directory):
        self.directory = directory
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        (directory / ".venv").symlink_to(sys.prefix)
        (directory / "examples").symlink_to(ROOT / "examples")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("TALLYSTICK_", "API_KEY"))}
        own = {"TALLYSTICK_PORT": str(self.port), "TALLYSTICK_COORDINATOR": self.address, "HOME": str(directory)}
        self.output = directory / "terminal.output"
        with self.output.open("wb") as output:
            self.shell = subprocess.Popen(
                ["bash"],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                cwd=directory,
                env={**clean, **own},
                start_new_session=True,
            )

    def paste(self, *blocks):
        """Type blocks, all at once; return what has been printed when the last command has ended."""
        for name in ("localhost", "ledger.example"):
            blocks = [block.replace(f"{name}:8000", f"localhost:{self.port}") for block in blocks]
        self.shell.stdin.write("".join([*blocks, "echo pasted $?\n"]).encode())
        self.shell.stdin.flush()

    def said(self):
        """Return what has been printed when the last command has ended."""
        return until(lambda: "pasted 0" in (text := self.output.read_text()) and text, said=self.output.read_text)

    def close(self):
        """End the shell and all that it has started."""
        with self.shell.stdin:
            os.killpg(self.shell.pid, signal.SIGKILL)
        self.shell.wait()


@pytest.fixture
def terminal(tmp_path):
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.close()


def block_with(words):
    """Return the block in which a command stands."""
    (block,) = (block for block in BLOCKS if words in block)
    return block


def test_every_block_of_the_readme_is_pasted_here():
    tried = (".venv/bin/activate", "submit", "--host 0.0.0.0", "tallystick work", "tallystick verify")
    assert sorted(map(block_with, tried)) == sorted(BLOCKS)


def test_numbers_are_submitted_and_the_log_is_looked_at(terminal):
    terminal.paste(*map(block_with, (".venv/bin/activate", "submit", "tallystick verify")))
    said = terminal.said()
    assert re.search(r"^ +1  open +2\^137-1$", said, re.MULTILINE), said
    assert re.search(r"^ +2  in parts +\(10\^61-1\)/9$", said, re.MULTILINE), said
    assert '"project": "mersenne"' not in said
    assert '"new_composites":1,' in said
    assert "All events up to " in said
    assert "tallystick check-proof proof-3/event.json" in said
    assert "holds everything up to event 3," in said
    assert "Traceback" not in said
    assert {"copies", "copy", "log.ndjson", "proof-3", "replayed-3"} <= {
        path.name for path in terminal.directory.iterdir()
    }
    until(lambda: HTTP.get(f"{terminal.address}/health").json()["workers"] == 2)


@pytest.mark.drill
def test_a_worker_on_another_machine_is_given_a_key(terminal):
    terminal.paste(*map(block_with, (".venv/bin/activate", "--host 0.0.0.0")))
    terminal.said()
    assert (terminal.directory / "worker.key").read_text().startswith("ts_")
    assert HTTP.get(f"{terminal.address}/api/v1/work/request", params={"client_id": "eve"}).status_code == 401
    terminal.paste(block_with("tallystick work"))
    until(lambda: HTTP.get(f"{terminal.address}/health").json()["workers"] == 1, said=terminal.output.read_text)


def assert_found_again(said):
    """Run the curve that the tutorial shows; by chance no curve has found a factor, but what comes after all curves."""
    columns, row = re.search(r"^(id,factor,.*)\n(.*)$", said, re.MULTILINE).groups()
    found = dict(zip(columns.split(","), row.split(","), strict=True))
    assert found["factor"] in {"7432339208719", "341117531003194129"}, "whichever was found first"
    programs = list(filter(None, PROGRAMS.values()))
    if found["method"] == "ecm" and programs:
        curve = ["-sigma", f"{found['parametrization']}:{found['sigma']}", found["b1"]]
        again = subprocess.run([programs[0], *curve], input="2^101-1", capture_output=True, text=True, check=False)
        assert found["factor"] in again.stdout


@pytest.mark.drill
def test_the_tutorial_ends_with_a_forgery_that_is_found_out(terminal):
    terminal.paste(*TUTORIAL)
    until(lambda: "\npasted " in terminal.output.read_text(), seconds=300, said=terminal.output.read_text)
    said = terminal.output.read_text()
    assert "Traceback" not in said
    assert_found_again(said)
    assert '"prime_count":50847534' in said
    assert "every table of " in said
    assert "Event 3 " in said
    assert re.search(r"^All events up to 4 are what was recorded\. The hash at 4", said, re.MULTILINE)
    assert re.search(r"^The log ends at event 4, and a head was signed at event .* were cut off\.", said, re.MULTILINE)
