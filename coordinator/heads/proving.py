"""Making proofs from a log and the tree over it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from coordinator.files.scratch import scratch
from coordinator.heads.tree import TREE_FILE, TreeFile
from coordinator.log.checking import Damaged, LogProblem
from coordinator.log.sqlite import SqliteEventLog
from core.events import merkle
from core.events.chain import GENESIS
from core.events.heads import (
    CONSISTENCY_FORMAT,
    PROOF_FORMAT,
    ConsistencyProof,
    InclusionProof,
    SignedHead,
    check_consistency,
    check_inclusion,
)

_AT_ONCE = 2_000
_HASHES = "SELECT hash FROM events WHERE position > ? AND position <= ? ORDER BY position"


def grow(tree: TreeFile, log: SqliteEventLog, upto: int) -> None:
    """Add the hashes of further events to the tree, up to a position.

    Raises:
        Damaged: the log lacks an event.
    """
    while tree.size < upto:
        before = tree.size
        tree.grow(hashes(log, before, min(before + _AT_ONCE, upto)))
        if tree.size == before:
            raise Damaged(LogProblem(before + 1, f"Event {before + 1} is missing."))


def hashes(log: SqliteEventLog, after: int, upto: int) -> Iterator[bytes]:
    """Yield the hashes of events in the order of their positions."""
    for (hashed,) in log.connection.execute(_HASHES, (after, upto)):
        yield hashed


def prove_inclusion(log: SqliteEventLog, tree: TreeFile, position: int, head: SignedHead) -> InclusionProof:
    """Show that an event is in the log under a head.

    Args:
        log: holds the event.
        tree: holds at least the events up to the head.
        position: of the event, not beyond the head.
        head: what the proof leads to.

    Raises:
        NotProved: the tree or the log is not the one that the head was signed for.
    """
    *before, event = log.read(max(position - 2, 0), min(position, 2))
    proof = InclusionProof(
        format=PROOF_FORMAT,
        position=position,
        head=head.position,
        previous=(before[0].hash if before else GENESIS).hex(),
        path=_hexadecimal(merkle.inclusion(position - 1, head.position, tree.node)),
    )
    check_inclusion(event, proof, head)
    return proof


def prove_consistency(tree: TreeFile, first: SignedHead, second: SignedHead) -> ConsistencyProof:
    """Show that the log under one head goes on as the log under a later one.

    Raises:
        NotProved: the tree is not the one that the heads were signed for.
    """
    proof = ConsistencyProof(
        format=CONSISTENCY_FORMAT,
        first=first.position,
        second=second.position,
        path=_hexadecimal(merkle.consistency(first.position, second.position, tree.node)),
    )
    check_consistency(first, proof, second)
    return proof


def fits(tree: TreeFile, head: SignedHead) -> bool:
    """Tell whether a tree holds the events under a head, and leads to its root."""
    return head.position <= tree.size and merkle.root(head.position, tree.node).hex() == head.root


@contextmanager
def fitting_tree(directory: Path, log: SqliteEventLog, head: SignedHead) -> Iterator[TreeFile]:
    """Open the tree of a data directory for reading; where it is not there or does not fit, build one for the moment.

    Args:
        directory: the data directory; nothing in it is changed.
        log: its log.
        head: what is to be proved against.
    """
    path = directory / "projections" / TREE_FILE
    if path.exists():
        with closing(TreeFile(path, read_only=True)) as tree:
            if fits(tree, head):
                yield tree
                return
    with scratch() as place, closing(TreeFile(place / TREE_FILE)) as tree:
        grow(tree, log, head.position)
        yield tree


def _hexadecimal(path: list[bytes]) -> tuple[str, ...]:
    return tuple(digest.hex() for digest in path)
