"""Previews of corrections: what would follow is worked out beside everything else, for whoever comes back to see it."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256

from coordinator.node import Node
from coordinator.operations.correcting import foresee
from coordinator.processes.background import BackgroundJob
from core.wording import plural

_KEPT = 4
"""So many that have ended: one may say of very many commands what becomes of them."""
_PREVIEW = "the preview of a correction"


def preview_of(positions: Sequence[int], *, undo: bool) -> str:
    """Return what the preview of withdrawing some events, or of taking them back in, is called among the background jobs."""
    which = sha256(f"{undo} {positions}".encode()).hexdigest()[:8]
    return f"{_PREVIEW} of {plural(len(positions), 'event')} ({which})"


def previewed(node: Node, positions: Sequence[int], since: int, *, undo: bool) -> BackgroundJob:
    """Return the preview of withdrawing some events, or of taking them back in: begun now, unless it was `since` a time."""
    name = preview_of(positions, undo=undo)
    known = node.background.known.get(name)
    if known is not None and (known.running or known.started_at >= since):
        return known
    node.background.forget(_PREVIEW, _KEPT - 1)
    return node.background.begin(name, partial(foresee, node, *((), positions) if undo else (positions, ())))
