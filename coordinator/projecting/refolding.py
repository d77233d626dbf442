"""Folding the log anew, beside what stands, to see whether every table is what the log says."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import msgspec

from coordinator.files.databases import uri_for_reading
from coordinator.files.scratch import scratch
from coordinator.files.unusable import is_about_room
from coordinator.log.sqlite import UNREADABLE, SqliteEventLog
from coordinator.processes.progress import Progress, Report
from coordinator.projecting.building import BuildingApart, NotBuilt
from coordinator.projecting.comparing import DUE, Difference, agree, first_difference
from coordinator.projecting.damage import SOUND, WHOLE, is_blameless
from coordinator.projecting.folding import fold_log
from coordinator.projecting.opening import path_of
from coordinator.sealing import SealingKeys
from core.contexts import registry
from core.events.log import holds
from projections.contexts import projections
from projections.runtime import checkpoint
from projections.runtime.checkpoint import Degraded
from projections.runtime.file import ProjectionFile
from projections.runtime.projection import Projection


class Compared(msgspec.Struct, frozen=True):
    """The result for one projections file.

    Attributes:
        name: of its context.
        position: up to which it was compared.
        difference: the first one, None when every table is what the log says.
        skipped: why it was not compared; empty when it was.
    """

    name: str
    position: int
    difference: Difference | None = None
    skipped: str = ""


class Refolding:
    """The log being folded anew, in a child process, into a directory that goes away with it.

    Args:
        directory: the data directory; nothing in it is changed.
        log: its log, open for reading.
        scratch: an empty directory.
        stack: closes what is opened here.
    """

    def __init__(self, directory: Path, log: SqliteEventLog, scratch: Path, stack: ExitStack) -> None:
        self._directory = directory
        self._log = log
        self._scratch = scratch
        sealing = stack.enter_context(closing(SealingKeys(directory / "client-keys.db", read_only=True)))
        self._projections = projections(sealing.unseal)
        self._settled: dict[str, Compared] = {}
        positions: dict[str, int] = {}
        for projection in self._projections:
            position = self._position_of(projection)
            if position is not None:
                positions[projection.name] = position
        # All of them together as far as the least goes; each by itself from there to where it stands.
        self._building = (
            stack.enter_context(
                BuildingApart(directory, {name: self._fresh(name) for name in positions}, min(positions.values()))
            )
            if positions
            else None
        )

    def _fresh(self, name: str) -> Path:
        return self._scratch / f"{name}.db"

    def _position_of(self, projection: Projection) -> int | None:
        """Return where a file stands; None when there is nothing to compare, for a reason that is kept."""
        name = projection.name
        if not path_of(self._directory, name).exists():
            self._settled[name] = Compared(name, 0, skipped="not there")
            return None
        try:
            with self._standing(name) as live:
                version = checkpoint.version(live)
                if version == projection.version:
                    return checkpoint.read(live).position
                readable = version is not None or _has_checkpoint(live)
        except (*UNREADABLE, TypeError) as error:  # a checkpoint without its row is no head
            if path_of(self._directory, name).is_file() and is_blameless(error):
                raise
            readable = False
        if readable:
            reason = f"built by {f'version {version}' if version else 'an earlier version'}"
            self._settled[name] = Compared(name, 0, skipped=f"{reason}, and this is version {projection.version}")
        else:
            self._settled[name] = Compared(name, 0, _whole("It is damaged, or no projections file."))
        return None

    @contextmanager
    def _standing(self, name: str) -> Iterator[sqlite3.Connection]:
        """Look at a file as it stands, within one transaction; the one that should is attached once it is built."""
        live_path, due_path = path_of(self._directory, name), self._fresh(name)
        with closing(sqlite3.connect(uri_for_reading(live_path), uri=True, isolation_level=None)) as live:
            if due_path.exists():
                live.execute(f"ATTACH ? AS {DUE}", (uri_for_reading(due_path),))
            live.execute("BEGIN")
            yield live

    def compare(self, report: Report) -> tuple[Compared, ...]:
        """Wait for the fold, and compare every file with what stands.

        Raises:
            NotBuilt: the log could not be folded.
        """
        if self._building is not None:
            try:
                self._building.follow(report)
            except NotBuilt as met:
                place = self._scratch.parent
                raise NotBuilt(f"{met} This was done in {place}; TMPDIR may name another directory for it.") from None
        compared = []
        for done, projection in enumerate(self._projections, 1):
            compared.append(self._settled.get(projection.name) or self._compare(projection))
            report(Progress("compare", done, len(self._projections)))
        return tuple(compared)

    def _compare(self, projection: Projection) -> Compared:
        name = projection.name
        try:
            return self._compare_readable(projection)
        except UNREADABLE as error:
            if isinstance(error, sqlite3.Error) and is_about_room(error):
                raise  # what should stand there has no room, and nothing is known of what does
            return Compared(name, 0, _whole(f"It can't be read: {error}."))

    def _compare_readable(self, projection: Projection) -> Compared:
        name = projection.name
        fresh = ProjectionFile(self._fresh(name), projection, durable=False)
        with closing(fresh), self._standing(name) as live:
            head = checkpoint.read(live)
            if not holds(self._log, head):
                elsewhere = _whole(f"It stands at event {head.position}, and the log holds another event there.")
                return Compared(name, head.position, elsewhere)
            if head.position < fresh.head.position:
                return Compared(name, head.position, skipped="built anew meanwhile")
            fold_log(self._log, [fresh], registry(), head.position)
            corrected = checkpoint.corrected(live)
            if corrected != fresh.corrected:
                claimed = f"It claims to take corrections up to event {corrected} into account"
                return Compared(name, head.position, _whole(f"{claimed}, and should to {fresh.corrected}."))
            stopped = [*checkpoint.degraded(live), *checkpoint.degraded(fresh.connection)]
            if stopped:
                return Compared(name, head.position, _whole(_stopped(stopped[0])))
            difference = None if agree(live) else first_difference(live, fresh.connection)
            return Compared(name, head.position, difference or _hidden(live))


def _hidden(live: sqlite3.Connection) -> Difference | None:
    """Find what tables hold, and whoever asks by an index does not get."""
    (found,) = live.execute(WHOLE).fetchone()
    return None if found == SOUND else _whole(f"It is damaged: {' '.join(found.split())}.")


def _has_checkpoint(connection: sqlite3.Connection) -> bool:
    try:
        return bool(connection.execute("SELECT 1 FROM checkpoint").fetchone())
    except sqlite3.DatabaseError:
        return False


def _stopped(stopped: Degraded) -> str:
    what = "The state" if stopped.view == checkpoint.STATE else f"The view {stopped.view}"
    return f"{what} stopped at event {stopped.position}, and nothing newer is in it: {stopped.reason}."


def _whole(sentence: str) -> Difference:
    """Say what is wrong with a file as a whole."""
    return Difference("", {}, "", None, None, sentence)


@contextmanager
def refolding(directory: Path, log: SqliteEventLog) -> Iterator[Refolding]:
    """Begin to fold a log anew; leaving the context ends it, and leaves nothing behind."""
    with scratch() as place, ExitStack() as stack:
        yield Refolding(directory, log, place, stack)
