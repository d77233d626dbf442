"""`pause`, `drain` and `resume` on the command line: each asks the coordinator for what it says."""

import json

import pytest

from coordinator.cli.ending import Exit


@pytest.mark.parametrize("action", ["pause", "drain", "resume"])
def test_they_say_what_the_coordinator_answers(run, stub, monkeypatch, action):
    monkeypatch.setenv("TALLYSTICK_ADMIN_KEY", "admin")
    answer = {"changed": True, "message": "The project mersenne is …", "pause": None}
    stub.answers["POST", f"/api/v1/admin/{action}"] = 200, answer
    reason = () if action == "resume" else ("--reason", "a storm")
    said = run(action, "project", "mersenne", *reason, "--coordinator", stub.url)
    assert (said.exit_code, said.output) == (0, "The project mersenne is …\n")
    body = {"of": "project", "name": "mersenne"} | ({"reason": "a storm"} if reason else {})
    assert stub.asked[-1][1:] == (f"/api/v1/admin/{action}", body, "Bearer admin")
    in_json = run(action, "everything", "--json", "--coordinator", stub.url)
    assert json.loads(in_json.output) == answer


def test_what_can_not_be_paused_is_a_usage_error(run):
    assert run("pause", "planet").exit_code == Exit.USAGE
