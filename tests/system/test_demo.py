import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from rich.console import Console

from coordinator.cli.demo import stage
from coordinator.cli.ending import Exit
from coordinator.log.sqlite import SqliteEventLog
from tests.real.crews import with_one_ecm
from tests.waiting import until

QUICK = "(10^61-1)/9\n(2^61-1)^2\n"
EASY = f"2^137-1 # p20, p22\n{QUICK}"
LONG = "(10^49+9)*(10^50+151)\n"
PATIENCE_SECONDS = 120

pytestmark = pytest.mark.slow


@pytest.fixture
def start(tmp_path):
    """Start demos, each with what it prints in a pipe; none outlives the test."""
    started = []

    def start(numbers, *flags):
        listed = tmp_path / "numbers.txt"
        listed.write_text(numbers)
        command = [
            sys.executable,
            "-m",
            "coordinator.cli",
            "demo",
            "--numbers",
            listed,
            "--data-dir",
            tmp_path / "ledger",
        ]
        demo = subprocess.Popen(
            [*command, *flags], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=with_one_ecm()
        )
        started.append(demo)
        return demo

    yield start
    for demo in started:
        demo.kill()
        demo.communicate()


def children(directory):
    """Return the processes that work in a data directory."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if (
                entry.name.isdecimal()
                and b"demo" not in words
                and any(os.fsencode(directory) in word for word in words)
            ):
                found.append(int(entry.name))
    return found


def read_until(demo, word):
    said = ""
    while word not in said:
        line = demo.stdout.readline()
        assert line, said
        said += line
    return said


def test_the_demo_factors_its_numbers_and_ends_by_itself_and_whoever_is_killed_starts_again(start, tmp_path):
    demo = start(EASY, "--exit")
    said = read_until(demo, "the page is")
    for child in until(lambda: len(found := children(tmp_path)) == 3 and found):
        os.kill(child, signal.SIGKILL)
    rest, _ = demo.communicate(timeout=PATIENCE_SECONDS)
    said += rest
    assert demo.returncode == Exit.DONE, said
    assert "Somebody has killed the coordinator. It starts again" in said
    assert "Somebody has killed worker demo-2. It starts again" in said
    assert "2^137-1 = 32032215596496435569 · 5439042183600204290159" in said
    assert "(2^61-1)^2 = 2305843009213693951^2" in said
    by_whom = r"a curve with B1 [0-9]+e[0-9],.* sigma 1:[0-9]+|P.1 .*|the quadratic sieve"
    assert re.search(rf"[0-9]+ \((20|22) digits\) divides 2\^137-1: found by ({by_whom})\n", said)
    assert "counting: there are 50\N{NARROW NO-BREAK SPACE}847\N{NARROW NO-BREAK SPACE}534 primes up to 10^9" in said
    assert "2^127-1 is prime: True" in said
    assert "federation: 2 agents handed in what they know, 3 facts together" in said
    assert "the loss fell from 1 to 0.0078125 in 8 points" in said
    assert "All events up to " in said
    assert children(tmp_path) == []


@pytest.mark.drill
def test_a_demo_on_several_nodes_goes_on_when_the_one_that_writes_is_killed(start, tmp_path):
    demo = start(EASY, "--exit", "--nodes", "3")
    said, _ = demo.communicate(timeout=3 * PATIENCE_SECONDS)
    assert demo.returncode == Exit.DONE, said
    assert "PostgreSQL 18." in said
    killed, successor = re.search(
        r"Node (\w+), which writes, is killed .*\nNode (\w+) writes [0-9.]+ seconds later\. Node \1 starts again", said
    ).groups()
    assert killed != successor
    assert "2^137-1 = 32032215596496435569 · 5439042183600204290159" in said
    position, digest = re.search(
        r"PostgreSQL: the same\. The hash at (\d+) is ([0-9a-f]{64}) everywhere\.", said
    ).groups()
    assert f"node two: the same up to event {position}.\nnode three: the same up to event {position}.\n" in said
    for name in ("one", "two", "three"):
        with closing(SqliteEventLog(tmp_path / "ledger" / name / "log.db", read_only=True)) as log:
            assert log.read(int(position) - 1, 1)[0].hash.hex() == digest
            assert len(log.stream("pen")) > 1
    assert children(tmp_path) == []
    demo = start(QUICK, "--exit", "--nodes", "3")
    said, _ = demo.communicate(timeout=PATIENCE_SECONDS)
    assert demo.returncode == Exit.DONE, said


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, Exit.INTERRUPTED), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
def test_a_demo_that_was_interrupted_goes_on_where_it_was(start, tmp_path, number, code):
    demo = start(QUICK + LONG)
    read_until(demo, " divides ")
    demo.send_signal(number)
    assert demo.wait(PATIENCE_SECONDS) == code
    assert children(tmp_path) == []
    again = start(QUICK, "--exit")
    said, _ = again.communicate(timeout=PATIENCE_SECONDS)
    assert again.returncode == Exit.DONE, said


def test_children_of_a_demo_that_is_killed_end_with_it(start, tmp_path):
    demo = start(LONG)
    read_until(demo, "the page is")
    until(lambda: len(children(tmp_path)) == 3)
    demo.kill()
    until(lambda: not children(tmp_path))
    assert demo.wait() == -signal.SIGKILL


def test_a_port_that_is_taken_is_named(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        demo = start(QUICK, "--exit", "--port", str(port))
        said, _ = demo.communicate(timeout=PATIENCE_SECONDS)
    assert demo.returncode == Exit.USAGE
    assert said.startswith(f"Port {port} is taken; name another with --port")


def test_a_demo_whose_port_was_taken_since_it_looked_has_another(tmp_path, monkeypatch, capsys):
    look = stage._port
    with socket.socket() as other, ExitStack() as household:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", 0))
        usual = other.getsockname()[1]

        def look_just_before_the_other_listens(wanted):
            found = look(wanted)
            other.listen()
            return found

        monkeypatch.setattr(stage, "USUAL_PORT", usual)
        monkeypatch.setattr(stage, "_port", look_just_before_the_other_listens)
        there = stage.alone(household, Console(), tmp_path, None).there
        assert there.health()["status"] == "healthy"
    port = there.url.rpartition(":")[2]
    assert capsys.readouterr().out == f"Port {usual} is taken, so this demo has port {port}.\n"
