import errno
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from coordinator.cli.ending import Exit, Failure
from tests.ledgers import data_directory


def test_the_help_lists_the_commands_of_every_floor(run):
    result = run("--help")
    assert result.exit_code == Exit.DONE
    for command in ("serve", "work", "submit", "status", "tlevel", "curves", "keys", "demo"):
        assert f" {command} " in result.stdout


def test_a_command_that_there_is_not_is_refused(run):
    assert run("sing").exit_code == Exit.USAGE


def test_the_module_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "coordinator.cli", "tlevel", "1@1e3"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "t4.043\n"


@pytest.mark.parametrize(("encoding", "space"), [("utf-8", "\u202f"), ("latin-1", " ")])
def test_what_a_terminal_has_no_sign_for_is_written_plainly(tmp_path, encoding, space):
    """Among the bytes of a file's name that are no text, which stay as they are."""
    curve = "Using B1=2000, B2=147396, polynomial x^1, sigma=1:{}\nStep 1 took 1ms\nStep 2 took 1ms\n"
    name = os.fsencode(tmp_path) + b"/caf\xe9.log"
    Path(os.fsdecode(name)).write_text("".join(map(curve.format, range(10, 1_244))))
    done = subprocess.run(
        [sys.executable, "-m", "coordinator.cli", "report", "2^257-1", name, "--preview"],
        env={**os.environ, "PYTHONIOENCODING": f"{encoding}:surrogateescape"},
        capture_output=True,
        check=True,
    )
    said, wanted = done.stdout, f"1{space}234".encode(encoding)
    assert wanted in said
    assert b"caf\xe9.log: " in said


@pytest.mark.parametrize(
    ("raised", "exit_code", "sentence"),
    [
        (Failure(Exit.UNSOUND, "So it is."), Exit.UNSOUND, "So it is.\n"),
        (
            Failure(Exit.REFUSED, "Its last words:", ["a", "b\x1b[2J"]),
            Exit.REFUSED,
            "Its last words:\na\nbU+001B[2J\n",
        ),
        (
            OSError(errno.ENOSPC, "No space left", "a/b"),
            Exit.REFUSED,
            "a/b can't be used: No space left on device; make room there and try again, nothing that was recorded is lost.\n",
        ),
        (OSError("It can't be used."), Exit.REFUSED, "It can't be used.\n"),
        (KeyboardInterrupt(), Exit.INTERRUPTED, "Interrupted.\n"),
    ],
)
def test_how_a_command_ends_shows_in_its_exit_code(run, monkeypatch, raised, exit_code, sentence):
    def end(*_):
        raise raised

    monkeypatch.setattr("coordinator.cli.mathematics.expected_curves_table", end)
    result = run("curves", "1e6")
    assert (result.exit_code, result.stderr) == (exit_code, sentence)


@pytest.mark.parametrize("command", [("curves", "1e6"), ("export",), ("verify", "--log-only")], ids=" ".join)
def test_who_reads_no_further_is_no_sign_of_anything_amiss(command, tmp_path):
    data_directory(tmp_path / "data", 2000)
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nobody:
        words = [sys.executable, "-m", "coordinator.cli", *command]
        done = subprocess.run(words, stdout=nobody, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr) == (Exit.UNREAD, "")


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("command", [("curves", "1e6"), ("export",), ("--help",)], ids=" ".join)
def test_output_for_which_there_is_no_room_ends_with_a_sentence(command, unbuffered, tmp_path):
    data_directory(tmp_path / "data", 2)
    words = [sys.executable, "-m", "coordinator.cli", *command]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            words, stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment, check=False
        )
    said = "Standard output can't be written: No space left on device.\n"
    assert (done.returncode, done.stderr) == (Exit.REFUSED, said)


def test_where_nothing_can_be_said_the_exit_code_tells():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([sys.executable, "-m", "coordinator.cli", "sing"], stderr=full, check=False)
    assert done.returncode == Exit.USAGE


def test_a_compiled_file_that_a_full_disk_has_cut_off_is_named(tmp_path):
    """Until it is removed no start succeeds, also when there is room again."""
    prefix = {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-m", "coordinator.cli", "curves", "1e6"]

    def run_again():
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **prefix}, check=False)

    assert run_again().returncode == Exit.DONE
    (compiled,) = tmp_path.rglob("coordinator/cli/mathematics.*.pyc")
    compiled.write_bytes(compiled.read_bytes()[:1000])
    done = run_again()
    assert (done.returncode, done.stdout) == (Exit.REFUSED, "")
    assert done.stderr == f"{compiled} is cut off, as a full disk leaves it. Remove it: Python makes it anew.\n"
    compiled.unlink()
    assert run_again().returncode == Exit.DONE


def test_a_demo_that_finds_its_port_taken_leaves_nothing_behind(run):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        result = run("demo", "--port", str(port))
    assert (result.exit_code, result.stdout) == (Exit.USAGE, "")
    assert result.stderr.startswith(f"Port {port} is taken")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("tallystick ser", "plain,serve"),
        ("tallystick serve --wo", "plain,--workers"),
        ("tallystick keys l", "plain,list"),
    ],
)
def test_a_shell_completes_commands_and_options(words, offered):
    asked = {"_TALLYSTICK_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = subprocess.run(
        [Path(sys.executable).with_name("tallystick")],
        capture_output=True,
        text=True,
        env={**os.environ, **asked},
        check=True,
    )
    assert offered in done.stdout.splitlines()


def test_who_is_interrupted_while_the_program_is_loaded_is_shown_no_traceback(tmp_path):
    (tmp_path / "rich_click.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    places = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    done = subprocess.run(
        [sys.executable, "-m", "tallystick", "status"],
        env=os.environ | places,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")
