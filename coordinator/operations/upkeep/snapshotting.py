"""Making snapshots as the log grows, in a child process that takes its time; the writer is never held up."""

import asyncio
import shutil
from pathlib import Path

from coordinator.log.corrections import Corrections
from coordinator.log.sqlite import SqliteEventLog
from coordinator.node import Node
from coordinator.past.discarding import discard_unfit, set_aside
from coordinator.past.materialising import make
from coordinator.past.snapshots import (
    CORRECTIONS_KEPT,
    KEPT,
    end_of_command,
    interval,
    snapshots,
    unneeded,
)
from coordinator.processes.children import Children
from coordinator.projecting.opening import path_of
from coordinator.time.repeating import every

_EVERY_SECONDS = 2.0
_LONGEST_SECONDS = 300.0
_ROOM = 4
"""A snapshot is made only where so many of its size would find room: the log must not go without for its sake."""


async def run(node: Node) -> None:
    """Keep snapshots of a growing log, until cancelled; without them the past takes longer to look up, and nothing else."""
    await asyncio.to_thread(discard_unfit, node.directory)
    child = Children(node.fork_server, 1, gently=True)

    async def keep() -> bool:
        due = await asyncio.to_thread(next_due, node.directory, node.end)
        if due is not None:
            set_aside(node.directory, await child.run(make, node.directory, due))
            await asyncio.to_thread(thin, node.directory, node.end)
        return due is not None

    try:
        await every(_EVERY_SECONDS, "snapshot_not_made", keep, longest=_LONGEST_SECONDS)
    finally:
        child.end()


def next_due(directory: Path, end: int) -> int | None:
    """Return the first position at which a snapshot is lacking, None when none is or there is no room for it.

    Args:
        directory: the data directory.
        end: of the log.
    """
    distance = interval(end)
    kept = {one.position for one in snapshots(directory)}
    covered = {position // distance for position in kept}
    lacking = {cell * distance for cell in range(1, end // distance + 1) if cell not in covered}
    lacking |= {position for position in after_corrections(directory) if position <= end} - kept
    return min(lacking) if lacking and _has_room(directory) else None


def after_corrections(directory: Path) -> set[int]:
    """Return where the commands that led to the newest corrections end."""
    log = SqliteEventLog(directory / "log.db", read_only=True)
    try:
        return {end_of_command(log, position) for position in Corrections(log).ends[-CORRECTIONS_KEPT:]}
    finally:
        log.close()


def _has_room(directory: Path) -> bool:
    paths = [path_of(directory, name) for name in KEPT]
    takes = sum(path.stat().st_size for path in paths if path.exists())
    return shutil.disk_usage(directory).free > _ROOM * takes


def thin(directory: Path, end: int) -> None:
    """Remove the snapshots that stand too close to each other in a log that ends at a position."""
    for kept in unneeded(snapshots(directory), end, after_corrections(directory)):
        shutil.rmtree(kept.path)
