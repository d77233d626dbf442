"""Folding projections up to a position of the log, from the nearest snapshot; done in child processes."""

from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from types import MappingProxyType

from coordinator.log.corrections import Corrections
from coordinator.log.sqlite import SqliteEventLog
from coordinator.past.snapshots import copy_nearest
from coordinator.projecting.folding import fold_log
from coordinator.sealing import SealingKeys
from core.contexts import registry
from projections.contexts import projections
from projections.runtime.file import ProjectionFile


def materialise(
    directory: Path, position: int, paths: Mapping[str, Path], looked_at: Mapping[int, Path] = MappingProxyType({})
) -> None:
    """Write projections as they were, believing what was believed then: later corrections are left out.

    Args:
        directory: the data directory; its log and its snapshots are read.
        position: of the last event.
        paths: where each context's file is to stand, by name; nothing stands there yet.
        looked_at: when it is one context's, files of it that were made so for other moments, by position.

    Raises:
        sqlite3.Error: the disk is full, or can't be read or written.
        OSError: the same.
    """
    with ExitStack() as stack:
        log = stack.enter_context(closing(SqliteEventLog(directory / "log.db", read_only=True)))
        sealing = stack.enter_context(closing(SealingKeys(directory / "client-keys.db", read_only=True)))
        corrections = Corrections(log, position)
        files = []
        for projection in projections(sealing.unseal):
            path = paths.get(projection.name)
            if path is not None:
                copy_nearest(directory, log, projection, position, corrections, path, looked_at)
                files.append(
                    stack.enter_context(closing(ProjectionFile(path, projection, durable=False, remembers=False)))
                )
        fold_log(log, files, registry(), position, corrections=corrections)
