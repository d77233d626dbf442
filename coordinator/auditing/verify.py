"""Proving a data directory: that the log is what was recorded, and that tables and residue files are what the log says.

It may run beside the coordinator. The log is looked at up to the event that was the newest at the start, each
projections file at the position at which it stands when its turn comes, residue files when they are read.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from coordinator.auditing.draws import audit_draws
from coordinator.auditing.importing import Lines, NotImported, import_log
from coordinator.files.scratch import scratch
from coordinator.heads.book import HeadBook
from coordinator.heads.holding import NOBODY, Held, Witnesses, hold, kept_heads
from coordinator.log.checking import LogProblem, file_problem, segment_problem, version_problem
from coordinator.log.prefix import LogPrefix, log_prefix
from coordinator.log.shared import SHARED
from coordinator.log.sqlite import UNREADABLE, SqliteEventLog
from coordinator.processes.children import Children, ForkServer
from coordinator.processes.progress import Progress, Report, unreported
from coordinator.projecting.refolding import Compared, refolding
from coordinator.residues.auditing import Audited, audit
from core.trust.auditing import Audit
from core.wording import count_of

_BRIEF = 50_000
"""So many events are checked at once: to start children takes as long."""
_SEGMENT = 10_000


class Verification(msgspec.Struct, frozen=True):
    """The findings of a verification.

    Attributes:
        log: the log's id; empty when it can't be told.
        position: up to which the log was looked at.
        hash: of that event, hexadecimal. It proves nothing about events that were cut off after it.
        problem: the first event that is not what it must be, None when all are.
        files: the projections files; none when there was a problem, or when they were not asked for.
        held: what came of holding the log against what was kept of it.
        residues: what was found of the residue files; nothing when the tables were not asked for, or differ.
        draws: what came of drawing again which curves are checked; nothing when there was a problem.
    """

    log: str
    position: int
    hash: str
    problem: LogProblem | None
    files: tuple[Compared, ...]
    held: Held
    residues: Audited = Audited()
    draws: Audit = Audit()

    @property
    def holds(self) -> bool:
        """Whether everything that was looked at is as it must be."""
        sound = self.problem is None and self.held.disagreement is None
        return (
            sound
            and all(file.difference is None for file in self.files)
            and not self.residues.faults
            and not self.draws.problems
        )

    @property
    def sentence(self) -> str:
        """The findings in words."""
        if self.problem is not None:
            return self.problem.sentence
        if self.held.disagreement is not None:
            return self.held.disagreement
        for file in self.files:
            if file.difference is not None:
                return f"{file.name}: {file.difference.sentence}"
        if self.residues.faults or self.draws.problems:
            return " ".join([*self.residues.faults, *self.draws.problems])
        compared = [file.name for file in self.files if not file.skipped]
        also = f", and every table of {', '.join(compared)} is what they say" if compared else ""
        return f"All events up to {self.position} are what was recorded{also}.{self._left_out}{self._undamaged}{self._drawn}{self._agreed}"

    @property
    def _left_out(self) -> str:
        skipped: dict[str, list[str]] = {}
        for file in self.files:
            if file.skipped:
                skipped.setdefault(file.skipped, []).append(file.name)
        named = [f"{', '.join(names)} ({reason})" for reason, names in skipped.items()]
        return f" Not compared: {'; '.join(named)}." if named else ""

    @property
    def _undamaged(self) -> str:
        files, elsewhere = self.residues.files - self.residues.elsewhere, self.residues.elsewhere
        sound = f" {files} residue file{' holds' if files == 1 else 's hold'} what was recorded." if files else ""
        return f"{sound} Not fetched yet from the shared database: {elsewhere}." if elsewhere else sound

    @property
    def _drawn(self) -> str:
        found = self.draws
        if not found.reports:
            return ""
        drawn = f"{count_of(found.checks, 'curve')} of {count_of(found.reports, 'report')}"
        again = f"drawn again by the secrets that are open: {count_of(found.again, 'report')}, all alike"
        return f" Drawn to be checked: {drawn}; {again if found.again else 'no secret of theirs is open yet'}."

    @property
    def _agreed(self) -> str:
        counted = ((self.held.heads, "signed head"), (self.held.receipts, "receipt"))
        agreed = [f"{count} {what}{'' if count == 1 else 's'}" for count, what in counted if count]
        return f" The log agrees with {' and '.join(agreed)}." if agreed else ""


def verify(
    where: Path, *, refold: bool = True, witnesses: Witnesses = NOBODY, report: Report = unreported
) -> Verification:
    """Check every event of a log, hold it against what was kept of it, fold it anew, and read the residue files.

    Args:
        where: a data directory, or a log without one; nothing in it is changed.
        refold: whether to look at tables and residue files too, if there is a directory.
        witnesses: what others have kept of the log; the heads that stand beside it are looked at anyway.
        report: told how far it has come; what it raises ends it.

    Raises:
        NotALog: there is no log, it is of a newer format, or it can't be read at all.
        NotBuilt: the log could not be folded anew.
        NoRoom: there is none for that.
    """
    if where.is_file():
        with log_prefix(where) as taken:
            return _found(taken, problem_in(taken, report), witnesses)
    with kept_heads(where) as kept, log_prefix(where / "log.db") as taken:
        if not refold:
            return _found(taken, problem_in(taken, report), witnesses, kept)
        # The fold is under way in a child while the rows are checked.
        with refolding(where, taken.log) as fresh:
            found = _found(taken, problem_in(taken, report), witnesses, kept)
            if found.holds:
                found = msgspec.structs.replace(found, files=fresh.compare(report))
            if found.holds:
                fetched = (where / SHARED).exists()
                found = msgspec.structs.replace(found, residues=audit(where, taken.connection, fetched=fetched))
            return found


def verify_export(source: Lines, *, witnesses: Witnesses = NOBODY, report: Report = unreported) -> Verification:
    """Check an exported log in the same way; it is imported into a directory that goes away again.

    Args:
        source: the export.
        witnesses: what others have kept of the log.
        report: told how far it has come; what it raises ends it.
    """
    with scratch() as place:
        try:
            import_log(source, place, report)
        except NotImported as met:
            return Verification("", 0, "", LogProblem((met.line or 1) - 1, met.reason), (), Held())
        return verify(place / "log.db", witnesses=witnesses, report=report)


def _found(
    taken: LogPrefix, problem: LogProblem | None, witnesses: Witnesses, kept: HeadBook | None = None
) -> Verification:
    head = taken.head
    if problem is not None:
        return Verification("", head.position, head.hash.hex(), problem, (), Held())
    held, draws = hold(taken, witnesses, kept), audit_draws(taken)
    return Verification(taken.id, head.position, head.hash.hex(), None, (), held, draws=draws)


def problem_in(taken: LogPrefix, report: Report = unreported) -> LogProblem | None:
    """Find the first event of a log that is not what it must be.

    The parts of a long log are checked side by side in child processes.
    """
    path, end = taken.log.path, taken.head.position
    report(Progress("check", 0, end))
    parts = [(after, min(after + _SEGMENT, end)) for after in range(0, end, _SEGMENT)]
    if end <= _BRIEF:
        return _first(_problem_in_turn(path, parts, report), _problem_of_the_whole(path, end))
    fork_server = ForkServer(__name__)
    children = Children(fork_server, len(os.sched_getaffinity(0)), gently=True)
    try:
        of_the_whole = children.submit(_problem_of_the_whole, path, end)
        checks = [children.submit(segment_problem, path, after, upto) for after, upto in parts]
        for check, (_, upto) in zip(checks, parts, strict=True):
            problem = check.result()
            if problem is not None:
                return _first(problem, of_the_whole.result())
            report(Progress("check", upto, end))
        return of_the_whole.result()
    finally:
        children.end()
        fork_server.end()


def _problem_in_turn(path: Path, parts: Sequence[tuple[int, int]], report: Report) -> LogProblem | None:
    for after, upto in parts:
        problem = segment_problem(path, after, upto)
        if problem is not None:
            return problem
        report(Progress("check", upto, parts[-1][1]))
    return None


def _problem_of_the_whole(path: Path, end: int) -> LogProblem | None:
    try:
        log = SqliteEventLog(path, read_only=True)
        try:
            return version_problem(log.connection, end) or file_problem(log.connection)
        finally:
            log.close()
    except UNREADABLE as error:
        return LogProblem(0, f"The file is damaged: {error}.")


def _first(*problems: LogProblem | None) -> LogProblem | None:
    """Return the problem at the lowest position; one of the file as a whole comes last."""
    return min(filter(None, problems), key=lambda problem: problem.position or float("inf"), default=None)
