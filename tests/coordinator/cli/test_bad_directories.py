"""Every command on a data directory that can't be used ends with one sentence and a documented exit code."""

import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
from functools import partial

import pytest

from coordinator.cli.ending import Exit
from tests.ledgers import data_directory
from tests.real.servers import tallystick
from tests.waiting import PATIENCE_SECONDS

KEPT = "kept.ndjson"
COMMANDS = {
    "serve": ("serve", "--port", "0"),
    "keys create": ("keys", "create", "--roles", "work"),
    "keys list": ("keys", "list"),
    "keys revoke": ("keys", "revoke", "1"),
    "forget": ("forget", "alice"),
    "verify": ("verify",),
    "heads": ("heads",),
    "prove": ("prove", "1"),
    "replay": ("replay", "--until", "1"),
    "rebuild": ("replay", "--projection", "all"),
    "export": ("export", "out.ndjson"),
    "import": ("import", KEPT),
    "backup": ("backup", "copy"),
    "import-legacy": ("import-legacy", "--composites", "composites.csv"),
}
NEEDS_NO_LOG = {"serve", "keys create", "import", "import-legacy"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A data directory in which a coordinator has worked."""
    directory = tmp_path_factory.mktemp("kept") / "ledger"
    data_directory(directory, 12)
    return directory


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "composites.csv").write_text("id,number,current_composite,digit_length\n")
    (tmp_path / KEPT).write_text("{}\n")
    return tmp_path


def ended(run, command, *words):
    """Run a command: one that sets up how its process logs, or takes its signals, in a process of its own."""
    if command not in {"serve", "demo"}:
        return run(command, *words)
    done = tallystick(command, *words)
    done.exit_code, done.exception = done.returncode, None
    return done


def ends_with_one_sentence(done, *words):
    said = done.stderr.splitlines()
    assert (done.exit_code, len(said)) == (Exit.REFUSED, 1), (done.exception, done.stdout, done.stderr)
    assert all(word in said[0] for word in words), said
    assert said[0].endswith(".")
    assert ".." not in said[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_in_its_place(run, here, command):
    (here / "ledger").write_text("x")
    ends_with_one_sentence(
        ended(run, *COMMANDS[command], "--data-dir", here / "ledger"), "ledger can't be used", "it is a file"
    )


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - NEEDS_NO_LOG))
def test_one_that_is_not_there(run, here, command):
    ends_with_one_sentence(ended(run, *COMMANDS[command], "--data-dir", here / "ledger"), "ledger")
    assert not (here / "ledger").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_one_below_a_file(run, here, command):
    (here / "file").write_text("x")
    ends_with_one_sentence(ended(run, *COMMANDS[command], "--data-dir", here / "file" / "ledger"), "file/ledger")


@pytest.mark.parametrize("command", COMMANDS)
def test_one_of_a_newer_version(run, here, kept, command):
    shutil.copytree(kept, here / "ledger")
    with sqlite3.connect(here / "ledger" / "log.db") as log:
        log.execute("PRAGMA user_version = 99")
    log.close()
    done = ended(run, *COMMANDS[command], "--data-dir", here / "ledger")
    ends_with_one_sentence(done, "log format 99; this version reads formats up to")


@pytest.mark.parametrize("command", COMMANDS)
def test_one_that_is_no_log(run, here, command):
    (here / "ledger").mkdir()
    (here / "ledger" / "log.db").write_text(
        "This is a diary, not a log, and it is long enough to be told from one. " * 9
    )
    ends_with_one_sentence(ended(run, *COMMANDS[command], "--data-dir", here / "ledger"), "ledger", "log")


@pytest.mark.parametrize(
    "command",
    [("serve", "--port", "0"), ("keys", "revoke", "1"), ("replay", "--until", "9", "--output", "then")],
    ids=" ".join,
)
def test_one_whose_files_can_grow_no_more(here, kept, command):
    shutil.copytree(kept, here / "ledger")
    shutil.rmtree(here / "ledger" / "projections")
    limit = 16 * 1024
    done = subprocess.run(
        [sys.executable, "-m", "coordinator.cli", *command, "--data-dir", "ledger"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit)),
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},  # what it compiles would be cut off, for all that follow
    )
    *logged, sentence = done.stderr.splitlines()
    assert done.returncode == Exit.REFUSED, done.stderr
    assert not [line for line in logged if line.startswith(("Traceback", "  "))]
    assert "can't be" in sentence
    assert not (here / "then").exists()


def served_within(limit, most):
    """Start a coordinator that may have so much of something, and wait until it has ended."""
    return subprocess.run(
        [sys.executable, "-m", "coordinator.cli", "serve", "--port", "0", "--data-dir", "ledger"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
        preexec_fn=partial(resource.setrlimit, limit, (most, most)),
    )


@pytest.mark.parametrize("most", [24, 64])
def test_too_few_descriptors_are_said_before_anything_is_opened(here, most):
    done = served_within(resource.RLIMIT_NOFILE, most)
    assert done.returncode == Exit.REFUSED
    assert done.stderr.splitlines()[-1].startswith(
        f"This process may have {most} files and connections open (ulimit -n)"
    )
    assert not (here / "ledger").exists()


@pytest.mark.parametrize("most", [150, 180, 210, 240])
def test_too_little_memory_ends_a_start_with_a_sentence(here, most):
    done = served_within(resource.RLIMIT_AS, most * 1024 * 1024)
    assert done.returncode == Exit.REFUSED
    # Which it is hangs on where the memory runs out: while something is loaded, or where a thread is to begin.
    assert done.stderr.splitlines()[-1].endswith(
        (
            "give the process more memory, or more threads (ulimit -v, ulimit -u).",
            "There is not enough memory; give the process more of it (ulimit -v says how much it may have).",
        )
    )
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_named_with_the_way_out(run, here):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        done = ended(run, "serve", "--port", port, "--data-dir", here / "ledger")
    ends_with_one_sentence(done, f"Can't listen on 127.0.0.1, port {port}: ", "--host and --port choose another")
    assert not (here / "ledger").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("submit",), "Missing argument 'NUMBER|FILE...'. `tallystick submit --help` says what is accepted.\n"),
        (("sing",), "No such command 'sing'. `tallystick --help` says what is accepted.\n"),
        (("prove", "0"), "Invalid value for 'POSITION': 0 is not in the range 1<=x<=9223372036854775807."),
        (("import", "nowhere"), "Invalid value for 'FILE|-': 'nowhere': No such file or directory. `tallystick import"),
        (("curves", "11e3", "5"), "Got unexpected extra argument (5). `tallystick curves --help` says what is"),
        (
            ("pause",),
            "Missing argument '{everything|kind|project|client}'. Choose from: everything, kind, project, client.",
        ),
        (("replay", "--until"), "Option '--until' requires an argument. `tallystick replay --help` says what"),
    ],
)
def test_a_word_that_is_not_acceptable_gets_one_sentence_too(run, here, words, sentence):
    done = run(*words)
    assert done.exit_code == Exit.USAGE
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("work", "--api-key-file", "nowhere"), "The key file nowhere can't be read: No such file or directory."),
        (("serve", "--config", "nowhere"), "The configuration file nowhere can't be read: No such file or directory."),
        (
            ("serve", "--workers", "1", "--node-name", 128 * "a"),
            f"The name of a worker, node_name and its number, is '{60 * 'a'}…' and has 130 characters; 1 to 128 ",
        ),
        (
            ("serve", "--valkey", "valkey://h?word=1"),
            "valkey is 'valkey://h?word=1'; one of db, username, password in the",
        ),
        (("serve", "--node-name", "a\tb"), "--node-name is 'a\\tb'; a name of up to 253 characters in one line is"),
    ],
)
def test_what_is_named_and_can_not_be_used_is_said_before_anything_is_opened(run, here, words, sentence):
    done = run(*words)
    assert (done.exit_code, len(done.stderr.splitlines())) == (Exit.USAGE, 1)
    assert done.stderr.startswith(sentence)
    assert not (here / "data").exists()


def test_a_demo_on_a_newer_log_ends_as_its_coordinator_does(run, here, kept):
    shutil.copytree(kept, here / "ledger")
    with sqlite3.connect(here / "ledger" / "log.db") as log:
        log.execute("PRAGMA user_version = 99")
    log.close()
    ends_with_one_sentence(ended(run, "demo", "--data-dir", here / "ledger"), "log format 99")
