"""Folding projections up to a position of the log, from the nearest snapshot, and making snapshots; done in child processes."""

import gc
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import MappingProxyType

from coordinator.files.durable import rename_durably, sync
from coordinator.log.corrections import Corrections
from coordinator.log.sqlite import SqliteEventLog
from coordinator.past.packing import PACKED, pack
from coordinator.past.snapshots import KEPT, Damage, copy_nearest, end_of_command, kept_projections, snapshot_at
from coordinator.projecting.folding import fold_log
from core.contexts import registry
from projections.runtime.file import ProjectionFile


def materialise(
    directory: Path, position: int, paths: Mapping[str, Path], looked_at: Mapping[int, Path] = MappingProxyType({})
) -> list[Damage]:
    """Write projections as they were, believing what was believed then: later corrections are left out.

    Args:
        directory: the data directory; its log and its snapshots are read.
        position: of the last event.
        paths: where the file of each context that is kept is to stand, by name; nothing stands there yet.
        looked_at: when it is one context's, files of it that were made so for other moments, by position.

    Returns:
        What was wrong with snapshots that had to be passed over.

    Raises:
        sqlite3.Error: the disk is full, or can't be read or written.
        OSError: the same.
    """
    with ExitStack() as stack:
        log = stack.enter_context(closing(SqliteEventLog(directory / "log.db", read_only=True)))
        corrections = Corrections(log, position)
        files: list[ProjectionFile] = []
        damages: list[Damage] = []
        for projection in kept_projections():
            path = paths.get(projection.name)
            if path is not None:
                damages += copy_nearest(directory, log, projection, position, corrections, path, looked_at)
                files.append(
                    stack.enter_context(closing(ProjectionFile(path, projection, durable=False, remembers=False)))
                )
        with _no_looking_for_cycles():
            fold_log(log, files, registry(), position, corrections=corrections)
    return damages


def make(directory: Path, position: int) -> list[Damage]:
    """Make a snapshot after the command that holds a position; return what was wrong with others on the way there.

    Raises:
        sqlite3.Error: the disk is full, or can't be read or written.
        OSError: the same.
    """
    log = SqliteEventLog(directory / "log.db", read_only=True)
    try:
        position = end_of_command(log, position)
    finally:
        log.close()
    making = directory / "snapshots" / "making"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        paths = {name: making / f"{name}.db" for name in KEPT}
        damages = materialise(directory, position, paths)
        for path in paths.values():
            packed = path.with_suffix(f".db{PACKED}")
            pack(path, packed)
            path.unlink()
            sync(packed)
        rename_durably(making, snapshot_at(directory, position).path)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return damages


@contextmanager
def _no_looking_for_cycles() -> Iterator[None]:
    """A fold makes none, and looking for them takes a twentieth of its time: what a packed snapshot takes to unpack."""
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()
