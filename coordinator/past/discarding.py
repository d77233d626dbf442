"""Snapshots that are of no use: discarded, or set aside where they are damaged; done by the coordinator, which logs it."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import structlog

from coordinator.log.sqlite import SqliteEventLog
from coordinator.past.packing import Spoilt, mark_of
from coordinator.past.snapshots import Damage, Snapshot, fits, kept_projections, snapshot_at, snapshots
from core.events.log import EventLog
from projections.runtime.projection import Projection

_log = structlog.get_logger(__name__)


def discard_unfit(directory: Path) -> None:
    """Delete the snapshots that this version of the program can't use, or that belong to another log."""
    shutil.rmtree(directory / "checkpoints", ignore_errors=True)  # where earlier versions kept them
    log = SqliteEventLog(directory / "log.db", read_only=True)
    try:
        for kept in snapshots(directory):
            damages: list[Damage] = []
            fit = all(_is_of(kept, projection, log, damages) for projection in kept_projections())
            set_aside(directory, damages)
            if not fit and not damages:
                shutil.rmtree(kept.path)
    finally:
        log.close()


def _is_of(kept: Snapshot, projection: Projection, log: EventLog, damages: list[Damage]) -> bool:
    """Tell whether a context's file is there, and of this log's past; note what is wrong with it."""
    try:
        return kept.of(projection.name).is_file() and fits(mark_of(kept.of(projection.name)), projection, log)
    except Spoilt as spoilt:
        damages.append(Damage(kept.position, projection.name, str(spoilt)))
        return False


def set_aside(directory: Path, damages: Iterable[Damage]) -> None:
    """Move damaged snapshots out of the way, to whoever wants to know what happened to them; only the last one stays."""
    aside = directory / "snapshots" / "damaged"
    for damage in damages:
        path = snapshot_at(directory, damage.position).path
        if path.exists():
            shutil.rmtree(aside, ignore_errors=True)
            path.rename(aside)
            _log.warning(
                "snapshot_set_aside",
                position=damage.position,
                projection=damage.name,
                reason=damage.reason,
                now=str(aside),
            )
