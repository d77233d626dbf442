"""Folding the log into projections files: at start, in a rebuild, in a replay and in a verification, all alike."""

from collections.abc import Callable, Iterator, Sequence

from coordinator.log.checking import Damaged, LogProblem
from coordinator.log.corrections import Corrections
from core.events.chain import head_after
from core.events.envelope import StoredEvent
from core.events.log import EventLog
from core.events.registry import Registry
from projections.runtime.file import Amend, ProjectionFile
from projections.runtime.recorded import Recorded, by_context, recorded, same_command

_AT_ONCE = 10_000
# Over so many events it is held in memory what changes, so that a table is written, and views are folded, once for all.
# More would gain little, and take memory.
_HELD = 50_000


def fold_log(
    log: EventLog,
    files: Sequence[ProjectionFile],
    registry: Registry,
    upto: int,
    reached: Callable[[int], None] = lambda _position: None,
    corrections: Corrections | None = None,
    amend: Amend | None = None,
) -> None:
    """Bring files forward to a position of the log, reading it once for all of them.

    Args:
        log: the truth.
        files: open for writing, each at a checkpoint of its own; those that are further already stay as they are.
        registry: how rows are read.
        upto: the position, not beyond the log's end. In the middle of a command its earlier events are folded, and
            its answer is not given yet; such a file can't be carried forward.
        reached: told how far the files have come, every few thousand events.
        corrections: that are believed; None believes all, wherever they stand.
        amend: decides again what commands amount to; None leaves them as they are recorded, or were corrected.
    """
    corrections = corrections or Corrections(log)
    for file in files:
        name = file.projection.name
        first = corrections.first_unheeded(name, file.corrected)
        if first is not None:
            file.take_corrections(corrections.newest[name], first)
    after = written = min((file.head.position for file in files), default=upto)
    while after < upto:
        rows, whole = _whole_commands(log, after, upto)
        head = head_after(rows[-1])
        behind = [file for file in files if file.head.position < head.position]
        listened = frozenset[str]().union(*(file.projection.listens for file in behind))
        commands = recorded(rows, registry, listened, corrections.counting)
        commands[-1].whole = whole
        concerning = by_context(commands, {file.projection.name for file in behind})
        commit = head.position >= min(upto, written + _HELD)
        for file in behind:
            file.fold(concerning[file.projection.name], head, amend, commit=commit)
        after = head.position
        written = after if commit else written
        reached(after)


def commands_upto(
    log: EventLog, upto: int, registry: Registry, listened: frozenset[str], corrections: Corrections
) -> Iterator[Recorded]:
    """Read the commands up to a position, which is the end of one, as they count after corrections."""
    after = 0
    while after < upto:
        rows, _ = _whole_commands(log, after, upto)
        yield from recorded(rows, registry, listened, corrections.counting)
        after = rows[-1].position


def _whole_commands(log: EventLog, after: int, upto: int) -> tuple[list[StoredEvent], bool]:
    """Read the next rows up to the end of a command; tell whether that end was reached before `upto`."""
    rows = log.read(after, min(_AT_ONCE, upto - after))
    while rows and rows[-1].position > upto:
        rows.pop()
    if not rows:
        raise Damaged(LogProblem(after + 1, f"Event {after + 1} is missing."))
    while following := log.read(rows[-1].position, 1):
        if not same_command(rows[-1], following[0]):
            break
        if following[0].position > upto:
            return rows, False
        rows += following
    return rows, True
