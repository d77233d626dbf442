"""A log that was lost or emptied is not taken for a new one."""

import pytest

from coordinator.founding import open_log
from coordinator.heads.notary import Notary
from coordinator.log.sqlite import NotALog
from coordinator.time.wallclock import now
from tests.ledgers import START, data_directory, spoil


@pytest.fixture
def directory(tmp_path):
    """A data directory with events, projections and a signed head."""
    directory = data_directory(tmp_path / "data", 3)
    Notary(directory).close(START)
    return directory


def contents(directory):
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def remove(directory):
    for name in ("log.db", "log.db-wal", "log.db-shm"):
        (directory / name).unlink(missing_ok=True)


def empty(directory):
    remove(directory)
    (directory / "log.db").touch()


@pytest.mark.parametrize("left", ["heads.ndjson", "projections"])
@pytest.mark.parametrize("lose", [remove, empty])
def test_no_log_beside_what_one_has_left_is_refused_and_nothing_is_touched(directory, lose, left):
    lose(directory)
    if left == "projections":
        (directory / "heads.ndjson").unlink()
    else:
        for path in (directory / "projections").iterdir():
            path.unlink()
    before = contents(directory)
    with pytest.raises(NotALog, match=f"holds no event, and .*{left}.* tells of a log that stood there"):
        open_log(directory, now())
    assert contents(directory) == before


def test_a_log_without_events_beside_what_one_has_left_is_refused(directory):
    spoil(directory, "DELETE FROM events")
    with pytest.raises(NotALog, match="holds no event"):
        open_log(directory, now())


def test_a_log_of_a_newer_format_is_refused_and_nothing_is_touched(directory):
    spoil(directory, "PRAGMA user_version = 2")
    before = contents(directory)
    with pytest.raises(NotALog, match="has log format 2; this version reads formats up to 1"):
        open_log(directory, now())
    assert contents(directory) == before


def test_an_empty_directory_gets_a_new_log(tmp_path):
    log = open_log(tmp_path, now())
    assert log.head().position == 1
    log.close()
