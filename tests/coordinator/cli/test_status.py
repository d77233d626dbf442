import json

import pytest

from coordinator.cli.ending import Exit

HEALTH = {
    "status": "healthy",
    "version": "0.1.0",
    "log": {"backend": "sqlite", "position": 42},
    "projections": {"position": 42, "lag": 0},
    "workers": 2,
}
NUMBER = {
    "id": 1,
    "number": "2^257-1",
    "status": "open",
    "primality": "composite",
    "current_t_level": 12.345,
    "target_t_level": 39.0,
}


@pytest.fixture
def answering(stub):
    stub.answers["GET", "/health"] = (200, HEALTH)
    stub.answers["GET", "/api/v1/stats/overview"] = (200, {"total_curves": 7})
    stub.answers["GET", "/api/v1/composites"] = (200, {"composites": [NUMBER], "total": 1})
    return stub


def test_the_status_tells_of_the_coordinator_and_its_numbers(run, answering):
    result = run("status", "--coordinator", answering.url, env={"COLUMNS": "200"})
    assert result.exit_code == Exit.DONE
    assert (
        f"{answering.url} is healthy, version 0.1.0: 42\u00a0events (projections 0 behind), 1\u00a0number, 2\u00a0workers"
        in result.stdout
    )
    assert "t12.3 of t39.0" in result.stdout


def test_workers_that_are_starting_are_told_of(run, answering):
    said = "The worker beside the coordinator is starting."
    answering.answers["GET", "/health"] = (200, {**HEALTH, "workers": 0, "starting": said})
    assert run("status", "--coordinator", answering.url).stdout.splitlines()[-1] == said


def test_no_t_level_is_told_of_what_nobody_searches_and_what_is_left_out_is_said(run, answering):
    states = [("open", "composite"), ("finished", "composite"), ("split", "composite"), ("prime", "proven")]
    numbers = [NUMBER | {"id": at, "status": status, "primality": one} for at, (status, one) in enumerate(states, 1)]
    answering.answers["GET", "/api/v1/composites"] = (200, {"composites": numbers, "total": 1_204})
    shown = run("status", "--coordinator", answering.url, "--numbers", 4, env={"COLUMNS": "79"}).stdout
    rows = [line for line in shown.splitlines() if "2^257-1" in line]
    assert ["t12.3 of t39.0" in row for row in rows] == [True, True, False, False]
    assert shown.startswith(
        f"{answering.url} is healthy, version 0.1.0: 42\u00a0events (projections 0 behind), 1\u202f204"
    )
    assert "Listed: 4 of 1\u202f204\u00a0numbers; --numbers lists more.\n" in shown


@pytest.mark.parametrize("primality", ["proven", "probable"])
def test_of_a_prime_the_status_says_whether_it_is_proven(run, answering, primality):
    prime = {**NUMBER, "status": "prime", "primality": primality}
    answering.answers["GET", "/api/v1/composites"] = (200, {"composites": [prime], "total": 1})
    assert f"{primality} prime" in run("status", "--coordinator", answering.url, env={"COLUMNS": "200"}).stdout


def test_the_status_in_json_is_what_the_coordinator_says(run, answering):
    said = json.loads(run("status", "--coordinator", answering.url, "--json").stdout)
    assert said == {
        "health": HEALTH,
        "overview": {"total_curves": 7},
        "composites": {"composites": [NUMBER], "total": 1},
    }


def test_an_unhealthy_coordinator_shows_in_the_exit_code(run, answering):
    answering.answers["GET", "/health"] = (503, {**HEALTH, "status": "unhealthy", "reason": "the disk is full"})
    result = run("status", "--coordinator", answering.url)
    assert result.exit_code == Exit.UNSOUND
    assert "The coordinator is unhealthy: the disk is full" in result.stderr


def test_what_is_paused_is_told_in_a_sentence(run, answering):
    told = ["All work is paused since 09:00.", "The kind tasks is being drained since 10:00: a new disk."]
    answering.answers["GET", "/health"] = (200, {**HEALTH, "paused": [{"sentence": sentence} for sentence in told]})
    lines = run("status", "--coordinator", answering.url).stdout.splitlines()
    assert lines[-2:] == told
