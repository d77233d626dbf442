"""A terminal is not commanded by what others wrote, whichever command shows it."""

import json
import re
from pathlib import Path

import pytest

import coordinator.cli
from coordinator.cli.terminal.saying import say

EVIL = "red\x1b[31m\x9b2J\x07\r\n\u202eend"
SPELLED = "redU+001B[31mU+009B2JU+0007U+000DU+000AU+202Eend"
KEY = {
    "id": 1,
    "roles": ["work"],
    "label": EVIL,
    "user_name": "al",
    "created_at": "2026-01-01T00:00:00Z",
    "revoked_at": None,
    "last_used_at": None,
    "expires_at": None,
}
SUBSCRIPTION = {
    "id": 1,
    "url": "https://a.example/",
    "types": [],
    "project": EVIL,
    "delivered": 0,
    "waiting": 0,
    "reason": "",
    "ended_at": None,
    "state": "delivering",
}
SHARE = {"project": EVIL, "weight": 1, "given_percent": 0.0, "cpu_seconds": 0.0, "deadline": None}
HEALTH = {
    "status": "healthy",
    "version": "0.1.0",
    "log": {"position": 1},
    "projections": {"lag": 0},
    "workers": 0,
    "paused": [{"sentence": f"All work here is paused: {EVIL}."}],
}
NUMBER = {"id": 1, "number": EVIL, "status": "split", "primality": "composite"}
NUMBER |= {"current_t_level": 0.0, "target_t_level": 0.0}
ANSWERS = {
    ("GET", "/api/v1/admin/keys"): {"keys": [KEY]},
    ("GET", "/api/v1/admin/users"): [
        {"user": "user-1", "name": EVIL, "keys": [1], "clients": [EVIL], "merged_into": None}
    ],
    ("GET", "/api/v1/admin/subscriptions"): [SUBSCRIPTION],
    ("GET", "/api/v1/shares"): {"shares": [SHARE], "deadlines": []},
    ("GET", "/health"): HEALTH,
    ("GET", "/api/v1/stats/overview"): {},
    ("GET", "/api/v1/composites"): {"composites": [NUMBER], "total": 1},
    ("POST", "/api/v1/admin/pause"): {"message": EVIL},
}


@pytest.fixture
def told(run, stub, monkeypatch):
    """What a command has to say of a coordinator where everything has a terrible name."""
    monkeypatch.setenv("TALLYSTICK_ADMIN_KEY", "admin")
    monkeypatch.setenv("COLUMNS", "300")
    stub.answers.update({asked: (200, answer) for asked, answer in ANSWERS.items()})
    return lambda *words: run(*words, "--coordinator", stub.url)


COMMANDS = [
    ("keys", "list"),
    ("users", "list"),
    ("webhooks", "list"),
    ("shares", "list"),
    ("status",),
    ("pause", "everything"),
]


@pytest.mark.parametrize("words", COMMANDS)
def test_what_would_command_the_terminal_is_spelled_out(told, words):
    result = told(*words)
    assert (result.exit_code, result.stderr) == (0, "")
    assert SPELLED in result.stdout
    assert all(map(str.isprintable, re.sub("[\u00a0\u202f]", " ", result.stdout).split("\n")))


@pytest.mark.parametrize("words", COMMANDS)
def test_json_brings_the_text_itself_in_letters_that_command_nothing(told, words):
    shown = told(*words, "--json").stdout
    assert not set(EVIL) - set("red[31m2Jend\n") & set(shown)
    assert any(EVIL in text for text in _texts(json.loads(shown)))


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def test_a_refusal_commands_nothing_either(told, stub):
    stub.answers["GET", "/api/v1/shares"] = 400, {"detail": EVIL}
    assert told("shares", "list").stderr == f"{SPELLED}\n"


def test_a_row_is_written_as_it_is_but_for_what_is_not_seen(capsys):
    say("a\tb \u00a0é", "c\n")
    assert capsys.readouterr().out == "a\tb \u00a0é\ncU+000A\n"


def test_no_command_writes_past_it():
    commands = Path(coordinator.cli.__file__).parent
    writers = [path.name for path in commands.rglob("*.py") if "click.echo(" in path.read_text()]
    assert sorted(writers) == ["printing.py", "saying.py"]
