import sqlite3
from contextlib import closing

import pytest

from coordinator.log.prefix import log_prefix
from coordinator.projecting.comparing import first_difference
from coordinator.projecting.replaying import replay
from coordinator.sealing import SealingKeys
from core.clients.events import ClientNamed
from core.events.envelope import NewEvent
from core.refusals import BadInput, Conflict
from tests.ledgers import create, data_directory, following, office_with_keys


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return data_directory(tmp_path_factory.mktemp("data"), 6, revoked=(2,))


@pytest.fixture
def taken(directory):
    with log_prefix(directory / "log.db") as taken:
        yield taken


def labels(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT key, revoked_at IS NOT NULL FROM keys ORDER BY key").fetchall()


@pytest.mark.parametrize(("until", "keys"), [(1, 0), (3, 2), (7, 6)])
def test_the_tables_are_as_they_were_then(taken, tmp_path, until, keys):
    replayed = replay(taken, tmp_path / "then", until)
    assert labels(tmp_path / "then" / "access.db") == [(key, 0) for key in range(1, keys + 1)]
    assert (replayed.head.position, replayed.recorded_at) == (until, taken.event(until).recorded_at)
    assert replayed.degraded == {}


def test_replayed_to_its_end_a_log_gives_the_live_tables(directory, taken, tmp_path):
    replayed = replay(taken, tmp_path / "now")
    assert replayed.head == taken.head
    live = sorted(path.name for path in (directory / "projections").glob("*.db"))
    assert sorted(path.name for path in (tmp_path / "now").iterdir()) == live
    for name in live:
        with (
            closing(sqlite3.connect(directory / "projections" / name)) as standing,
            closing(sqlite3.connect(tmp_path / "now" / name)) as replayed_file,
        ):
            assert first_difference(standing, replayed_file) is None


def test_each_position_gives_what_the_tables_were_after_that_command(tmp_path):
    office = office_with_keys(tmp_path / "data", 0)
    for number in range(1, 6):
        office.perform(create(f"key {number}"), client=None)
        with log_prefix(office.log.path) as taken:
            replay(taken, tmp_path / str(number), names=["access"])
        with closing(sqlite3.connect(tmp_path / str(number) / "access.db")) as then:
            assert first_difference(office.committer.files["access"].connection, then) is None
    office.close()


def test_only_the_projections_that_were_asked_for_are_made(taken, tmp_path):
    replay(taken, tmp_path / "then", names=["access", "clients"])
    assert sorted(path.name for path in (tmp_path / "then").iterdir()) == ["access.db", "clients.db"]


def test_progress_is_told(taken, tmp_path):
    reports = []
    replay(taken, tmp_path / "then", 5, report=reports.append)
    assert [(progress.stage, progress.done, progress.total) for progress in reports] == [("replay", 5, 5)]


def test_names_are_read_with_the_keys_that_lie_beside_the_log(tmp_path):
    office = office_with_keys(tmp_path / "data", 0)
    with closing(SealingKeys(tmp_path / "data" / "client-keys.db")) as sealing:
        claim = sealing.seal("Ada")
    named = NewEvent("client-1", ClientNamed(client=1, seal=claim.seal, sealed=claim.sealed))
    office.log.append(following(office.log, named), office.log.head())
    office.close()

    def names(where):
        with log_prefix(tmp_path / "data" / "log.db") as taken:
            replay(taken, where, names=["clients"])
        with closing(sqlite3.connect(where / "clients.db")) as connection:
            return connection.execute("SELECT client, name FROM clients").fetchall()

    assert names(tmp_path / "with") == [(1, "Ada")]
    (tmp_path / "data" / "client-keys.db").unlink()
    assert names(tmp_path / "without") == [(1, None)]


@pytest.mark.parametrize("until", [0, -1, 9])
def test_a_position_that_is_not_there_is_refused(taken, tmp_path, until):
    with pytest.raises(BadInput, match=f"There is no event {until}; the log holds events 1 to 8"):
        replay(taken, tmp_path / "then", until)
    assert not (tmp_path / "then").exists()


def test_projections_that_are_not_there_are_refused(taken, tmp_path):
    with pytest.raises(BadInput, match="There are no projections 'gossip'; there are clients, access"):
        replay(taken, tmp_path / "then", names=["gossip"])


def test_nothing_is_written_over(directory, taken, tmp_path):
    (tmp_path / "diary.txt").write_text("Dear diary")
    for output in (tmp_path, directory, directory / "projections"):
        with pytest.raises(Conflict, match="is not empty"):
            replay(taken, output)
