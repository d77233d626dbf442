from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.heads.tree import TreeFile
from core.events import merkle
from core.events.merkle import Frontier


def contents(count):
    return [sha256(b"%d" % number).digest() for number in range(count)]


def grown(count):
    frontier = Frontier()
    for content in contents(count):
        frontier.add(content)
    return frontier.root()


@given(st.lists(st.integers(0, 40), max_size=4), st.data())
def test_a_file_that_grows_piece_by_piece_over_restarts_gives_every_root(tmp_path_factory, pieces, data):
    path = tmp_path_factory.mktemp("tree") / "merkle.tree"
    for size in sorted(pieces):
        tree = TreeFile(path)
        tree.grow(contents(size)[tree.size :])
        tree.close()
    size = max(pieces, default=0)
    tree = TreeFile(path, read_only=size > 0)
    assert tree.size == size
    smaller = data.draw(st.integers(0, size))
    assert merkle.root(smaller, tree.node) == grown(smaller)
    tree.close()


@pytest.mark.parametrize("missing", [1, 31, 32, 33, 200])
def test_a_file_that_was_cut_short_goes_on_where_its_last_whole_leaf_ends(tmp_path, missing):
    path = tmp_path / "merkle.tree"
    tree = TreeFile(path)
    tree.grow(contents(21))
    tree.close()
    path.write_bytes(path.read_bytes()[:-missing])
    tree = TreeFile(path)
    assert 10 < tree.size < 21
    tree.grow(contents(21)[tree.size :])
    assert merkle.root(21, tree.node) == grown(21)
    tree.close()


def test_a_file_that_is_cut_holds_the_first_leaves(tmp_path):
    tree = TreeFile(tmp_path / "merkle.tree")
    tree.grow(contents(20))
    tree.cut(13)
    assert (tree.size, merkle.root(13, tree.node)) == (13, grown(13))
    tree.grow(contents(16)[13:])
    assert merkle.root(16, tree.node) == grown(16)
    tree.close()


def test_leaves_that_can_not_be_read_to_their_end_are_not_added(tmp_path):
    def some():
        yield from contents(5)
        raise OSError("the disk has gone")

    tree = TreeFile(tmp_path / "merkle.tree")
    tree.grow(contents(3))
    with pytest.raises(OSError, match="the disk has gone"):
        tree.grow(some())
    assert tree.size == 3
    tree.grow(contents(6)[3:])
    assert merkle.root(6, tree.node) == grown(6)
    tree.close()
