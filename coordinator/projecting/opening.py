"""Opening the projections at start: those that still fit the log catch up, the others are built anew.

A long log takes minutes to fold. A context whose projections have to be built from so many events gets a stand-in: it
takes no writes, and a file is built beside, as in any rebuild. None is left where the file will stand, so that a
coordinator that is killed meanwhile finds at its next start what this one found.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import structlog

from coordinator.log.corrections import Corrections
from core.events.chain import GENESIS, Head
from core.events.log import EventLog
from projections.runtime import checkpoint
from projections.runtime.file import ProjectionFile
from projections.runtime.projection import Projection

LONG = 5_000
"""So many events are folded within a second or two."""
_NEEDED = frozenset({"clients", "access"})
"""Every request asks these contexts; they are small."""

_log = structlog.get_logger(__name__)


def path_of(directory: Path, name: str) -> Path:
    """Return where a context's projections stand in a data directory."""
    return directory / "projections" / f"{name}.db"


def building_path_of(directory: Path, name: str) -> Path:
    """Return where a context's projections are built anew, beside the live ones."""
    return path_of(directory, name).with_suffix(".new.db")


def corrected_path_of(directory: Path, name: str) -> Path:
    """Return where a context's projections are built as they are with a correction."""
    return path_of(directory, name).with_suffix(".corrected.db")


class StandIn(ProjectionFile):
    """What stands in for projections that are being built anew: it holds nothing, and nothing is decided on it.

    Args:
        projection: whose place it takes.
        head: of the log.
    """

    def __init__(self, projection: Projection, head: Head) -> None:
        super().__init__(Path(":memory:"), projection, durable=False)
        self.stop(head.position, "it is being built anew")
        self.commit(head)


def open_files(
    directory: Path, log: EventLog, projections: Iterable[Projection], most: int | None = None
) -> dict[str, ProjectionFile]:
    """Open every projections file for writing; none has caught up with the log yet.

    A file whose version has changed, that is ahead of the log, whose checkpoint's hash is not in the log, or that lacks
    a correction belongs to another past; it is deleted and starts from the beginning.

    Args:
        directory: the data directory.
        log: the truth.
        projections: what each file holds.
        most: a context that would have more events than this to fold from the beginning gets a `StandIn`; None folds
            however many there are.
    """
    head = log.head()
    files = {}
    for projection in projections:
        path = path_of(directory, projection.name)
        path.parent.mkdir(exist_ok=True)
        for beside in (building_path_of, corrected_path_of):
            discard(beside(directory, projection.name))
        reason = why_unfit(path, projection, log)
        if reason is not None:
            _log.warning("projection_discarded", projection=projection.name, reason=reason)
        if reason is not None or not path.exists():
            discard(path)
        waits = most is not None and head.position > most and not path.exists() and projection.name not in _NEEDED
        files[projection.name] = StandIn(projection, head) if waits else ProjectionFile(path, projection)
    return files


def discard(path: Path) -> None:
    """Delete a database with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def why_unfit(path: Path, projection: Projection, log: EventLog) -> str | None:
    """Tell why an existing file can't be continued; None when it can, or when there is none."""
    if not path.exists():
        return None
    reason = why_foreign(path, projection, log)
    if reason is not None:
        return reason
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        corrected = checkpoint.corrected(connection)
    newest = Corrections(log).newest.get(projection.name, 0)
    return None if newest <= corrected else f"the correction at {newest} is not in it"


def why_foreign(path: Path, projection: Projection, log: EventLog) -> str | None:
    """Tell why a file is none of a log's past, as this version of its projection has it; None when it is."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        built_by = checkpoint.version(connection)
        if built_by != projection.version:
            return f"it was built by version {built_by}, this is version {projection.version}"
        head = checkpoint.read(connection)
    return None if holds(log, head) else f"the log does not hold its checkpoint at {head.position}"


def holds(log: EventLog, head: Head) -> bool:
    """Tell whether the log has this event at this position."""
    if head.position == 0:
        return head.hash == GENESIS
    rows = log.read(head.position - 1, 1)
    return bool(rows) and rows[0].hash == head.hash
