"""Snapshots: projections as they were at some moments, kept so that others need only be folded from there.

They stand in the data directory as `snapshots/POSITION/CONTEXT.db.zst`, and may be deleted at any time. None is believed:
whoever uses one looks whether the log holds its position and hash. One that is damaged is set aside, and made again.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

import msgspec

from coordinator.log.corrections import Corrections
from coordinator.past.packing import PACKED, Mark, Spoilt, copy_whole, mark_of
from core.contexts import CONTEXTS
from core.events.chain import Head
from core.events.log import EventLog, holds
from projections.contexts import projections
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
        """Return where a context's file stands; earlier versions did not pack them."""
        plain = self.path / f"{name}.db"
        return plain if plain.exists() else plain.with_suffix(f".db{PACKED}")


class Damage(msgspec.Struct, frozen=True):
    """A fault in the file that a snapshot has of a context.

    Attributes:
        position: of the snapshot.
        name: of the context.
        reason: what is wrong with it.
    """

    position: int
    name: str
    reason: str


def snapshot_at(directory: Path, position: int) -> Snapshot:
    """Return the snapshot at a position, whether it is there or not."""
    return Snapshot(position, directory / "snapshots" / f"{position:0{_DIGITS}}")


def snapshots(directory: Path) -> list[Snapshot]:
    """Return the snapshots of a data directory, the oldest first."""
    kept = directory / "snapshots"
    if not kept.is_dir():
        return []
    return [Snapshot(int(path.name), path) for path in sorted(kept.iterdir()) if path.name.isdecimal()]


def kept_projections() -> list[Projection]:
    """Return the projections that are kept; none of them reads clients' names."""
    return [projection for projection in projections(lambda _seal, _sealed: None) if projection.name in KEPT]


def fits(mark: Mark, projection: Projection, log: EventLog) -> bool:
    """Tell whether a file with such a mark is of this log's past, as this version of the program has it."""
    return mark.version == projection.version and holds(log, Head(mark.position, mark.hash))


def copy_nearest(
    directory: Path,
    log: EventLog,
    projection: Projection,
    position: int,
    corrections: Corrections,
    to: Path,
    looked_at: Mapping[int, Path],
) -> list[Damage]:
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

    Returns:
        What was wrong with snapshots that were passed over.
    """
    files = {kept.position: kept.of(projection.name) for kept in snapshots(directory)}
    files |= {at: path for at, path in looked_at.items() if at <= position and end_of_command(log, at) == at}
    damages: list[Damage] = []
    for at in sorted((at for at in files if at <= position), reverse=True):
        try:
            if _can_go_on(mark_of(files[at]), projection, log, corrections):
                copy_whole(files[at], to)
                break
        except FileNotFoundError:  # it was deleted meanwhile
            continue
        except Spoilt as spoilt:
            to.unlink(missing_ok=True)
            if at not in looked_at:
                damages.append(Damage(at, projection.name, str(spoilt)))
    return damages


def _can_go_on(mark: Mark, projection: Projection, log: EventLog, corrections: Corrections) -> bool:
    if mark.stopped or not fits(mark, projection, log):
        return False
    first = corrections.first_unheeded(projection.name, mark.corrected)
    return first is None or mark.position < first


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
