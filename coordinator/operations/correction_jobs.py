"""Corrections, and previews of them, as background jobs: whoever began one comes back to see how far it is."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256

from coordinator.node import Node
from coordinator.operations.correcting import foresee, withdraw
from coordinator.operations.performing import Ordered
from coordinator.processes.background import BackgroundJob
from core.free_text import check_reason
from core.wording import plural

_KEPT = 4
"""So many that have ended: one may say of very many commands what becomes of them."""
_CORRECTION = "the correction"
_PREVIEW = "the preview of a correction"


def preview_of(positions: Sequence[int], *, undo: bool) -> str:
    """Return what the preview of withdrawing some events, or of taking them back in, is called among the background jobs."""
    return _named(_PREVIEW, positions, undo=undo)


def _named(what: str, positions: Sequence[int], *, undo: bool) -> str:
    which = sha256(f"{undo} {positions}".encode()).hexdigest()[:8]
    return f"{what} of {plural(len(positions), 'event')} ({which})"


def previewed(node: Node, positions: Sequence[int], since: int, *, undo: bool) -> BackgroundJob:
    """Return the preview of withdrawing some events, or of taking them back in: begun now, unless it was `since` a time."""
    name = preview_of(positions, undo=undo)
    known = node.background.known.get(name)
    if known is not None and (known.running or known.started_at >= since):
        return known
    node.background.forget(_PREVIEW, _KEPT - 1)
    return node.background.begin(name, partial(foresee, node, *((), positions) if undo else (positions, ())))


def begin_correction(node: Node, ordered: Ordered, positions: Sequence[int], reason: str, *, undo: bool) -> None:
    """Begin to withdraw some events, or to take them back in, unless that goes on already.

    Raises:
        BadInput: no reason is given.
    """
    check_reason(reason)
    name = _named(_CORRECTION, positions, undo=undo)
    if node.background.going(name):
        return
    node.background.forget(_CORRECTION, _KEPT - 1)
    work = partial(withdraw, node, ordered, positions, reason, reinstate=undo)
    node.background.begin(name, work)


def corrections_begun(node: Node) -> list[BackgroundJob]:
    """Return the corrections that go on, and those that ended last since the coordinator started, the newest first."""
    return [job for name, job in node.background.known.items() if name.startswith(_CORRECTION)][::-1]
