"""The results of jobs in a directory: each a file that outlives whoever wrote it, and is never taken away.

Beside the results stand a copy of each job file and, for every part of a job that somebody ended in good order, a mark.
Several machines may write into one directory, each a part of its own.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import msgspec
import structlog

from core.factoring.formats.jobfile import JobAssignment, JobFile, read_job_file
from core.refusals import BadInput
from workers.held import write_whole
from workers.jobs.parts import Part
from workers.wire.courier import Courier
from workers.wire.spool import Kept, Result, Spool

JOB, ENDED = ".tally", ".ended"
_PART = re.compile(r"[0-9]{1,6}of[0-9]{1,6}")

_log = structlog.get_logger(__name__)


class _Report(msgspec.Struct, frozen=True):
    """The part of a report of curves that is read again here."""

    work_assignment_id: str
    curves_completed: int
    factors_found: list[msgspec.Raw] = []


class Told(msgspec.Struct, frozen=True):
    """A result with what it says: under which assignment how many curves were run, and whether they found something."""

    kept: Kept
    work: str
    curves: int
    found: bool


class ResultsDirectory(Spool):
    """The results that stand in a directory; they stay there when they are handed in."""

    def is_empty(self) -> bool:
        """Nothing waits for anybody: who ends here leaves it all for somebody to hand in."""
        return True

    def told(self) -> Iterator[Told]:
        """Return each result with what it says."""
        return filter(None, map(told, self.waiting()))


class Keeping(Courier):
    """Keeps results for somebody to hand in."""

    delivers = False

    def hand_in(self, address: str, body: object) -> bool:
        """Keep a result; nobody gets it now."""
        self.spool.keep(address, body)
        return False

    def deliver(self) -> None:
        """Deliver nothing."""


def told(kept: Kept) -> Told | None:
    """Read what a result says; None when it is no report of curves."""
    try:
        report = msgspec.json.decode(bytes(kept.result.body), type=_Report)
    except msgspec.MsgspecError:
        return None
    return Told(kept, report.work_assignment_id, report.curves_completed, bool(report.factors_found))


def finished(directory: ResultsDirectory, assignments: Iterable[JobAssignment]) -> Counter[str]:
    """Return how many curves of each assignment need not be run any more: those that were, or all when a factor was found."""
    curves = {one.work_id: one.curves for one in assignments}
    run: Counter[str] = Counter()
    for one in directory.told():
        run[one.work] += curves.get(one.work, 0) if one.found else one.curves
    return run


def keep_job(directory: Path, file: Path, job: JobFile) -> None:
    """Put a copy of a job file beside its results, by which they can be handed in."""
    copy = directory / f"{job.job.job}{JOB}"
    if not copy.exists():
        write_whole(copy, file.read_bytes())


def mark_ended(directory: Path, job: JobFile, part: Part) -> None:
    """Note that nobody works on a part of a job any more."""
    (directory / f"{job.job.job}.{part}{ENDED}").touch()


def unmark(directory: Path, job: JobFile, part: Part) -> None:
    """Note that somebody works on a part of a job again."""
    (directory / f"{job.job.job}.{part}{ENDED}").unlink(missing_ok=True)


class Collected(msgspec.Struct):
    """The things that were found to be handed in.

    Attributes:
        jobs: by their ids.
        results: by the assignment, each result once, wherever it was found.
        ended: by job, the parts that somebody ended in good order.
        damaged: files that can't be read as a result, whosever it was.
    """

    jobs: dict[str, JobFile] = {}
    results: dict[str, dict[str, Told]] = {}
    ended: dict[str, set[Part]] = {}
    damaged: list[Path] = []


def collect(paths: Collection[Path]) -> Collected:
    """Look through directories, and files, for jobs and their results.

    A job that only stands beside what was named is none of those, unless a result that was named is of it.

    Raises:
        BadInput: there is no such place, or a job file can't be read.
    """
    found = Collected()
    named: set[str] = set()
    for path, was_named in dict.fromkeys(each for given in paths for each in _files(given)):
        if path.suffix == JOB or (path in paths and _is_job(path)):
            file = read(path)
            found.jobs[file.job.job] = file
            if was_named:
                named.add(file.job.job)
        elif path.suffix == ENDED:
            job, _, part = path.name.removesuffix(ENDED).rpartition(".")
            if _PART.fullmatch(part):
                found.ended.setdefault(job, set()).add(Part(*map(int, part.split("of"))))
        elif path.suffix == ".json":
            _take(path, found)
    found.jobs = {
        job: file
        for job, file in found.jobs.items()
        if job in named or any(one.work_id in found.results for one in file.job.assignments)
    }
    return found


def _files(given: Path) -> Iterator[tuple[Path, bool]]:
    """Yield files, and whether they were named: those of a directory; a file, and what stands beside it about jobs."""
    if given.is_dir():
        yield from ((each, True) for each in sorted(given.iterdir()))
    elif given.exists():
        yield given, True
        wanted = {ENDED} if given.suffix == JOB else {JOB, ENDED}
        yield from ((beside, False) for beside in sorted(given.parent.iterdir()) if beside.suffix in wanted)
    else:
        raise BadInput(f"{given} does not exist; directories that `tallystick work --into` wrote into are accepted.")


def _is_job(path: Path) -> bool:
    """Tell a job file that whoever took it has given another name."""
    try:
        read(path)
    except BadInput:
        return False
    return True


def _take(path: Path, found: Collected) -> None:
    try:
        one = told(Kept(path, msgspec.json.decode(path.read_bytes(), type=Result)))
    except msgspec.MsgspecError as damage:
        _log.error("result_damaged", file=str(path), reason=str(damage))
        found.damaged.append(path)
        return
    if one is not None:
        found.results.setdefault(one.work, {})[one.kept.result.key] = one


def read(path: Path) -> JobFile:
    """Read a job file.

    Raises:
        BadInput: it can't be read, or is none.
    """
    try:
        return read_job_file(path.read_bytes(), str(path))
    except OSError as error:
        raise BadInput(f"The job file {path} can't be read: {error.strerror or error}.") from error
