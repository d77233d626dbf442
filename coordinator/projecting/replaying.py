"""The log folded anew, beside the live tables: up to a moment of the past into files, or as it is into memory."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import msgspec

from coordinator.files.unusable import TROUBLES, reason_of
from coordinator.log.corrections import Corrections
from coordinator.log.prefix import LogPrefix
from coordinator.log.reading import no_event
from coordinator.processes.progress import Progress, Report, unreported
from coordinator.projecting.folding import fold_log
from coordinator.sealing import SealingKeys
from core.contexts import registry
from core.events.chain import Head, head_after
from core.refusals import BadInput, Conflict
from core.wording import shortened
from projections.contexts import projections
from projections.runtime.checkpoint import Degraded
from projections.runtime.file import ProjectionFile


class Replayed(msgspec.Struct, frozen=True):
    """The contents of the output directory.

    Attributes:
        head: the event up to which everything is folded.
        recorded_at: when it was recorded, microseconds UTC.
        degraded: what could not be folded to its end, by context.
    """

    head: Head
    recorded_at: int
    degraded: dict[str, tuple[Degraded, ...]]


def replay(
    taken: LogPrefix, output: Path, until: int | None = None, names: Sequence[str] = (), report: Report = unreported
) -> Replayed:
    """Fold a log up to a position into a directory of its own; the live tables are not touched.

    Args:
        taken: the log.
        output: a directory that is empty, or that does not exist yet.
        until: the last position, which `LogPrefix.position_of` finds for a time; None for all.
        names: of the contexts; all when there are none.
        report: told how far it has come.

    Raises:
        BadInput: there is no such position or context.
        Conflict: the output directory holds something already.
        OSError: it can't be written; nothing of it is left.
    """
    position = taken.head.position if until is None else until
    if not taken.head.position:
        raise BadInput("The log holds no event yet, so there is nothing to build tables of.")
    if not 0 < position <= taken.head.position:
        raise BadInput(no_event(position, taken.head.position))
    with ExitStack() as stack:
        directory = taken.log.path.parent
        sealing = stack.enter_context(closing(SealingKeys(directory / "client-keys.db", read_only=True)))
        known = {projection.name: projection for projection in projections(sealing.unseal)}
        for name in names:
            if name not in known:
                raise BadInput(f"There are no projections {shortened(name)!r}; there are {', '.join(known)}.")
        stack.enter_context(_claimed(output))
        files = [
            stack.enter_context(closing(ProjectionFile(output / f"{name}.db", known[name], durable=False)))
            for name in names or known
        ]
        corrections = Corrections(taken.log, position)
        fold_log(
            taken.log, files, registry(), position, lambda at: report(Progress("replay", at, position)), corrections
        )
        last = taken.event(position)
        degraded = {file.projection.name: tuple(file.degraded.values()) for file in files if file.degraded}
    return Replayed(head_after(last), last.recorded_at, degraded)


@contextmanager
def in_memory(taken: LogPrefix, names: Sequence[str]) -> Iterator[dict[str, sqlite3.Connection]]:
    """Fold a log into memory, for who may not write beside it, or whose coordinator runs; yields connections by context.

    Args:
        taken: the log.
        names: of the contexts.
    """
    with ExitStack() as stack:
        directory = taken.log.path.parent
        sealing = stack.enter_context(closing(SealingKeys(directory / "client-keys.db", read_only=True)))
        files = {
            projection.name: stack.enter_context(closing(ProjectionFile(Path(":memory:"), projection, durable=False)))
            for projection in projections(sealing.unseal)
            if projection.name in names
        }
        corrections = Corrections(taken.log, taken.head.position)
        fold_log(taken.log, list(files.values()), registry(), taken.head.position, corrections=corrections)
        yield {name: file.connection for name, file in files.items()}


@contextmanager
def _claimed(output: Path) -> Iterator[None]:
    """Have a directory for what is written from entry to exit; unless all of it is written, nothing stays.

    Raises:
        Conflict: something is there already.
        OSError: it can't be written.
    """
    made = not output.exists()
    try:
        output.mkdir(parents=True, exist_ok=True)
        if any(output.iterdir()):
            raise Conflict(f"{output} is not empty; choose a directory that is, or one that does not exist yet.")
        with _emptied_on_failure(output, remove=made):
            yield
    except TROUBLES as trouble:
        raise OSError(f"{output} can't be written: {reason_of(trouble)}. Nothing was replayed.") from trouble


@contextmanager
def _emptied_on_failure(directory: Path, *, remove: bool) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for file in directory.iterdir():
            file.unlink()
        if remove:
            directory.rmdir()
        raise
