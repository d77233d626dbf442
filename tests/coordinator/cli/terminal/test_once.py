"""A key, a link or a secret that nobody has seen is told of, with what to do about it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from coordinator.cli.ending import Exit

KEYS, INVITATIONS, SUBSCRIPTIONS = (
    f"/api/v1/{name}" for name in ("admin/keys", "admin/invitations", "admin/subscriptions")
)
KEY = {"id": 3, "key": "ts_x", "roles": ["work"], "user_name": "al"}
OF_THE_KEY = "Key 3 was made, and nobody has seen it: `tallystick keys revoke 3` takes it back.\n"
OF_THE_SECRET = (
    "Nobody has seen the secret that subscription 2 is signed with now: `tallystick webhooks renew 2` makes another.\n"
)
MADE = [
    (("keys", "create", "--roles", "work"), KEYS, KEY, OF_THE_KEY),
    (("keys", "renew", "1"), f"{KEYS}/1/renewal", KEY, OF_THE_KEY),
    (
        ("keys", "invite", "--roles", "work"),
        INVITATIONS,
        {"id": 4, "link": "http://there/join/x", "expires_at": "2999-01-01"},
        "Invitation 4 was made, and nobody has seen its link: make another.\n",
    ),
    (("webhooks", "subscribe", "https://there/"), SUBSCRIPTIONS, {"id": 2, "secret": "s"}, OF_THE_SECRET),
    (("webhooks", "renew", "2"), f"{SUBSCRIPTIONS}/2/secret", {"id": 2, "secret": "s"}, OF_THE_SECRET),
]


def ran(words, **streams):
    command = [sys.executable, "-m", "coordinator.cli", *map(str, words)]
    return subprocess.run(command, text=True, check=False, **streams)


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["read", "json"])
@pytest.mark.parametrize(("command", "address", "answer", "unseen"), MADE, ids=[" ".join(one[0][:2]) for one in MADE])
def test_what_could_not_be_written_is_told_of(stub, command, flags, address, answer, unseen):
    stub.answers["POST", address] = (201, answer)
    with Path("/dev/full").open("wb") as full:
        done = ran((*command, "--coordinator", stub.url, *flags), stdout=full, stderr=subprocess.PIPE)
    *before, said = done.stderr.splitlines(keepends=True)
    assert (done.returncode, len(before)) == (Exit.REFUSED, 0 if flags else 1)
    assert said == f"Standard output can't be written: No space left on device. {unseen}"


def test_so_it_is_where_whoever_would_read_it_has_gone_or_there_is_no_standard_output(tmp_path):
    read, write = os.pipe()
    os.close(read)
    words = ("keys", "create", "--roles", "work", "--data-dir", tmp_path / "ledger")
    with os.fdopen(write, "wb") as nobody:
        gone = ran(words, stdout=nobody, stderr=subprocess.PIPE)
    assert gone.returncode == Exit.UNREAD
    assert gone.stderr.endswith(f"Standard output can't be written: Broken pipe. {OF_THE_KEY.replace('3', '1')}")
    closed = ran(words, stderr=subprocess.PIPE, preexec_fn=lambda: os.close(1))
    assert closed.returncode == Exit.REFUSED
    assert "Key 2 was made, and nobody has seen it" in closed.stderr


def test_it_is_written_where_only_standard_error_has_no_room(stub):
    stub.answers["POST", KEYS] = (201, KEY)
    with Path("/dev/full").open("wb") as full:
        done = ran((*MADE[0][0], "--coordinator", stub.url), stdout=subprocess.PIPE, stderr=full)
    assert done.stdout == "ts_x\n"
