import multiprocessing
import os
import re
import signal

import pytest

from coordinator.log.lock import DirectoryInUse, filled, locked
from tests.waiting import PATIENCE_SECONDS


def hold(directory, ready):
    """Hold a directory until killed."""
    with locked(directory):
        ready.set()
        signal.pause()


def test_a_second_coordinator_is_turned_away_with_a_sentence(tmp_path):
    with locked(tmp_path):
        sentence = (
            f"The data directory {tmp_path} is in use by another coordinator (process {os.getpid()});"
            " stop it first, or choose another."
        )
        with pytest.raises(DirectoryInUse, match=re.escape(sentence)), locked(tmp_path):
            pass


def test_the_lock_can_not_be_deleted_apart_from_the_data(tmp_path):
    with locked(tmp_path):
        (tmp_path / "lock").unlink()
        for _ in range(2):
            with pytest.raises(DirectoryInUse, match="is in use by another coordinator"), locked(tmp_path):
                pass
    with locked(tmp_path):
        pass


def test_a_directory_that_was_let_go_of_can_be_taken(tmp_path):
    for _ in range(2):
        with locked(tmp_path / "data"):
            assert (tmp_path / "data" / "lock").read_text() == str(os.getpid())


def test_a_coordinator_that_was_killed_holds_nothing(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    other = context.Process(target=hold, args=(tmp_path, ready))
    other.start()
    assert ready.wait(PATIENCE_SECONDS)
    with pytest.raises(DirectoryInUse, match=f"process {other.pid}"), locked(tmp_path):
        pass
    other.kill()
    other.join()
    with locked(tmp_path):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def interrupt_filling(directory):
    with filled(directory):
        assert (directory / "lock").exists()
        raise KeyboardInterrupt


def test_a_directory_that_could_not_be_filled_is_left_as_it_was_found(tmp_path):
    for directory in (tmp_path / "a" / "b", tmp_path / "there", tmp_path / "used"):
        if directory.name != "b":
            directory.mkdir()
        if directory.name == "used":
            with locked(directory):
                pass
        with pytest.raises(KeyboardInterrupt):
            interrupt_filling(directory)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == [
        "there",
        "used",
        "used/lock",
    ]
    with filled(tmp_path / "a"):
        pass
    assert (tmp_path / "a" / "lock").exists()


def test_who_may_not_fill_a_directory_leaves_the_lock_to_who_holds_it(tmp_path):
    with locked(tmp_path):
        with pytest.raises(DirectoryInUse), filled(tmp_path):
            pass
        assert (tmp_path / "lock").exists()
