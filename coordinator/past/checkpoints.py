"""Checkpoints: projections as they were at some moments, kept so that others need only be folded from there.

They stand in the data directory as `checkpoints/POSITION/CONTEXT.db`, and may be deleted at any time. None is believed:
whoever uses one looks whether the log holds its position and hash.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec

from coordinator.projecting.folding import first_newly_withdrawn
from coordinator.projecting.opening import discard, why_foreign
from core.events.log import EventLog
from projections.runtime.file import ProjectionFile
from projections.runtime.projection import Projection

MOST_KEPT = 32
LEAST_INTERVAL = 16_384
_DIGITS = 12


class Checkpoint(msgspec.Struct, frozen=True):
    """Projections files that hold the log up to a position.

    Attributes:
        position: the position.
        path: the directory in which they stand.
    """

    position: int
    path: Path

    @property
    def bytes(self) -> int:
        """How much room the files take."""
        return sum(file.stat().st_size for file in self.path.iterdir())

    def of(self, name: str) -> Path:
        """Return where a context's file stands."""
        return self.path / f"{name}.db"


def checkpoint_at(directory: Path, position: int) -> Checkpoint:
    """Return the checkpoint at a position, whether it is there or not."""
    return Checkpoint(position, directory / "checkpoints" / f"{position:0{_DIGITS}}")


def checkpoints(directory: Path) -> list[Checkpoint]:
    """Return the checkpoints of a data directory, the oldest first."""
    kept = directory / "checkpoints"
    if not kept.is_dir():
        return []
    return [Checkpoint(int(path.name), path) for path in sorted(kept.iterdir()) if path.name.isdecimal()]


def copy_nearest(directory: Path, log: EventLog, projection: Projection, position: int, to: Path) -> None:
    """Copy the nearest file of a context that can be folded on up to a position; nothing when there is none.

    A correction changes what lies before it, so a file that holds an event which it withdraws can't be folded on.
    """
    for kept in reversed(checkpoints(directory)):
        path = kept.of(projection.name)
        if kept.position > position or not path.exists():
            continue
        shutil.copyfile(path, to)
        if why_foreign(to, projection, log) is None and _can_go_on(to, projection, log, position):
            return
        discard(to)


def _can_go_on(path: Path, projection: Projection, log: EventLog, position: int) -> bool:
    file = ProjectionFile(path, projection, durable=False)
    try:
        withdrawn = first_newly_withdrawn(log, file, position)
        return not file.degraded and (withdrawn is None or file.head.position < withdrawn)
    finally:
        file.close()


def thinned(positions: Sequence[int], end: int) -> set[int]:
    """Return which checkpoints to keep: at even distances, the newest always.

    Args:
        positions: of those that there are.
        end: of the log; the distance doubles whenever it has doubled, so that never more than `MOST_KEPT` are kept.
    """
    distance = interval(end)
    kept: dict[int, int] = {}
    for position in sorted(positions, reverse=True):
        kept[position // distance] = position
    return {*kept.values(), max(positions, default=0)}


def interval(end: int) -> int:
    """Return how far apart checkpoints are in a log that ends at a position."""
    distance = LEAST_INTERVAL
    while end // distance >= MOST_KEPT:
        distance *= 2
    return distance
