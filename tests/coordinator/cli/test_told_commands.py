"""`webhooks` and `shares` on the command line: what they ask the coordinator for, and what they make of its answers."""

import json

import pytest

SUBSCRIPTIONS = "/api/v1/admin/subscriptions"
ONE = {
    "id": 2,
    "url": "https://example.org/hook",
    "types": ["factoring"],
    "project": "Fermat",
    "state": "failing",
    "delivered": 5,
    "waiting": 7,
    "failing_at": 30,
    "failing_since": "2026-11-28T21:09:56Z",
    "reason": "It answered 503.",
    "ended_at": None,
    "ending": "",
}
SHARES = {
    "taking_turns": True,
    "shares": [{"project": "", "weight": 1, "deadline": None, "cpu_seconds": 3.4, "given_percent": 12.5}],
    "deadlines": [{"number": 17, "deadline": "2027-01-31T12:00:00.000000Z"}],
}


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv("TALLYSTICK_ADMIN_KEY", "admin")


def test_a_secret_is_all_that_subscribing_writes_to_standard_output(run, stub):
    stub.answers["POST", SUBSCRIPTIONS] = 201, ONE | {"secret": "whsec_x"}
    said = run(
        "webhooks", "subscribe", ONE["url"], "--types", "factoring,", "--project", "Fermat", "--coordinator", stub.url
    )
    assert (said.exit_code, said.stdout) == (0, "whsec_x\n")
    body = {"url": ONE["url"], "types": ["factoring"], "project": "Fermat"}
    assert stub.asked[-1][1:] == (SUBSCRIPTIONS, body, "Bearer admin")


def test_the_list_says_what_failed_and_since_when(run, stub):
    ended = ONE | {
        "id": 3,
        "url": None,
        "types": [],
        "project": "",
        "reason": "",
        "ended_at": "2026-11-28T21:10:00Z",
        "ending": "gone",
    }
    stub.answers["GET", SUBSCRIPTIONS] = 200, [ONE, ended]
    headings, first, second = run("webhooks", "list", "--coordinator", stub.url).output.splitlines()
    assert headings.split() == ["id", "url", "types", "project", "delivered", "waiting", "state"]
    words = (
        "2 https://example.org/hook factoring Fermat 5 7 failing since 2026-11-28T21:09Z at event 30: It answered 503."
    )
    assert " ".join(first.split()) == words
    assert second.endswith("ended 2026-11-28T21:10Z, its receiver said so")


def test_events_are_sent_again_and_a_subscription_ends(run, stub):
    stub.answers["POST", f"{SUBSCRIPTIONS}/2/again"] = 200, {"id": 2}
    said = run("webhooks", "again", "2", "--position", "1200", "--coordinator", stub.url)
    assert "sent to subscription 2 again" in said.output
    assert stub.asked[-1][2] == {"position": 1200}
    stub.answers["DELETE", f"{SUBSCRIPTIONS}/2"] = 200, {"id": 2}
    assert "Subscription 2 has ended." in run("webhooks", "end", "2", "--coordinator", stub.url).output


@pytest.mark.parametrize(("flags", "words"), [((), "signs too for a day"), (("--at-once",), "signs nothing more")])
def test_a_secret_is_renewed_and_printed_once(run, stub, flags, words):
    stub.answers["POST", f"{SUBSCRIPTIONS}/2/secret"] = 200, {"id": 2, "secret": "whsec_new"}
    done = run("webhooks", "renew", "2", *flags, "--coordinator", stub.url)
    assert done.stdout == "whsec_new\n"
    assert words in done.stderr
    assert stub.asked[-1][2] == {"at_once": bool(flags)}


def test_weights_and_deadlines_are_sent_as_they_are_said(run, stub):
    stub.answers["GET", "/api/v1/shares"] = 200, SHARES
    listed = run("shares", "list", "--coordinator", stub.url).output
    assert listed.splitlines() == [
        "project          weight   share  CPU time  deadline",
        "(of no project)       1  12.5 %     3.4\u00a0s",
        "Number 17 until 2027-01-31T12:00Z.",
    ]
    assert json.loads(run("shares", "list", "--json", "--coordinator", stub.url).output) == SHARES
    stub.answers["POST", "/api/v1/admin/shares"] = 200, SHARES
    run("shares", "set", "a", "--weight", "5", "--deadline", "none", "--coordinator", stub.url)
    assert stub.asked[-1][2] == {"project": "a", "weight": 5, "deadline": ""}
    run("shares", "set", "a", "--weight", "5", "--coordinator", stub.url)
    assert stub.asked[-1][2] == {"project": "a", "weight": 5, "deadline": None}
    stub.answers["POST", "/api/v1/admin/deadlines"] = 200, SHARES
    run("shares", "deadline", "17", "2027-01-31", "--coordinator", stub.url)
    assert stub.asked[-1][2] == {"number": 17, "deadline": "2027-01-31"}
