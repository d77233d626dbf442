"""Commands that only read, on a data directory where nothing can be written: a snapshot, or a disk mounted for reading."""

import getpass
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
    [
        ("verify",),
        ("export", "out.ndjson"),
        ("backup", "copy"),
        ("replay", "--output", "then"),
        ("heads",),
        ("prove", "1"),
        ("keys", "list"),
    ],
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


def written_to(copy, tmp_path, *command, umask=-1):
    """Run a command that writes, as somebody to whom modes of files apply."""
    words = [*_AS_ANYBODY, sys.executable, "-m", "coordinator.cli", *command, "--data-dir", copy]
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False, cwd=tmp_path, umask=umask)


@pytest.mark.parametrize(
    "name",
    ["log.db", "client-keys.db", "heads.ndjson", "projections/factoring.db", "projections/merkle.tree", "residues"],
)
def test_what_may_not_be_written_to_is_named_before_a_coordinator_takes_anything(name, directory, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    (copy / name).chmod(0o555)
    for command in (("serve", "--port", "0"), ("keys", "create", "--roles", "read")):
        done = written_to(copy, tmp_path, *command)
        assert done.returncode == Exit.REFUSED
        said = done.stderr.splitlines()[-1]
        assert said.startswith(
            f"{copy / name} can't be written to by {getpass.getuser()}, who runs this: it is read-only;"
        )


def test_a_part_that_is_mounted_for_reading_only_is_told_from_one_that_a_mode_keeps(directory, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    command = (sys.executable, "-m", "coordinator.cli", "keys", "create", "--roles", "read", "--data-dir", copy)
    done = in_a_namespace(copy / "projections", *command)
    assert done.returncode == Exit.REFUSED
    assert done.stderr.endswith("who runs this: its file system is mounted read-only; mount it for writing.\n")


@pytest.mark.parametrize("name", ["statistics.db", "projections/factoring.new.db", "projections/factoring.damaged.db"])
def test_what_a_coordinator_does_not_write_to_may_be_anybodys(name, directory, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    (copy / name).touch(0o444)
    done = written_to(copy, tmp_path, "keys", "create", "--roles", "read")
    assert done.returncode == Exit.DONE, done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to somebody else")
def test_whose_a_file_is_that_may_not_be_written_to_is_said(directory, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    os.chown(copy / "log.db", 4_000_000_000, -1)
    done = written_to(copy, tmp_path, "serve", "--port", "0")
    assert done.stderr.endswith("who runs this: it belongs to user 4000000000; `chown` gives it back.\n")


def test_when_root_took_a_backup_can_be_read_by_whoever_runs_the_coordinator(directory, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    assert written_to(copy, tmp_path, "backup", "kept", umask=0o077).returncode == Exit.DONE
    assert (copy / "last-backup").stat().st_mode & 0o444 == 0o444
