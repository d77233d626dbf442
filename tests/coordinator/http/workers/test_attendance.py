"""Whoever hands in work is told when nobody is here to do it."""

import re

import pytest

from coordinator.clients.presence import MINUTE
from coordinator.http.workers import attendance
from coordinator.time.wallclock import now
from tests.waiting import until

HANDED_IN = {
    "factoring": ("/api/v1/composites/bulk", ["2^137-1"]),
    "counting": ("/api/count-primes", {"n": 10_000}),
    "tasks": ("/task", {"a": 1, "b": 2}),
}
ASKED_FOR = {
    "factoring": "/api/v1/work/request",
    "counting": "/api/v1/counting/work",
    "tasks": "/api/v1/tasks/work",
}


def handed_in(client, kind):
    address, body = HANDED_IN[kind]
    answer = client.post(address, json=body)
    assert answer.is_success, answer.text
    return answer.json()


@pytest.mark.parametrize("kind", HANDED_IN)
def test_without_a_worker_the_answer_says_so_and_with_one_it_does_not(client, kind):
    sentence = handed_in(client, kind)["message"]
    assert sentence.startswith("No worker that ")
    assert f"`tallystick work --kinds {kind}` starts one" in sentence
    assert client.get("/health").json()["unattended"][kind] == sentence
    assert client.get(ASKED_FOR[kind], params={"client_id": "alice"}).is_success
    until(lambda: "message" not in handed_in(client, kind))  # who was seen at a desk, its office hears in a moment
    assert set(client.get("/health").json()["unattended"]) == set(HANDED_IN) - {kind}


def test_what_waits_says_so_too_until_it_is_done(client):
    task, job = handed_in(client, "tasks")["task_id"], handed_in(client, "counting")["job_id"]
    assert client.get(f"/tasks/{task}/status").json()["message"].startswith("No worker that computes tasks ")
    assert client.get(f"/api/jobs/{job}").json()["message"].startswith("No worker that counts primes ")
    client.delete(f"/api/jobs/{job}")
    assert "message" not in client.get(f"/api/jobs/{job}").json()


@pytest.mark.parametrize(
    ("page", "kind"),
    [("/counting", "counting"), ("/tasks", "tasks"), ("/composites/1", "factoring")],
)
def test_the_pages_say_so(client, page, kind):
    for each in HANDED_IN:
        handed_in(client, each)
    words = f"tallystick work --kinds {kind} --coordinator http"
    assert words in read(client, page)
    client.get(ASKED_FOR[kind], params={"client_id": "alice"})
    assert words not in read(client, page)


def read(client, page):
    """Return a page as it is read, without its marks."""
    return re.sub(r"<[^>]+>", "", client.get(page, headers={"Accept": "text/html"}).text)


def test_workers_that_the_coordinator_starts_itself_are_given_a_minute(serving, monkeypatch):
    with serving(workers=2) as client:
        assert "unattended" not in client.get("/health").json()
        assert "message" not in handed_in(client, "tasks")
        said = "The 2 workers beside the coordinator are starting."
        handed_in(client, "factoring")
        assert client.get("/health").json()["starting"] == said
        assert said in read(client, "/")
        assert said in read(client, "/tasks")
        assert client.get(ASKED_FOR["tasks"], params={"client_id": "box-1"}).is_success
        until(lambda: "starting" not in client.get("/health").json())
        assert said not in read(client, "/")
        monkeypatch.setattr(attendance, "now", lambda: now() + 2 * MINUTE)
        assert set(client.get("/health").json()["unattended"]) == set(HANDED_IN)
