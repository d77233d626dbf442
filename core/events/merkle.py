"""The Merkle tree over the hashes of events, as RFC 9162 builds it: short proofs that a log holds an event.

Leaves are numbered from 0, so that leaf p - 1 stands for the event at position p. A leaf is hashed behind a zero byte,
two subtrees behind a one; a tree that is not full is split at the largest power of two below its size. Subtrees of
2^level leaves that begin at a multiple of 2^level never change again: `(level, index)` names the one that begins at
leaf index * 2^level. Every function asks for such subtrees only, and for about log2(size) of them.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

EMPTY = sha256().digest()
"""The root of a tree without leaves."""

Node = Callable[[int, int], bytes]
"""Returns the hash of the full subtree (level, index)."""

_LEAF, _NODE = b"\x00", b"\x01"


class NotProved(Exception):  # noqa: N818 - says what was not done
    """A proof has not as many hashes as one for a tree of this size."""


def leaf_hash(content: bytes) -> bytes:
    """Hash what a leaf stands for (RFC 9162, 2.1.1)."""
    return sha256(_LEAF + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbouring subtrees (RFC 9162, 2.1.1)."""
    return sha256(_NODE + left + right).digest()


def root(size: int, node: Node) -> bytes:
    """Return the root of the tree of the first `size` leaves."""
    return _subtree(0, size, node) if size else EMPTY


def inclusion(leaf: int, size: int, node: Node) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root of the first `size` leaves (RFC 9162, 2.1.3.1)."""
    start, end, path = 0, size, []
    while end - start > 1:
        middle = _middle(start, end)
        if leaf < middle:
            path.append(_subtree(middle, end, node))
            end = middle
        else:
            path.append(_subtree(start, middle, node))
            start = middle
    return path[::-1]


def root_by_inclusion(hashed: bytes, leaf: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a path leads to from a leaf (RFC 9162, 2.1.3.2).

    Args:
        hashed: the leaf's hash.
        leaf: its number, below `size`.
        size: of the tree.
        path: as `inclusion` returns it.

    Raises:
        NotProved: the path has another length than one in such a tree.
    """
    sides = []
    start, end = 0, size
    while end - start > 1:
        middle = _middle(start, end)
        sides.append(leaf < middle)
        start, end = (start, middle) if leaf < middle else (middle, end)
    _require(len(sides), len(path))
    for sibling, on_the_left in zip(path, reversed(sides), strict=True):
        hashed = node_hash(hashed, sibling) if on_the_left else node_hash(sibling, hashed)
    return hashed


def consistency(first: int, second: int, node: Node) -> list[bytes]:
    """Return the hashes which show that the first `second` leaves begin with the first `first` (RFC 9162, 2.1.4.1).

    Args:
        first: size of the smaller tree, at least 1.
        second: size of the larger, at least `first`.
        node: returns full subtrees.
    """
    start, end, path = 0, second, []
    while first < end:
        middle = _middle(start, end)
        if first <= middle:
            path.append(_subtree(middle, end, node))
            end = middle
        else:
            path.append(_subtree(start, middle, node))
            start = middle
    if start:
        path.append(_subtree(start, end, node))
    return path[::-1]


def roots_by_consistency(first: int, second: int, first_root: bytes, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the roots of both trees as a consistency proof gives them (RFC 9162, 2.1.4.2).

    Both trees are what they are said to be when these are their roots.

    Args:
        first: size of the smaller tree, at least 1.
        second: size of the larger, at least `first`.
        first_root: said to be the root of the smaller; where that is a full subtree, the proof builds on it.
        path: as `consistency` returns it.

    Raises:
        NotProved: the path has another length than one between such trees.
    """
    only_new = []
    start, end = 0, second
    while first < end:
        middle = _middle(start, end)
        only_new.append(first <= middle)
        start, end = (start, middle) if first <= middle else (middle, end)
    _require(len(only_new) + bool(start), len(path))
    siblings = list(path)
    old = new = siblings.pop(0) if start else first_root
    for sibling, beyond in zip(siblings, reversed(only_new), strict=True):
        if beyond:
            new = node_hash(new, sibling)
        else:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
    return old, new


class Frontier:
    """The right edge of a growing tree: what is needed of all earlier leaves to add further ones.

    Attributes:
        size: how many leaves there are.
    """

    def __init__(self, size: int = 0, node: Node | None = None) -> None:
        self.size = size
        self._full = [node(level, index) for level, index in _full_subtrees(0, size)] if node else []

    def add(self, content: bytes) -> list[bytes]:
        """Add a leaf; return the hashes of the full subtrees that end with it, smallest first."""
        completed = [sha256(_LEAF + content).digest()]
        size = self.size
        while size & 1:
            completed.append(sha256(_NODE + self._full.pop() + completed[-1]).digest())
            size >>= 1
        self._full.append(completed[-1])
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        if not self.size:
            return EMPTY
        hashed, *others = reversed(self._full)
        for left in others:
            hashed = node_hash(left, hashed)
        return hashed


def _middle(start: int, end: int) -> int:
    """Return where a tree of at least two leaves is split."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _subtree(start: int, end: int, node: Node) -> bytes:
    """Hash the leaves from `start` to before `end`, which begin where a subtree of their size does."""
    *others, last = [node(level, index) for level, index in _full_subtrees(start, end)]
    for left in reversed(others):
        last = node_hash(left, last)
    return last


def _full_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the full subtrees of which one is made up, from the left, the largest first."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _require(due: int, given: int) -> None:
    if due != given:
        raise NotProved(f"The proof has {given} hashes; one in such a tree has {due}.")
