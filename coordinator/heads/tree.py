"""The Merkle tree over a log in a file, so that a root or a proof takes a few reads of 32 bytes.

The file is nothing but hashes: each leaf, then the full subtrees that end with it, smallest first. So it is only ever
appended to, and where a subtree stands follows from its name. It can be deleted, and comes back the same.
"""

import os
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path

from coordinator.files.durable import write_at
from core.events.merkle import Frontier

TREE_FILE = "merkle.tree"
_BYTES = 32


class TreeFile:
    """A tree in a file, by one who lets it grow and any number who read.

    Args:
        path: the file; it is made when it is not there, unless it is only read.
        read_only: open it beside the one who lets it grow.

    Attributes:
        size: how many leaves it has.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._file = os.open(path, os.O_RDONLY if read_only else os.O_RDWR | os.O_CREAT, 0o644)
        self.size = _leaves_in(os.fstat(self._file).st_size // _BYTES)
        self._frontier = Frontier(self.size, self.node)

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of the full subtree of 2^level leaves that begins at leaf index * 2^level."""
        last = index + 1 << level
        return os.pread(self._file, _BYTES, (_nodes_of(last - 1) + level) * _BYTES)

    def grow(self, contents: Iterable[bytes]) -> None:
        """Add leaves; when that fails, none of them is added.

        Raises:
            OSError: the disk is full, or can't be written.
        """
        try:
            added = b"".join(node for content in contents for node in self._frontier.add(content))
            write_at(self._file, added, _nodes_of(self.size) * _BYTES)
        except BaseException:
            self._frontier = Frontier(self.size, self.node)
            raise
        self.size = self._frontier.size

    def cut(self, size: int) -> None:
        """Keep the first leaves only."""
        os.ftruncate(self._file, _nodes_of(size) * _BYTES)
        self.size = size
        self._frontier = Frontier(size, self.node)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _nodes_of(leaves: int) -> int:
    """Return how many full subtrees, leaves among them, the first leaves make up."""
    return 2 * leaves - leaves.bit_count()


def _leaves_in(nodes: int) -> int:
    """Return how many leaves, with all the subtrees that end with them, are in so many nodes."""
    return bisect_right(range(nodes + 1), nodes, key=_nodes_of) - 1
