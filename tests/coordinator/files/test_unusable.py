"""What stands in the way when files can't be used, in a sentence."""

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from coordinator.files.unusable import is_about_room, sentence_of
from coordinator.unavailable import Unavailable

HERE = Path("ledger")
NO_ROOM = "No space left on device; make room there and try again, nothing that was recorded is lost."


def met(database, statement):
    """Return what SQLite raises."""
    with pytest.raises(sqlite3.Error) as raised:
        database.execute(statement)
    database.close()
    return raised.value


@pytest.fixture
def full(tmp_path):
    """What SQLite raises when there is no room."""
    database = sqlite3.connect(tmp_path / "full.db")
    database.execute("PRAGMA max_page_count = 1")
    return met(database, "CREATE TABLE t (x)")


@pytest.fixture
def read_only(tmp_path):
    """What SQLite raises where nothing may be written."""
    sqlite3.connect(tmp_path / "kept.db").close()
    return met(sqlite3.connect(f"{(tmp_path / 'kept.db').as_uri()}?mode=ro", uri=True), "CREATE TABLE t (x)")


def test_a_full_disk_is_told_with_what_to_do(full):
    assert is_about_room(full)
    assert sentence_of(full, HERE) == f"What lies in ledger can't be used: {NO_ROOM}"
    system = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "ledger/signing.key")
    assert sentence_of(system, HERE) == f"ledger/signing.key can't be used: {NO_ROOM}"


def test_what_may_not_be_written_is_told_so(read_only):
    assert not is_about_room(read_only)
    assert sentence_of(read_only, HERE).startswith("What lies in ledger can't be used: this user may not write there, ")
    system = PermissionError(errno.EACCES, os.strerror(errno.EACCES), "ledger/signing.key")
    assert not is_about_room(system)
    assert sentence_of(system, None) == "ledger/signing.key can't be used: Permission denied."


def test_what_can_not_be_written_is_told_in_the_same_words_whoever_noticed_it(full):
    told = "Nothing can be written just now (No space left on device); nothing was recorded, try again later."
    for error in (full, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))):
        assert str(Unavailable.because(error)) == told


def test_a_sentence_of_ours_stays_what_it_is():
    assert sentence_of(OSError("So it is."), HERE) == "So it is."
