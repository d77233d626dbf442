"""Whole workers with real GMP-ECM, and a real coordinator that gives up on a silent worker after two seconds."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from tests.real.crews import with_one_ecm
from tests.real.servers import tallystick
from tests.waiting import until

WITH_A_FACTOR = "(10^12+39)*(10^40+121)"
WITHOUT_ONE = "(10^49+9)*(10^50+151)"
SLOW = "(2^521-1)*(2^607-1)"
"""Nothing that ECM could find, and some 20 ms a curve."""
SLOWER = "(2^3217-1)*(2^4253-1)"
"""The same, and most of a second a curve: an assignment is one, and whoever is signalled as it starts is amid it. Three make t10."""
CURVES = "factoring.curves_run.v1"
ENDED = "leases.ended.v1"


def curves_of(facts):
    """Check that no curve is there twice; return how many there are."""
    sigmas = [sigma for fact in facts for sigma in fact["sigmas"]]
    assert len(set(sigmas)) == len(sigmas) == sum(fact["curves"] for fact in facts)
    assert not any(fact["uncredited"] or fact["doubt"] for fact in facts)
    return len(sigmas)


def test_a_worker_finds_factors_and_ends_when_there_is_no_more_to_do(coordinator, hire):
    numbers = [
        coordinator.submit(number, target)
        for number, target in ((WITH_A_FACTOR, 20), ("2^149-1", 28), (WITHOUT_ONE, 18))
    ]
    worker = hire("--exit-when-idle", "--processes", "2")
    assert worker.wait() == 0
    assert [coordinator.status(number) for number in numbers] == ["factored", "factored", "finished"]
    found = {(entry["factor"], entry["sigma"]) for entry in worker.logged("factor_found")}
    recorded = {fact["value"]: fact["sigma"] for fact in coordinator.facts("factoring.factor_found.v1")}
    other = recorded.keys() - {"1000000000039"}
    assert other in (
        {"86656268566282183151"},
        {"8235109336690846723986161"},
    )  # both are prime, and either may be met first
    assert len(recorded) == 2
    assert recorded.items() <= found
    assert worker.logged("worker_stopped")[0]["everything_delivered"]
    for fact in coordinator.facts(CURVES):
        missing = fact["checksums"].count(None)
        assert len(fact["checksums"]) == len(fact["sigmas"]) == fact["curves"]
        assert missing == len(fact["factors"])  # of the curve that finds a factor, no residue is saved
        assert fact["cpu_milliseconds"] > 0
        assert fact["program"].startswith("gmp-ecm 7.")
        assert fact["b2"] == -1 or (fact["b2"] == 0 and fact["factors"])  # found in stage 1, it has no stage 2
        assert (fact["param"], fact["doubt"]) == (1, "")


def test_a_worker_that_is_told_to_stop_reports_what_is_done_and_hands_the_rest_back(coordinator, hire):
    number = coordinator.submit(SLOWER, 15)
    worker = hire()
    worker.wait_for("work_ended")
    worker.wait_for("work_started")
    worker.tell()
    asked_at = time.monotonic()
    assert worker.wait() == 0
    assert time.monotonic() - asked_at < 8
    assigned, ended = worker.logged("work_started")[-1], worker.logged("work_ended")
    lease = coordinator.facts(ENDED)[-1]
    assert (lease["lease"], lease["outcome"], lease["reason"]) == (assigned["work"], "released", "the worker stops")
    assert sum(entry["curves"] for entry in ended) == curves_of(coordinator.facts(CURVES))
    assert ended[-1]["curves"] < assigned["curves"]
    assert coordinator.status(number) == "open"


def test_a_second_signal_ends_a_worker_at_once(coordinator, hire, tmp_path):
    coordinator.submit(SLOWER, 10)
    worker = hire()
    worker.wait_for("work_started")
    os.kill(coordinator.process.pid, signal.SIGSTOP)  # so that nothing gets through any more
    try:
        worker.tell()
        worker.wait_for("worker_stopping")
        worker.tell()
        assert worker.wait() == 130
    finally:
        os.kill(coordinator.process.pid, signal.SIGCONT)


@pytest.mark.slow
def test_a_worker_that_is_killed_loses_its_lease_and_another_does_the_work(coordinator, hire):
    number = coordinator.submit(SLOWER, 10)
    victim = hire()
    abandoned = victim.wait_for("work_started")
    victim.kill()
    heir = hire("--client-id", "heir")
    assert heir.wait_for("work_started")["work"] != abandoned["work"]
    while coordinator.status(number) != "finished":
        heir.wait_for("work_ended")
    assert (abandoned["work"], "expired") in [(fact["lease"], fact["outcome"]) for fact in coordinator.facts(ENDED)]
    assert curves_of(coordinator.facts(CURVES)) == sum(entry["curves"] for entry in heir.logged("work_ended"))
    heir.tell()
    assert heir.wait() == 0


@pytest.mark.slow
def test_while_the_coordinator_is_away_the_work_goes_on_and_its_results_are_sent_once(coordinator, hire, tmp_path):
    number = coordinator.submit(SLOWER, 10)
    worker = hire("--exit-when-idle")
    worker.wait_for("work_started")
    coordinator.kill()
    worker.wait_for("work_ended")
    (waiting,) = (tmp_path / "spool").glob("*.json")
    coordinator.start()
    assert worker.wait() == 0
    assert [entry["event"] for entry in worker.log if entry["event"].startswith("coordinator")] == [
        "coordinator_away",
        "coordinator_back",
    ]
    assert coordinator.status(number) == "finished"
    assert curves_of(coordinator.facts(CURVES)) == sum(entry["curves"] for entry in worker.logged("work_ended"))
    assert not waiting.exists()


@pytest.mark.slow
def test_results_of_a_worker_that_was_killed_are_sent_by_the_next_one_and_count_once(coordinator, hire, tmp_path):
    spool = tmp_path / "spool"
    coordinator.submit(SLOWER, 10)
    worker = hire()
    worker.wait_for("work_started")
    coordinator.kill()
    on_their_way = set(spool.glob("*.json"))  # these may have been recorded
    until(lambda: set(spool.glob("*.json")) > on_their_way)
    worker.kill()
    waiting = {path: path.read_bytes() for path in sorted(spool.glob("*.json"))}
    computed = [json.loads(result)["body"]["sigmas"] for path, result in waiting.items() if path not in on_their_way]
    coordinator.start()
    recorded = coordinator.facts(CURVES)
    assert not any(sigmas == fact["sigmas"] for sigmas in computed for fact in recorded)
    assert hire("--client-id", "heir", "--exit-when-idle").wait() == 0
    facts = coordinator.facts(CURVES)
    assert curves_of(facts) > curves_of(recorded)
    assert [fact["sigmas"] for fact in facts if fact["sigmas"] in computed] == computed
    assert not any(path.exists() for path in waiting)
    for path, result in waiting.items():
        path.write_bytes(result)  # as if the first acknowledgements had been lost
    assert hire("--client-id", "heir", "--exit-when-idle").wait() == 0
    assert coordinator.facts(CURVES) == facts
    assert not any(path.exists() for path in waiting)


def test_progress_is_shown_on_a_terminal(coordinator, tmp_path):
    coordinator.submit(SLOW, 25)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "coordinator.cli", "work", "--coordinator", coordinator.address]
    with subprocess.Popen(
        ["setsid", "--ctty", *command, "--spool-dir", str(tmp_path / "spool"), "--processes", "1"],
        stdin=theirs,  # it becomes the terminal of the worker's session, in which the worker is in front
        stderr=theirs,
        env=with_one_ecm(TERM="xterm", COLUMNS="100"),
    ) as worker:
        os.close(theirs)
        seen = b""
        while not re.search(rb"c340 B1=\d+.*?[1-9]\d*/\d+", seen, re.DOTALL):  # which curves are shown is up to chance
            seen += os.read(ours, 4096)
        worker.terminate()
        with suppress(OSError):  # the terminal ends with who writes to it, and that one waits while it is full
            while os.read(ours, 4096):
                pass
        assert worker.wait() == 0
    os.close(ours)
    assert b"work_started" in seen


@pytest.mark.parametrize(
    ("flags", "code", "sentence"),
    [
        (["--kinds", "gardening"], 2, "There is no kind of work 'gardening'"),
        (["--coordinator", "nonsense"], 2, "'nonsense' is not the address of a coordinator"),
        (["--client-id", ""], 2, "client_id is ''; 1 to 128"),
        (["--processes", "0"], 2, "0 is not in the range"),
        (["--processes", "100000"], 2, "--processes is 100000, and this machine has "),
        (["--api-key-file", "/nowhere"], 2, "The key file /nowhere can't be read"),
        (["--spool-dir", "/proc/spool"], 4, "The worker can't go on"),
    ],
)
def test_what_is_wrong_with_the_command_line_is_said_in_a_sentence(flags, code, sentence, tmp_path):
    run = tallystick("work", "--spool-dir", tmp_path, *flags)
    assert run.returncode == code
    assert sentence in " ".join(run.stderr.replace("│", " ").split())


def test_a_worker_whose_key_opens_nothing_ends_with_a_sentence(coordinator, hire):
    command = ["work", "--coordinator", coordinator.address, "--api-key", "wrong"]
    worker = tallystick(*command, "--spool-dir", coordinator.directory / "s", environment=with_one_ecm())
    assert worker.returncode == 4
    assert "key" in worker.stderr.splitlines()[-1]
