"""The tree of RFC 9162: known roots, the RFC's own example, and what must hold for every tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import merkle
from core.events.merkle import EMPTY, Frontier, NotProved, leaf_hash, node_hash

# The leaves and roots with which implementations of Certificate Transparency are tested.
LEAVES = tuple(
    bytes.fromhex(leaf)
    for leaf in (*("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"),)
)
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def tree(leaves):
    """Return what gives the full subtrees of a tree."""

    def node(level, index):
        if not level:
            return leaf_hash(leaves[index])
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


def by_definition(leaves):
    """Compute a root as RFC 9162 defines it, by recursion over lists."""
    if len(leaves) < 2:
        return leaf_hash(leaves[0]) if leaves else EMPTY
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_known_ones(size):
    grown = Frontier()
    for leaf in LEAVES[:size]:
        grown.add(leaf)
    assert merkle.root(size, tree(LEAVES)).hex() == ROOTS[size] == grown.root().hex()


def test_proofs_are_those_of_the_example_in_the_rfc():
    a, b, c, d, e, f, j = map(leaf_hash, LEAVES[:7])
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, l = node_hash(g, h), node_hash(i, j)  # noqa: E741 - named as in section 2.1.5
    node = tree(LEAVES)
    assert merkle.inclusion(0, 7, node) == [b, h, l]
    assert merkle.inclusion(3, 7, node) == [c, g, l]
    assert merkle.inclusion(4, 7, node) == [f, j, k]
    assert merkle.inclusion(6, 7, node) == [i, k]
    assert merkle.consistency(3, 7, node) == [c, d, g, l]
    assert merkle.consistency(4, 7, node) == [l]
    assert merkle.consistency(6, 7, node) == [i, j, k]


contents = st.lists(st.binary(max_size=4), min_size=1, max_size=70)


@given(contents, st.data())
def test_every_leaf_is_proved_by_at_most_as_many_hashes_as_the_tree_is_high(leaves, data):
    size = len(leaves)
    leaf = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion(leaf, size, tree(leaves))
    assert len(path) <= (size - 1).bit_length()
    assert merkle.root_by_inclusion(leaf_hash(leaves[leaf]), leaf, size, path) == by_definition(leaves)


@given(contents, st.data())
def test_a_proof_of_another_leaf_at_another_place_or_with_another_hash_leads_elsewhere(leaves, data):
    size = len(leaves)
    leaf = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion(leaf, size, tree(leaves))
    root, hashed = by_definition(leaves), leaf_hash(leaves[leaf])
    assert merkle.root_by_inclusion(leaf_hash(leaves[leaf] + b"x"), leaf, size, path) != root
    if path:
        spoilt = data.draw(st.integers(0, len(path) - 1))
        bit = data.draw(st.integers(0, 255))
        forged = (int.from_bytes(path[spoilt], "big") ^ 1 << bit).to_bytes(32, "big")
        assert merkle.root_by_inclusion(hashed, leaf, size, [*path[:spoilt], forged, *path[spoilt + 1 :]]) != root
        with pytest.raises(NotProved, match=f"has {len(path) - 1} hashes; one in such a tree has {len(path)}"):
            merkle.root_by_inclusion(hashed, leaf, size, path[1:])


@given(contents, st.data())
def test_a_smaller_tree_is_proved_to_be_the_beginning_of_a_larger(leaves, data):
    second = len(leaves)
    first = data.draw(st.integers(1, second))
    path = merkle.consistency(first, second, tree(leaves))
    roots = by_definition(leaves[:first]), by_definition(leaves)
    assert merkle.roots_by_consistency(first, second, roots[0], path) == roots
    changed = [*leaves]
    changed[data.draw(st.integers(0, first - 1))] += b"x"
    other = by_definition(changed[:first])
    assert merkle.roots_by_consistency(first, second, other, path) != (other, roots[1])
    with pytest.raises(NotProved):
        merkle.roots_by_consistency(first, second, roots[0], [*path, EMPTY])


@given(contents, st.data())
def test_a_tree_grows_from_any_size_to_the_same_root_and_tells_every_full_subtree_once(leaves, data):
    begun = data.draw(st.integers(0, len(leaves)))
    node = tree(leaves)
    grown = Frontier(begun, node)
    for leaf in range(begun, len(leaves)):
        completed = grown.add(leaves[leaf])
        assert completed == [node(level, leaf >> level) for level in range(len(completed))]
        assert len(completed) == (leaf + 1 & -(leaf + 1)).bit_length()
    assert (grown.size, grown.root()) == (len(leaves), by_definition(leaves))
