"""Commands that only read, on a data directory where nothing can be written: a snapshot, or a disk mounted for reading."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from coordinator.cli.ending import Exit
from tests.ledgers import data_directory
from tests.real.servers import CoordinatorProcess

_WITHOUT = "-dac_override,-dac_read_search"
_AS_ANYBODY = ("setpriv", "--bounding-set", _WITHOUT, "--inh-caps", _WITHOUT) if os.geteuid() == 0 else ()
_MOUNTED = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'


def in_a_namespace(directory, *command, **options):
    """Run a command for which a directory is mounted for reading only."""
    words = ["unshare", "--map-root-user", "--mount", "sh", "-c", _MOUNTED, directory, *command]
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False, **options)


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """A data directory of a coordinator that was stopped."""
    directory = tmp_path_factory.mktemp("kept") / "data"
    coordinator = CoordinatorProcess(directory).start()
    assert coordinator.stop() == 0
    if shutil.which("unshare") is None or in_a_namespace(directory, "true").returncode:
        pytest.skip("this system lets nobody mount a directory for reading only")
    return directory


def run(directory, here, *words):
    return in_a_namespace(directory, sys.executable, "-m", "coordinator.cli", *words, "--data-dir", directory, cwd=here)


@pytest.mark.parametrize(
    "command",
    [("verify",), ("export", "out.ndjson"), ("backup", "copy"), ("replay", "--output", "then"), ("prove", "1")],
    ids=lambda command: command[0],
)
def test_what_only_reads_goes_on_where_nothing_can_be_written(command, directory, tmp_path):
    done = run(directory, tmp_path, *command)
    assert done.returncode == Exit.DONE, done.stderr


def test_a_log_whose_writer_was_cut_off_says_what_reading_it_takes(directory, tmp_path):
    there, copy = data_directory(tmp_path / "there", 2), tmp_path / "copy"
    copy.mkdir()
    with closing(sqlite3.connect(there / "log.db", isolation_level=None)) as writer:
        writer.execute("PRAGMA user_version = 1")
        for name in ("log.db", "log.db-wal"):
            shutil.copy(there / name, copy / name)
    said = (
        f"{copy}/log.db was not closed by its last writer, and this user may not write beside it, which reading it takes"
        " then; copy it with log.db-wal to where that is so.\n"
    )
    done = run(copy, tmp_path, "verify")
    assert (done.returncode, done.stderr) == (Exit.REFUSED, said)


@pytest.mark.parametrize("name", ["client-keys.db", "log.db-wal", "log.db-shm"])
def test_a_file_that_this_user_may_not_read_is_named(name, directory, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    (copy / name).touch()
    (copy / name).chmod(0)
    for command in (("verify",), ("export", "out.ndjson")):
        words = [*_AS_ANYBODY, sys.executable, "-m", "coordinator.cli", *command, "--data-dir", copy]
        done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (Exit.REFUSED, f"{copy / name} can't be read: Permission denied.\n")


def test_notes_that_a_writer_left_without_its_log_are_not_in_the_way(directory, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    (copy / "log.db-shm").write_bytes(bytes(32_768))
    done = run(copy, tmp_path, "verify")
    assert done.returncode == Exit.DONE, done.stderr
