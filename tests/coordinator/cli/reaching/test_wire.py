import ssl

import pytest

from coordinator.cli.ending import Exit
from coordinator.cli.reaching import wire
from coordinator.pen.identity import make
from tests.coordinator.cli.conftest import Stub
from tests.real.servers import tallystick

UNIDENTIFIED = 401, {"detail": "Admin API key required. Provide X-Admin-Key header."}
WAY_IN = "set TALLYSTICK_ADMIN_KEY_FILE=DATA_DIR/admin.key, where DATA_DIR is the coordinator's data directory"


@pytest.fixture
def starting(monkeypatch):
    """A coordinator that has its port, and begins to listen when it is looked for again."""
    stub = Stub(listening=False)
    monkeypatch.setattr(wire.time, "sleep", lambda _: stub.listen())
    yield stub
    stub.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_coordinator_that_is_starting_is_waited_for(run, starting, host):
    starting.answers["GET", "/api/v1/heads"] = 200, {"heads": [], "next": None}
    url = starting.url.replace("127.0.0.1", host)
    done = run("heads", "--coordinator", url)
    assert (done.exit_code, done.stderr) == (Exit.DONE, f"Nobody answers at {url} yet; waiting 15 seconds for it.\n")


def test_the_admin_key_is_read_when_the_coordinator_has_made_it(run, starting, monkeypatch, tmp_path):
    file = tmp_path / "admin.key"
    monkeypatch.setenv("TALLYSTICK_ADMIN_KEY_FILE", str(file))

    def start(_):
        file.write_text("made at the first start\n")
        starting.listen()

    monkeypatch.setattr(wire.time, "sleep", start)
    starting.answers["GET", "/api/v1/admin/keys"] = 200, {"keys": []}
    assert run("keys", "list", "--coordinator", starting.url).exit_code == Exit.DONE
    assert starting.asked[0][3] == "Bearer made at the first start"


def test_nobody_waits_for_ever(run, monkeypatch):
    stub = Stub(listening=False)
    monkeypatch.setattr(wire, "STARTING_SECONDS", 0.2)
    done = run("status", "--coordinator", stub.url)
    stub.close()
    said = done.stderr.splitlines()
    assert done.exit_code == Exit.UNREACHABLE
    assert said[0] == f"Nobody answers at {stub.url} yet; waiting 0 seconds for it."
    assert said[1:] == [
        (
            f"No coordinator answers at {stub.url} (Connection refused); start one with `tallystick serve`, or name another"
            " with --coordinator."
        )
    ]


@pytest.fixture
def signed_by_itself(tmp_path):
    """The address of a coordinator whose certificate nobody else has signed."""
    make(tmp_path / "there.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "there.pem")
    stub = Stub(listening=False)
    stub.server.socket = context.wrap_socket(stub.server.socket, server_side=True)
    stub.listen()
    yield stub.url.replace("http:", "https:")
    stub.close()


def test_a_certificate_that_is_not_trusted_is_not_taken_for_silence(run, signed_by_itself):
    done = run("status", "--coordinator", signed_by_itself)
    assert done.exit_code == Exit.UNREACHABLE
    assert done.stderr == (
        f"The certificate of {signed_by_itself} is not trusted here (self-signed certificate); have SSL_CERT_FILE name a file"
        " that holds it, or that of whoever signed it.\n"
    )


def test_one_on_another_machine_is_not_waited_for(run):
    done = run("status", "--coordinator", "http://nowhere.invalid:8000")
    assert done.exit_code == Exit.UNREACHABLE
    assert done.stderr.startswith("No coordinator answers at http://nowhere.invalid:8000 (")


@pytest.mark.parametrize(
    "command",
    [
        ("keys", "create", "--roles", "work"),
        ("keys", "list"),
        ("keys", "revoke", "1"),
        ("forget", "alice"),
        ("verify",),
        ("replay", "--projection", "all"),
        ("import-legacy", "--composites", "composites.csv"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(("key", "lacking"), [("", "wants the admin key"), ("x", "does not know this admin key")])
def test_whoever_lacks_the_admin_key_is_told_where_it_is(run, stub, monkeypatch, tmp_path, command, key, lacking):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "composites.csv").write_text("id,number,current_composite,digit_length\n1,91,91,2\n")
    monkeypatch.setenv("TALLYSTICK_ADMIN_KEY", key)
    stub.answers.default = UNIDENTIFIED
    done = run(*command, "--coordinator", stub.url)
    assert done.exit_code == Exit.REFUSED
    assert done.stderr.startswith(f"{stub.url} {lacking}; {WAY_IN}")


@pytest.mark.parametrize("command", [("submit", "91"), ("heads",), ("prove", "1")], ids=" ".join)
def test_whoever_lacks_another_key_is_told_who_makes_one(run, stub, command):
    stub.answers.default = 401, {"detail": "A key with the role read is required; send it as X-API-Key."}
    done = run(*command, "--coordinator", stub.url)
    assert (done.exit_code, done.stderr) == (
        Exit.REFUSED,
        (
            "A key with the role read is required; set TALLYSTICK_API_KEY_FILE to a file with a key in it; whoever runs the"
            " coordinator makes one with `tallystick keys create`.\n"
        ),
    )


def test_a_worker_that_lacks_a_key_is_told_how_it_is_given_one(stub, tmp_path):
    stub.answers.default = 401, {"detail": "A key with the role work is required; send it as X-API-Key."}
    options = ("--kinds", "tasks", "--processes", 1, "--spool-dir", tmp_path)
    done = tallystick("work", "--coordinator", stub.url, *options)
    assert done.returncode == Exit.REFUSED
    assert done.stderr.splitlines()[-1] == (
        "A key with the role work is required; name a file that holds one with --api-key-file, or in"
        " TALLYSTICK_API_KEY_FILE. Whoever runs the coordinator makes one with `tallystick keys create --roles work`."
    )
