"""Opening the projections at start: those that still fit the log catch up, the others are built anew.

A long log takes minutes to fold. A context whose projections have to be built from so many events gets a stand-in: it
takes no writes, and a file is built beside, as in any rebuild. None is left where the file will stand, so that a
coordinator that is killed meanwhile finds at its next start what this one found. A damaged file is set aside.
"""

import sqlite3
from collections.abc import Iterable, MutableMapping
from contextlib import closing
from pathlib import Path

import structlog

from coordinator.files.databases import uri_for_reading
from coordinator.log.corrections import Corrections
from coordinator.projecting.damage import aside, is_blameless, set_aside, why_damaged
from core.events.chain import Head
from core.events.log import EventLog, holds
from projections.runtime import checkpoint
from projections.runtime.file import ProjectionFile
from projections.runtime.projection import Projection

LONG = 5_000
"""So many events are folded within a second or two."""
_NEEDED = frozenset({"clients", "access", "steering"})
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


class Misshapen(Exception):  # noqa: N818 - names what was met
    """The file of that name is no projections file, or lacks tables."""


class StandIn(ProjectionFile):
    """A stand-in for projections that are being built anew: it holds nothing, and nothing is decided on it.

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
    files: dict[str, ProjectionFile] = {}
    for projection in projections:
        path = path_of(directory, projection.name)
        path.parent.mkdir(exist_ok=True)
        for beside in (building_path_of, corrected_path_of):
            discard(beside(directory, projection.name))
        _clear_unless_fit(path, projection, log)
        files[projection.name] = _opened(path, projection, log, most)
    return files


def replace_damaged(files: MutableMapping[str, ProjectionFile], log: EventLog, most: int | None) -> list[str]:
    """Look through open files, and put new ones, or stand-ins, in the place of those that are damaged.

    Args:
        files: by name; stand-ins among them stay.
        log: the truth.
        most: as of `open_files`.

    Returns:
        The names of those that were.
    """
    replaced = []
    for name, file in files.items():
        reason = None if isinstance(file, StandIn) else why_damaged(file.path)
        if reason is not None:
            file.close()
            _put_aside(file.path, name, reason)
            files[name] = _opened(file.path, file.projection, log, most)
            replaced.append(name)
    return replaced


def _clear_unless_fit(path: Path, projection: Projection, log: EventLog) -> None:
    """Remove a file that can't be continued; one that is damaged is set aside."""
    try:
        reason = why_unfit(path, projection, log)
    except Exception as error:
        if is_blameless(error):
            raise
        _put_aside(path, projection.name, str(error))
        return
    if reason is not None:
        _log.warning("projection_discarded", projection=projection.name, reason=reason)
    if reason is not None or not path.exists():
        discard(path)


def _opened(path: Path, projection: Projection, log: EventLog, most: int | None) -> ProjectionFile:
    """Open a file, or make it; a `StandIn` is returned where it would take too long to fold."""
    if path.exists():
        try:
            return ProjectionFile(path, projection)
        except Exception as error:  # whatever is in it that should not be
            if is_blameless(error):
                raise
            _put_aside(path, projection.name, str(error))
    head = log.head()
    waits = most is not None and head.position > most and projection.name not in _NEEDED
    return StandIn(projection, head) if waits else ProjectionFile(path, projection)


def _put_aside(path: Path, name: str, reason: str) -> None:
    _log.warning("projection_set_aside", projection=name, reason=reason, now=str(aside(path)))
    set_aside(path)


def discard(path: Path) -> None:
    """Delete a database with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def why_unfit(path: Path, projection: Projection, log: EventLog) -> str | None:
    """Tell why an existing file can't be continued; None when it can, or when there is none.

    Raises:
        Exception: it is damaged, in one of many ways, or can't be read.
    """
    if not path.exists():
        return None
    if not path.is_file():
        raise Misshapen("it is not a file")
    reason = why_foreign(path, projection, log)
    if reason is not None:
        return reason
    with closing(_reading(path)) as connection:
        lacking = _tables(StandIn(projection, log.head()).connection) - _tables(connection)
        if lacking:
            raise Misshapen(f"it lacks {min(lacking)[0]}, or that has other columns")
        corrected = checkpoint.corrected(connection)
    newest = Corrections(log).newest.get(projection.name, 0)
    return None if newest <= corrected else f"the correction at {newest} is not in it"


def why_foreign(path: Path, projection: Projection, log: EventLog) -> str | None:
    """Tell why a file was not folded from this log by this version of its projection; None when it was.

    Raises:
        Exception: it is damaged, in one of many ways, or can't be read.
    """
    with closing(_reading(path)) as connection:
        built_by = checkpoint.version(connection)
        if built_by != projection.version:
            return f"it was built by version {built_by}, this is version {projection.version}"
        head = checkpoint.read(connection)
    return None if holds(log, head) else f"the log does not hold its checkpoint at {head.position}"


def _tables(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    return set(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL"))


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(uri_for_reading(path), uri=True, isolation_level=None)
