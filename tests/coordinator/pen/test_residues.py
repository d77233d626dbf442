"""Residue files in the database that nodes share: put in pieces, fetched by another node, removed by the one that writes."""

import asyncio
import hashlib
from contextlib import ExitStack, closing

import pytest

from coordinator.auditing.shared import verify_shared
from coordinator.auditing.verify import verify
from coordinator.log.schema import prepare
from coordinator.log.shared import SHARED
from coordinator.log.sqlite import SqliteEventLog
from coordinator.pen.residues import PIECE_BYTES, SharedResidues
from coordinator.residues.store import ResidueStore
from coordinator.unavailable import Unavailable
from tests.real.bare_nodes import BareNode
from tests.real.postgreses import OWNER, ROLE
from tests.residue_files import keeping, kept

CONTENT = b"residues\n" * (PIECE_BYTES // 4)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(postgres, database, tmp_path):
    """Make the residue files of nodes, by their names."""
    with ExitStack() as stack:

        def make(name):
            directory = tmp_path / name
            directory.mkdir()
            node = BareNode(directory, postgres.address(database), name)
            stack.callback(node.close)
            made = ResidueStore(directory, SharedResidues(node.pen))
            made.node = node
            return made

        yield make


def keep(store):
    with store.fresh() as path:
        path.write_bytes(CONTENT)
        asyncio.run(store.keep_for_all(path, SHA256))


def pieces(postgres, database):
    return postgres.value("SELECT count(*) FROM tallystick.residues", database)


def test_a_file_that_one_node_keeps_is_fetched_by_another(store, postgres, database):
    one, two = store("one"), store("two")
    assert not asyncio.run(two.has(SHA256))
    keep(one)
    keep(one)
    assert pieces(postgres, database) == 3
    assert two.contents() == {SHA256}
    assert not two.path(SHA256).exists()
    assert asyncio.run(two.has(SHA256))
    assert two.path(SHA256).read_bytes() == CONTENT


@pytest.mark.parametrize(
    "change", ["DELETE FROM tallystick.residues", "UPDATE tallystick.residues SET content = 'else'"]
)
def test_a_file_that_is_not_what_its_name_says_is_not_taken(store, postgres, database, change):
    one, two = store("one"), store("two")
    keep(one)
    postgres.value(f"{change} WHERE number = 1", database)
    assert not asyncio.run(two.has(SHA256))
    assert list(two.directory.iterdir()) == []
    assert one.shared.contents() == {SHA256: change.startswith("UPDATE")}


def test_only_the_node_that_took_the_pen_last_removes_a_file(store, postgres, database):
    one, two = store("one"), store("two")
    keep(one)
    one.node.take()
    one.node.pen.give_up("for the other")
    two.node.take()
    assert asyncio.run(one.discard_for_all(SHA256))
    assert pieces(postgres, database) == 3
    assert not asyncio.run(two.discard_for_all(SHA256))
    assert pieces(postgres, database) == 0


def test_a_database_that_is_away_is_said_to_be(tmp_path):
    with closing(BareNode(tmp_path, "postgresql://tallystick@127.0.0.1:1/log", "one")) as node:
        store = ResidueStore(tmp_path, SharedResidues(node.pen))
        for act in (lambda: keep(store), lambda: asyncio.run(store.has("0" * 64)), store.contents):
            with pytest.raises(Unavailable, match="Residue files can't be brought to the shared database just now"):
                act()
        assert asyncio.run(store.discard_for_all(SHA256)), "it is removed here, and is left there"


@pytest.fixture
def office(tmp_path):
    with closing(keeping(tmp_path)) as office:
        yield office


@pytest.fixture
def shared(office, postgres, tmp_path):
    """Bring an office's log with two residue files into a database; return what verifies it."""
    name, (first, second) = postgres.database(), (kept(office, b"one"), kept(office, b"second"))
    with closing(SqliteEventLog(tmp_path / "log.db", read_only=True)) as log:
        prepare(postgres.address(name, OWNER), ROLE, log=log)
    with closing(BareNode(tmp_path, postgres.address(name), "north")) as node:
        for path in (first, second):
            SharedResidues(node.pen).put(path, path.name)

    def found(statement=None):
        if statement:
            postgres.value(statement, name)
        return verify_shared(postgres.address(name), None, tmp_path / "log.db").sentence

    return found


def test_the_database_is_verified_with_its_residue_files(shared):
    assert shared().endswith(" 2 residue files hold what was recorded.")
    changed = shared("UPDATE tallystick.residues SET content = 'three' WHERE content = 'second'")
    assert "Residue file 2: it was changed in the database" in changed
    missing = shared("DELETE FROM tallystick.residues WHERE content = 'one'")
    assert missing.startswith("Residue file 1: it is missing in the database. Residue file 2:")


def test_a_file_that_a_node_has_not_fetched_yet_is_no_fault(office, tmp_path):
    missing, changed = kept(office, b"one"), kept(office, b"second")
    missing.unlink()
    assert f"residues/{missing.name} is missing" in verify(tmp_path).sentence
    (tmp_path / SHARED).touch()
    sentence = "1 residue file holds what was recorded. Not fetched yet from the shared database: 1."
    assert verify(tmp_path).sentence.endswith(sentence)
    changed.write_bytes(b"else")
    assert "was changed" in verify(tmp_path).sentence
