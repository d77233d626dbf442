import resource
import stat
from contextlib import contextmanager

import pytest

from coordinator.files.whole import write_together, written

ROOM = 1_000


@contextmanager
def little_room():
    """Have no file grow beyond so many bytes, as on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def contents(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_files_are_written_together(tmp_path):
    write_together(tmp_path / "a" / "b", {"one": b"1", "two": b"2"})
    write_together(tmp_path / "a" / "b", {"two": b"3"})
    assert contents(tmp_path / "a" / "b") == {"one": b"1", "two": b"3"}


def test_where_one_can_not_be_written_there_is_none_nor_the_directory(tmp_path):
    with little_room(), pytest.raises(OSError, match="File too large"):
        write_together(tmp_path / "a" / "b", {"one": b"1", "two": b"2" * 2 * ROOM})
    assert not list(tmp_path.iterdir())


def test_what_was_there_before_stays(tmp_path):
    write_together(tmp_path, {"one": b"1", "two": b"2"})
    with little_room(), pytest.raises(OSError, match="File too large"):
        write_together(tmp_path, {"one": b"3", "two": b"4" * 2 * ROOM})
    assert contents(tmp_path) == {"one": b"1", "two": b"2"}


def test_a_directory_that_has_the_name_of_one_keeps_all_as_they_were(tmp_path):
    write_together(tmp_path, {"one": b"1", "two": b"2"})
    (tmp_path / "three").mkdir()
    with pytest.raises(IsADirectoryError):
        write_together(tmp_path, {"one": b"4", "two": b"5", "three": b"6"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "three", "two"]
    assert [(tmp_path / name).read_bytes() for name in ("one", "two")] == [b"1", b"2"]


def test_a_directory_that_is_a_file_is_left_alone(tmp_path):
    (tmp_path / "a").write_bytes(b"mine")
    with pytest.raises(OSError, match="File exists"):
        write_together(tmp_path / "a", {"one": b"1"})
    assert contents(tmp_path) == {"a": b"mine"}


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, OSError])
def test_a_file_that_is_not_finished_leaves_what_was_there(tmp_path, interrupt):
    for kept in ("mine", "mine.new", "mine.part"):
        (tmp_path / kept).write_bytes(b"before")

    def begin():
        with written(tmp_path / "mine") as file:
            file.write(b"half")
            raise interrupt

    with pytest.raises(interrupt):
        begin()
    assert contents(tmp_path) == dict.fromkeys(("mine", "mine.new", "mine.part"), b"before")


def test_a_file_that_can_not_be_made_is_named_as_it_was(tmp_path):
    path = tmp_path / "nowhere" / "mine"
    with pytest.raises(FileNotFoundError) as refused, written(path):
        pass
    assert refused.value.filename == str(path)


def test_a_file_has_its_mode_and_its_name_once_it_is_whole(tmp_path):
    with written(tmp_path / "mine", 0o600) as file:
        file.write(b"all")
        assert not (tmp_path / "mine").exists()
    assert contents(tmp_path) == {"mine": b"all"}
    with written(tmp_path / "anybodys"):
        pass
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("mine", "anybodys")]
    (tmp_path / "as the umask has it").touch()
    assert modes == [0o600, stat.S_IMODE((tmp_path / "as the umask has it").stat().st_mode)]
