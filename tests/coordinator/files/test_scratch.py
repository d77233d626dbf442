"""Where there is no room for what is worked out, that is said, with the place."""

import errno
import os
import signal
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from coordinator.auditing import verify as verifying
from coordinator.auditing.verify import verify, verify_export
from coordinator.files.scratch import NoRoom, place, scratch
from coordinator.processes.child import Child, ChildFailed
from coordinator.projecting import refolding
from coordinator.projecting.building import NotBuilt
from projections.runtime.file import ProjectionFile
from tests.ledgers import data_directory


@pytest.fixture
def directory(tmp_path, monkeypatch):
    """A data directory; what is worked out for a while lies beside it."""
    (tmp_path / "small").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "small"))
    return data_directory(tmp_path / "data", 5)


def filled():
    """Meet a full disk as SQLite does."""
    with closing(sqlite3.connect("")) as connection:
        connection.execute("PRAGMA max_page_count = 1")
        connection.execute("CREATE TABLE numbers (number)")


def without_room():
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("meet", [filled, without_room])
def test_no_room_is_said_of_the_place(directory, meet):
    with pytest.raises(NoRoom, match=r"no room left in .*/small, .*TMPDIR"), scratch():
        meet()
    assert not list((directory.parent / "small").iterdir())


def test_what_somebody_left_who_was_killed_is_removed_by_the_next_and_what_is_held_is_not(directory):
    said, says = os.pipe()
    child = os.fork()
    if child == 0:
        with place("office") as left:
            (left / "socket").touch()
            os.write(says, bytes(left))
            os.kill(os.getpid(), signal.SIGKILL)
    left = Path(os.read(said, 1_000).decode())
    os.waitpid(child, 0)
    foreign = left.with_name("tallystick-office-foreign")
    foreign.mkdir()  # by its name none of ours
    assert (left / "socket").exists()
    with place("office") as first, place("office") as second, place("scratch"):
        assert not left.exists()
        assert first.exists()
        assert second.exists()
        assert foreign.exists()
    assert list((directory.parent / "small").iterdir()) == [foreign]
    os.close(said)
    os.close(says)


def test_anything_else_stays_what_it_is(directory):
    with (
        pytest.raises(sqlite3.OperationalError, match="no such table"),
        scratch(),
        closing(sqlite3.connect("")) as empty,
    ):
        empty.execute("SELECT * FROM numbers")


def test_tables_for_which_there_is_no_room_are_not_called_others_than_the_log_says(directory, monkeypatch):
    class Cramped(ProjectionFile):
        """Has room for what was folded, and for nothing more."""

        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            filled()

    monkeypatch.setattr(refolding, "ProjectionFile", Cramped)
    with pytest.raises(NoRoom, match="/small"):
        verify(directory)


def test_a_log_that_can_not_be_folded_for_want_of_room_is_so_called_with_the_place(directory, monkeypatch):
    monkeypatch.setattr(Child, "follow", lambda *_: _failed("No space left on device"))
    with pytest.raises(
        NotBuilt, match=r"^The projections could not be built: No space left on device\. This was done in .*/small;"
    ):
        verify(directory)


def _failed(reason):
    raise ChildFailed(reason)


def test_an_export_for_which_there_is_no_room_is_not_called_damaged(directory, monkeypatch):
    monkeypatch.setattr(verifying, "import_log", lambda *_: filled())
    with pytest.raises(NoRoom, match="/small"):
        verify_export(None)
