"""Whoever is killed removes nothing; the next does, and only that."""

import errno
import fcntl
import os
import signal
import tempfile
from pathlib import Path

import pytest

from coordinator.files.held import held_directory
from coordinator.files.whole import write_together, write_whole, written


def killed_at(work):
    """Have a process killed in the middle of some work."""
    child = os.fork()
    if child == 0:
        with work:
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def write_in_one_go(path):
    write_together(path.parent, {path.name: b"all"})


@pytest.mark.parametrize("write", [lambda path: write_whole(path, b"all"), write_in_one_go])
def test_what_a_killed_one_left_of_a_file_is_removed_by_the_next_of_that_name(tmp_path, write):
    killed_at(written(tmp_path / "log.ndjson"))
    killed_at(written(tmp_path / "log.ndjson.1"))
    ((left,), (other,)) = (list(tmp_path.glob(f"log.ndjson{of}.????????.part")) for of in ("", ".1"))
    for kept in ("log.ndjson.part", "log.ndjson.0123456.part", "log.ndjson.0123456z.part"):
        (tmp_path / kept).touch()
    before = {*names(tmp_path)} - {left.name}
    with written(tmp_path / "log.ndjson") as held:
        write(tmp_path / "log.ndjson")
        assert Path(held.name).exists()
    assert {*names(tmp_path)} == before | {"log.ndjson"}
    assert other.exists()


def test_what_a_killed_one_left_of_a_directory_is_removed_by_the_next_of_its_kind(tmp_path):
    for kind in (".a.", ".a.b."):
        killed_at(held_directory(tmp_path, kind, ".part"))
    with held_directory(tmp_path, ".a.", ".part") as first, held_directory(tmp_path, ".a.", ".part") as second:
        (first / "a").mkdir()
        assert len({first.name, second.name} & {*names(tmp_path)}) == 2
        assert len(names(tmp_path)) == 3
    assert [name[:5] for name in names(tmp_path)] == [".a.b."]


def test_what_another_user_left_stays(tmp_path, monkeypatch):
    killed_at(written(tmp_path / "mine"))
    (left,) = names(tmp_path)
    mine = os.geteuid()
    with monkeypatch.context() as patched:
        patched.setattr(os, "geteuid", lambda: mine + 1)
        write_whole(tmp_path / "mine", b"all")
    assert names(tmp_path) == ["mine", left]


def directory_in(tmp_path):
    with held_directory(tmp_path, "a", "b") as made:
        (made / "mine").write_bytes(b"all")
        assert names(tmp_path) == [made.name]


def file_in(tmp_path):
    write_whole(tmp_path / "mine", b"all")
    assert names(tmp_path) == ["mine"]


@pytest.mark.parametrize("make", [directory_in, file_in])
def test_what_was_taken_for_left_over_before_it_was_locked_is_begun_again(tmp_path, monkeypatch, make):
    lock, seen = fcntl.flock, []

    def late(file, how):
        seen.append(file.name)
        if len(seen) == 1:
            own = Path(file.name)
            own.unlink()
            if own.parent != tmp_path:
                own.parent.rmdir()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    make(tmp_path)
    assert len(seen) == 2


def test_a_directory_that_was_not_locked_yet_when_its_maker_was_killed_is_removed(tmp_path, monkeypatch):
    make = tempfile.mkdtemp

    def killed(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)

    def made_and_killed(*arguments, **options):
        make(*arguments, **options)
        killed()

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for module, name, dying in ((fcntl, "flock", killed), (tempfile, "mkdtemp", made_and_killed)):
        child = os.fork()
        if child == 0:
            setattr(module, name, dying)
            directory_in(tmp_path)
        os.waitpid(child, 0)
        assert len(names(tmp_path)) == 1
        directory_in(tmp_path)
        assert names(tmp_path) == []


def test_where_there_are_no_locks_all_is_written_and_nothing_removed(tmp_path, monkeypatch):
    def no_locks(_file, _how):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with held_directory(tmp_path, "a", "b") as directory, written(directory / "mine") as held:
        held.write(b"one")
        with held_directory(tmp_path, "a", "b"):
            write_whole(directory / "mine", b"other")
        assert (directory / "mine").read_bytes() == b"other"
        held.flush()
        assert Path(held.name).exists()
    assert names(tmp_path) == []
