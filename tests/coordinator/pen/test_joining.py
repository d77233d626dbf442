"""Opening a node's copy of the shared log at its start."""

import asyncio
from contextlib import ExitStack, closing

import pytest
from msgspec import structs

from coordinator.founding import open_log
from coordinator.heads import signing
from coordinator.heads.notary import Notary
from coordinator.heads.signing import KeyUnreadable
from coordinator.log.shared import SharedLog
from coordinator.log.sqlite import NotALog
from coordinator.opening import opened
from coordinator.pen.joining import joined, shared_names
from coordinator.pen.names import SharedNames
from coordinator.pen.pen import Database
from coordinator.sealing import SealingKeys
from tests.ledgers import START, data_directory, following, key_created


@pytest.fixture
def directory(tmp_path):
    directory = tmp_path / "data"
    directory.mkdir()
    return directory


@pytest.fixture
def at(postgres):
    """Return where the log is that nodes share in a database."""
    return lambda database: Database(postgres.address(database), None, "north")


@pytest.fixture
def join():
    """Open copies, which are closed again."""
    with ExitStack() as stack:

        def join(directory, database):
            copy, pen = joined(directory, database)
            stack.callback(copy.close)
            stack.callback(pen.close)
            return copy, pen

        yield join


def visit(directory, database):
    """Open a node and close it, so that the end of its log is signed."""

    async def visit():
        async with opened(directory, database=database) as node:
            return node.log.head()

    return asyncio.run(visit())


def test_an_empty_directory_is_filled_from_the_shared_log(join, directory, tmp_path, at, postgres):
    database = at(postgres.database())
    end = visit(directory, database)
    (tmp_path / "other").mkdir()
    copy, pen = join(tmp_path / "other", database)
    assert copy.head() == end
    assert not pen.held


@pytest.fixture
def among_nodes(at, postgres, tmp_path):
    """Return where the log is for one of two nodes by its name, and an empty directory for it."""
    database = at(postgres.database())

    def of(name, directory=None):
        place = tmp_path / (directory or name)
        place.mkdir(exist_ok=True)
        return place, structs.replace(database, node=name, nodes={"north": "127.0.0.1:1", "south": "127.0.0.1:2"})

    return of


def test_a_further_node_starts_only_with_the_keys_that_nodes_share(join, among_nodes):
    join(*among_nodes("north"))[1].close()
    join(*among_nodes("north"))  # it was cut off before it had made them
    place, database = among_nodes("south")
    for _ in range(2):
        with pytest.raises(
            KeyUnreadable, match=r"has none of the keys that the nodes of this log share; .* --hand-over"
        ):
            join(place, database)
    signing.make(place / signing.FILE)
    join(place, database)


def test_the_first_node_does_not_start_anew_without_the_keys_either(join, among_nodes):
    copy, pen = join(*among_nodes("north"))
    log = SharedLog(copy, pen)
    log.append(following(log, key_created(1)), log.head())
    pen.close()
    with pytest.raises(KeyUnreadable, match="has none of the keys"):
        join(*among_nodes("north", "anew"))


def test_a_copy_can_be_read_while_there_is_no_postgresql(join, directory, at, postgres):
    database = at(postgres.database())
    end = visit(directory, database)
    copy, pen = join(directory, Database("postgresql://tallystick@127.0.0.1:1/log", None, "north"))
    assert copy.head() == end
    assert "PostgreSQL can't be reached" in pen.reason


def test_nothing_starts_without_postgresql_where_there_is_no_copy(directory):
    with pytest.raises(NotALog, match=r"There is nothing to start with: .* PostgreSQL can't be reached"):
        joined(directory, Database("postgresql://tallystick@127.0.0.1:1/log", None, "north"))
    assert list(directory.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://h:99999/log", "'99999' is no port"),
        ("postgresql://h:1,h:x/log", "'x' is no port"),
        ("postgresql://[::1/log", "matching"),
        ("postgresql://u:word@h/log", "holds a password"),
    ],
)
def test_an_address_that_none_can_have_is_refused_before_anything_is_made(tmp_path, address, said):
    with pytest.raises(NotALog, match=said):
        visit(tmp_path / "data", Database(address, None, "north"))
    assert not (tmp_path / "data").exists()


def test_a_log_that_was_never_shared_is_none_because_postgresql_is_not_there(tmp_path):
    alone = data_directory(tmp_path / "alone", 3)
    with pytest.raises(NotALog, match=r"no copy of the shared log so far, and PostgreSQL can't be reached"):
        joined(alone, Database("postgresql://tallystick@127.0.0.1:1/log", None, "north"))
    open_log(alone, START).close()


def test_the_log_of_one_coordinator_is_not_taken_for_a_copy(tmp_path, at, postgres):
    alone = data_directory(tmp_path / "alone", 3)
    with pytest.raises(NotALog, match="the shared log is empty: `tallystick prepare-database --data-dir"):
        joined(alone, at(postgres.database()))


def test_an_empty_database_is_no_new_beginning_for_who_has_signed_a_head(directory, at, postgres):
    visit(directory, at(postgres.database()))
    (directory / "log.db").unlink()
    with pytest.raises(NotALog, match="tells of a log that stood there"):
        joined(directory, at(postgres.database()))


def test_another_log_than_the_one_whose_heads_were_signed_is_refused(join, directory, at, postgres):
    visit(directory, at(postgres.database()))
    (directory / "log.db").unlink()
    other = at(postgres.database())
    (directory / "elsewhere").mkdir()
    visit(directory / "elsewhere", other)
    join(directory, other)
    with pytest.raises(NotALog, match=r"The head at 2 is of the log .*, and this is the log"):
        Notary(directory)


def test_a_copy_does_not_go_on_alone_unless_somebody_wants_it_to(directory, at, postgres):
    end = visit(directory, at(postgres.database()))
    with pytest.raises(NotALog, match="a copy of a log that nodes share"):
        open_log(directory, START)
    (directory / "shared").unlink()
    log = open_log(directory, START)
    assert log.head() == end
    log.close()


def test_who_has_others_gives_them_the_keys_of_names_and_who_has_none_keeps_them(directory, monkeypatch):
    monkeypatch.setattr(SharedNames, "copy", lambda shared, seal, _key: copied.append((seal, dict(shared._others))))
    copied, nodes = [], {"north": "10.0.0.1:1", "south": "10.0.0.2:1"}
    with closing(SealingKeys(directory / "client-keys.db")) as sealing:
        assert shared_names(directory, sealing, Database("", None, "north", {"north": nodes["north"]})) is None
        sealing.seal("ada")
        assert copied == []
        assert shared_names(directory, sealing, Database("", None, "north", nodes)) is not None
        assert copied == []
        claim = sealing.seal("bob")
        assert copied == [(claim.seal, {"south": nodes["south"]})]
