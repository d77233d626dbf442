"""Snapshots: projections as they were at some moments, kept so that others need only be folded from there.

They stand in the data directory as `snapshots/POSITION/CONTEXT.db`, and may be deleted at any time. None is believed:
whoever uses one looks whether the log holds its position and hash.
"""

import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from pathlib import Path

import msgspec

from coordinator.log.corrections import Corrections
from coordinator.log.sqlite import UNREADABLE, SqliteEventLog
from coordinator.projecting.damage import is_blameless
from coordinator.projecting.opening import why_foreign
from core.contexts import CONTEXTS
from core.events.log import EventLog
from projections.contexts import projections
from projections.runtime import checkpoint
from projections.runtime.projection import Projection
from projections.runtime.recorded import same_command

KEPT = frozenset(context.name for context in CONTEXTS) - {"clients"}
"""The contexts whose projections are kept; names of clients must be erasable, so nothing that holds them is copied."""
MOST_KEPT = 64
LEAST_INTERVAL = 16_384
CORRECTIONS_KEPT = 8
"""Of so many corrections, the newest, the state just after them is kept, wherever they stand."""
_DIGITS = 12


class Snapshot(msgspec.Struct, frozen=True):
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


def snapshot_at(directory: Path, position: int) -> Snapshot:
    """Return the snapshot at a position, whether it is there or not."""
    return Snapshot(position, directory / "snapshots" / f"{position:0{_DIGITS}}")


def snapshots(directory: Path) -> list[Snapshot]:
    """Return the snapshots of a data directory, the oldest first."""
    kept = directory / "snapshots"
    if not kept.is_dir():
        return []
    return [Snapshot(int(path.name), path) for path in sorted(kept.iterdir()) if path.name.isdecimal()]


def discard_unfit(directory: Path) -> None:
    """Delete the snapshots that this version of the program can't use, or that belong to another log."""
    shutil.rmtree(directory / "checkpoints", ignore_errors=True)  # where earlier versions kept them
    log = SqliteEventLog(directory / "log.db", read_only=True)
    try:
        for kept in snapshots(directory):
            if not all(_is_of(kept.of(projection.name), projection, log) for projection in _kept_projections()):
                shutil.rmtree(kept.path)
    finally:
        log.close()


def _kept_projections() -> list[Projection]:
    return [projection for projection in projections(lambda _seal, _sealed: None) if projection.name in KEPT]


def _is_of(path: Path, projection: Projection, log: EventLog) -> bool:
    """Tell whether a file is there, whole enough to be opened, and of this log's past."""
    try:
        return path.is_file() and why_foreign(path, projection, log) is None
    except UNREADABLE as error:
        if is_blameless(error):
            raise
        return False


def copy_nearest(
    directory: Path,
    log: EventLog,
    projection: Projection,
    position: int,
    corrections: Corrections,
    to: Path,
    looked_at: Mapping[int, Path],
) -> None:
    """Copy the nearest file of a context that can be folded on up to a position; nothing when there is none.

    A correction changes what lies before it, so a file that holds an event which it withdraws can't be folded on.

    Args:
        directory: the data directory.
        log: its log.
        projection: what the file holds.
        position: up to which it is to be folded.
        corrections: that are believed there.
        to: where the copy is to stand.
        looked_at: files of the same context that were folded for somebody to look at, by position.
    """
    files = {kept.position: kept.of(projection.name) for kept in snapshots(directory)}
    files |= {at: path for at, path in looked_at.items() if at <= position and end_of_command(log, at) == at}
    for at in sorted(files, reverse=True):
        if at <= position and _can_go_on(files[at], projection, log, corrections):
            try:
                shutil.copyfile(files[at], to)
            except FileNotFoundError:  # it was deleted meanwhile
                continue
            return


def _can_go_on(path: Path, projection: Projection, log: EventLog, corrections: Corrections) -> bool:
    if not _is_of(path, projection, log):
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            head, corrected = checkpoint.read(connection), checkpoint.corrected(connection)
            degraded = checkpoint.degraded(connection)
    except sqlite3.DatabaseError:  # it was deleted meanwhile, or is damaged
        return False
    first = corrections.first_unheeded(projection.name, corrected)
    return not degraded and (first is None or head.position < first)


def end_of_command(log: EventLog, position: int) -> int:
    """Return the last event of the command that holds a position; the middle of one can't be folded on."""
    (last,) = log.read(position - 1, 1)
    while (following := log.read(last.position, 1)) and same_command(last, following[0]):
        (last,) = following
    return last.position


def unneeded(kept: Sequence[Snapshot], end: int, corrected: AbstractSet[int] = frozenset()) -> list[Snapshot]:
    """Return the snapshots that stand closer to the one before than those of a log of this length should.

    Args:
        kept: those that there are, the oldest first.
        end: of the log.
        corrected: where the first state after a correction stands; from one before that it can't be folded.
    """
    distance = interval(end)
    cells = [one.position // distance for one in kept]
    close = [one for one, cell, before in zip(kept[1:], cells[1:], cells, strict=False) if cell == before]
    return [one for one in close if one.position not in corrected]


def interval(end: int) -> int:
    """Return how far apart snapshots are in a log that ends at a position; they double it before they are too many."""
    distance = LEAST_INTERVAL
    while end // distance >= MOST_KEPT:
        distance *= 2
    return distance
