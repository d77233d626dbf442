"""`users`, `clients` and invitations on the command line: each asks the coordinator for what it says."""

import json

import pytest

from coordinator.cli.ending import Exit

USERS, CLIENTS = "/api/v1/admin/users", "/api/v1/admin/clients"


@pytest.fixture(autouse=True)
def admin_key(monkeypatch):
    monkeypatch.setenv("TALLYSTICK_ADMIN_KEY", "admin")


@pytest.mark.parametrize(
    ("words", "address", "body", "answer", "said"),
    [
        (
            ("users", "rename", "user-3", "alice"),
            f"{USERS}/rename",
            {"user": "user-3", "name": "alice"},
            {"user": "user-3"},
            "user-3 is called alice.\n",
        ),
        (
            ("users", "merge", "al", "alice"),
            f"{USERS}/merge",
            {"user": "al", "into": "alice"},
            {"user": "user-3"},
            "al is alice (user-3).\n",
        ),
        (
            ("users", "part", "al"),
            f"{USERS}/part",
            {"user": "al"},
            {"user": "user-4"},
            "al (user-4) stands for itself.\n",
        ),
        (("users", "forget", "al"), f"{USERS}/forget", {"user": "al"}, {"user": "user-4"}, "user-4 is forgotten.\n"),
        (
            ("clients", "rename", "box", "desk"),
            f"{CLIENTS}/rename",
            {"client": "box", "name": "desk"},
            {"client": "client-5"},
            "box (client-5) is shown as desk.\n",
        ),
        (
            ("clients", "merge", "box", "desk"),
            f"{CLIENTS}/merge",
            {"client": "box", "into": "desk"},
            {"client": "client-5"},
            "The credit of box (client-5) counts as that of desk.\n",
        ),
        (
            ("clients", "part", "box"),
            f"{CLIENTS}/part",
            {"client": "box"},
            {"client": "client-5"},
            "box (client-5) stands for itself.\n",
        ),
        (
            ("clients", "give", "box", "al", "bo"),
            f"{CLIENTS}/give",
            {"client": "box", "users": ["al", "bo"]},
            {"client": "client-5"},
            "The name of box (client-5) belongs to al and bo.\n",
        ),
        (
            ("clients", "give", "box"),
            f"{CLIENTS}/give",
            {"client": "box", "users": []},
            {"client": "client-5"},
            "The name of box (client-5) belongs to the next who uses it.\n",
        ),
    ],
)
def test_a_command_asks_for_what_it_says(run, stub, words, address, body, answer, said):
    stub.answers["POST", address] = (200, answer)
    done = run(*words, "--coordinator", stub.url)
    assert (done.exit_code, done.stdout) == (Exit.DONE, said)
    assert stub.asked[-1] == ("POST", address, body, "Bearer admin")
    assert json.loads(run(*words, "--coordinator", stub.url, "--json").stdout) == answer


def test_users_are_listed_with_their_keys_and_names(run, stub):
    alice = {"user": "user-1", "name": "alice", "merged_into": None, "keys": [1, 3], "clients": ["box"]}
    al = {"user": "user-2", "name": "al", "merged_into": "user-1", "keys": [], "clients": []}
    stub.answers["GET", USERS] = (200, [alice, al])
    assert run("users", "list", "--coordinator", stub.url).stdout.splitlines() == [
        "user    name   keys  clients  merged into",
        "user-1  alice  1,3   box",
        "user-2  al                    user-1",
    ]


def test_a_link_is_printed_and_makes_a_key(run, stub):
    link = f"{stub.url}/join/abc"
    stub.answers["POST", "/api/v1/admin/invitations"] = (201, {"id": 1, "link": link, "expires_at": "2027-01-01"})
    made = {"id": 3, "key": "ts_x", "roles": ["work"], "label": "", "user": "user-3", "user_name": "carol"}
    stub.answers["POST", "/api/v1/invitations/accept"] = (201, made)
    invited = run("keys", "invite", "--roles", "work", "--user", "carol", "--coordinator", stub.url)
    assert invited.stdout == f"{link}\n"
    assert stub.asked[-1][2]["user"] == "carol"
    accepted = run("keys", "accept", link)
    assert (accepted.stdout, "for carol" in accepted.stderr) == ("ts_x\n", True)
    assert stub.asked[-1][1:3] == ("/api/v1/invitations/accept", {"invitation": "abc"})


def test_what_is_no_link_is_refused(run):
    refused = run("keys", "accept", "http://127.0.0.1:1/elsewhere")
    assert (refused.exit_code, "is not an invitation" in refused.stderr) == (Exit.USAGE, True)


def test_keys_are_made_for_a_user_and_renewed_where_the_coordinator_is_stopped(run, tmp_path):
    where = ("--data-dir", tmp_path / "ledger")
    made = run("keys", "create", "--roles", "work", "--user", "alice", "--expires", "2999-01-01", *where, "--json")
    assert json.loads(made.stdout)["expires_at"] == "2999-01-01T00:00:00.000000Z"
    assert run("keys", "renew", "1", *where).exit_code == Exit.DONE
    first, second = json.loads(run("keys", "list", *where, "--json").stdout)["keys"]
    assert (first["user"], first["user_name"], second["user"], second["expires_at"]) == (
        "user-1",
        "alice",
        "user-1",
        None,
    )
    past = run("keys", "create", "--roles", "work", "--expires", "2020-01-01", *where)
    assert past.exit_code == Exit.USAGE
    assert past.stderr.startswith("--expires is 2020-01-01T00:00:00.000000Z, which is past;")


@pytest.mark.parametrize(
    ("command", "address", "field", "option"),
    [
        (("invite", "--roles", "work"), "/api/v1/admin/invitations", "expires_at", "--until"),
        (("invite", "--roles", "work"), "/api/v1/admin/invitations", "key_expires_at", "--expires"),
        (("create", "--roles", "work"), "/api/v1/admin/keys", "expires_at", "--expires"),
        (("renew", "3"), "/api/v1/admin/keys/3/renewal", "expires_at", "--expires"),
    ],
)
def test_a_refusal_names_the_option_that_was_typed(run, stub, command, address, field, option):
    """And not the field as which it was sent."""
    stub.answers["POST", address] = (400, {"detail": f"{field} 'yesterday' is not a time."})
    refused = run("keys", *command, option, "yesterday", "--coordinator", stub.url)
    assert (refused.exit_code, refused.stderr) == (Exit.REFUSED, f"{option} 'yesterday' is not a time.\n")
    assert stub.asked[-1][2][field] == "yesterday"
