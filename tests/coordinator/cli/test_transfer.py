import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys

import pytest

from coordinator.cli.ending import Exit
from coordinator.cli.transfer import written
from coordinator.log.lock import locked
from coordinator.log.sqlite import SqliteEventLog
from tests.real.launcher import launch
from tests.waiting import PATIENCE_SECONDS, until

_ON_A_SMALL_DISK = 'mount -t tmpfs -o size=8k tmpfs "$0" && "$@"; code=$?; ls -A "$0"; exit $code'


@pytest.fixture
def directory(tmp_path, run):
    """Return a data directory with a few events in its log."""
    directory = tmp_path / "ledger"
    for _ in range(2):
        run("keys", "create", "--roles", "work", "--data-dir", directory)
    return directory


def keys_in(run, directory):
    return json.loads(run("keys", "list", "--data-dir", directory, "--json").stdout)["keys"]


def test_an_exported_log_is_the_same_log_where_it_is_imported(run, directory, tmp_path):
    exported, there = tmp_path / "log.ndjson", tmp_path / "there"
    done = run("export", exported, "--data-dir", directory)
    assert (done.exit_code, done.stdout) == (Exit.DONE, "")
    assert done.stderr.startswith("3 events. Not in the export, and to be kept with it: client-keys.db")
    imported = json.loads(run("import", exported, "--data-dir", there, "--json").stdout)
    last = json.loads(exported.read_text().splitlines()[-1])
    assert (imported["position"], imported["hash"]) == (3, last["hash"])
    assert keys_in(run, there) == keys_in(run, directory)


def test_a_log_can_go_through_standard_output_and_input(run, directory, tmp_path):
    exported = run("export", "--data-dir", directory).stdout
    done = run("import", "-", "--data-dir", tmp_path / "there", input=exported)
    assert done.exit_code == Exit.DONE
    assert done.stdout.startswith("3 events of log ")


def test_a_log_is_imported_only_where_there_is_none(run, directory, tmp_path):
    exported = tmp_path / "log.ndjson"
    run("export", exported, "--data-dir", directory)
    refused = run("import", exported, "--data-dir", directory)
    assert refused.exit_code == Exit.REFUSED
    assert "import into a directory without a log. Nothing was imported." in refused.stderr


def test_a_log_is_not_imported_under_a_coordinator_that_works(run, directory, tmp_path):
    exported, there = tmp_path / "log.ndjson", tmp_path / "there"
    run("export", exported, "--data-dir", directory)
    with locked(there):
        assert run("import", exported, "--data-dir", there).exit_code == Exit.REFUSED


def test_a_damaged_log_is_not_exported_beyond_the_damage(run, directory, tmp_path):
    exported = tmp_path / "log.ndjson"
    connection = sqlite3.connect(directory / "log.db")
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (trigger,) in triggers:
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("UPDATE events SET actor = 'nobody' WHERE position = 2")
    connection.commit()
    connection.close()
    done = run("export", exported, "--data-dir", directory)
    assert done.exit_code == Exit.UNSOUND
    assert list(tmp_path.iterdir()) == [directory]
    assert done.stderr.startswith("Event 2 is not what was recorded")


def test_where_nothing_can_be_written_that_is_said(run, directory, tmp_path):
    done = run("export", tmp_path / "nowhere" / "log.ndjson", "--data-dir", directory)
    assert done.exit_code == Exit.REFUSED
    assert done.stderr.endswith("can't be written: No such file or directory.\n")


def test_a_disk_that_is_full_is_told_and_nothing_of_an_import_is_left_there(run, directory, tmp_path):
    run("export", tmp_path / "log.ndjson", "--data-dir", directory)
    disk = tmp_path / "disk"
    disk.mkdir()
    within = ["unshare", "--map-root-user", "--mount", "sh", "-c", _ON_A_SMALL_DISK, disk]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*within, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("this system lets nobody mount a disk")
    command = [sys.executable, "-m", "coordinator.cli", "import", tmp_path / "log.ndjson", "--data-dir", disk / "data"]
    done = subprocess.run([*within, *command], capture_output=True, text=True, check=False)
    assert done.stderr == f"Nothing was imported to {disk / 'data'}: No space left on device.\n"
    assert (done.returncode, done.stdout) == (Exit.REFUSED, "")


def test_what_is_no_log_is_neither_exported_nor_imported(run, tmp_path):
    nowhere = run("export", "--data-dir", tmp_path / "nowhere")
    assert (nowhere.exit_code, nowhere.stderr) == (
        Exit.REFUSED,
        f"There is no event log at {tmp_path}/nowhere/log.db.\n",
    )
    text = tmp_path / "text"
    text.write_text("once upon a time\n")
    done = run("import", text, "--data-dir", tmp_path / "there")
    assert done.exit_code == Exit.REFUSED
    assert done.stderr.startswith("Line 1: This is not the header of an exported log")
    text.write_bytes(b"")
    nothing = run("import", text, "--data-dir", tmp_path / "there")
    assert "an exported log: it breaks off, or is empty. `tallystick export`" in nothing.stderr
    assert run("import", tmp_path / "missing", "--data-dir", tmp_path / "there").exit_code == Exit.USAGE
    assert not (tmp_path / "there").exists()


def test_a_log_in_which_nothing_was_recorded_yet_is_moved_and_has_nothing_to_replay(run, tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    SqliteEventLog(here / "log.db").close()
    assert run("export", tmp_path / "text", "--data-dir", here).exit_code == 0
    moved = run("import", tmp_path / "text", "--data-dir", tmp_path / "there")
    assert moved.stdout == "0 events. To be put beside: nothing.\n"
    for flags, sentence in (
        ((), "The log holds no event yet, so there is nothing to build tables of.\n"),
        (("--until", "1"), "There is no event 1; the log holds no event yet.\n"),
    ):
        done = run("replay", "--data-dir", tmp_path / "there", "--output", tmp_path / "then", *flags)
        assert (done.exit_code, done.stderr) == (Exit.USAGE, sentence)


def test_two_exports_to_one_file_are_both_whole(tmp_path):
    file = tmp_path / "log.ndjson"
    with written(str(file)) as one:
        one.write(b"as it was at first")
        with written(str(file)) as other:
            other.write(b"later")
        assert file.read_bytes() == b"later"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(file.name, b"as it was at first")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_who_is_told_to_end_leaves_no_parts_behind(run, directory, tmp_path, number):
    exported, there, done = tmp_path / "log.ndjson", tmp_path / "there", tmp_path / "part"
    run("export", exported, "--data-dir", directory)
    os.mkfifo(done)
    with (tmp_path / "said").open("w+") as said:
        process = launch("coordinator.cli", "import", done, "--data-dir", there, stdout=said, stderr=said)
        with done.open("wb") as to:
            to.write(exported.read_bytes()[:-10])
            to.flush()
            until(there.exists)
            process.send_signal(number)
            assert process.wait(PATIENCE_SECONDS) == (Exit.INTERRUPTED if number == signal.SIGINT else 128 + number)
    assert not there.exists()
