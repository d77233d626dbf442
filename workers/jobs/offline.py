"""Runs the curves of a job file, with nobody to ask and nobody to report to."""

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.factoring.formats.jobfile import JobAssignment, JobFile, curves_left
from core.refusals import BadInput
from core.timestamps import SECOND
from workers.display import Display
from workers.ending import Ending
from workers.executors import Desk
from workers.factoring.executor import Assignment, FactoringExecutor
from workers.jobs import directory
from workers.jobs.directory import Keeping, ResultsDirectory
from workers.jobs.parts import Part
from workers.program import Worker
from workers.wire.coordinator import Away, Coordinator


class Absent(Coordinator):
    """A coordinator that nobody can reach from here."""

    def __init__(self) -> None:
        """It has no address."""

    def __enter__(self) -> Self:
        """There is nothing to open."""
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to close."""

    def hurry(self) -> None:
        """Wait for nobody."""

    def call(self, *_: Any, **__: Any) -> Any:
        """Be away.

        Raises:
            Away: always.
        """
        raise Away("there is no network")


class JobExecutor(FactoringExecutor):
    """Runs what is left of a part of a job; each seat takes the next assignment.

    Args:
        desk: whose work it is.
        left: the assignments, and how many curves of each are left.
        expires_at: ISO 8601; until when they are held.

    Raises:
        Refusal: there is no GMP-ECM.
    """

    def __init__(self, desk: Desk, left: list[tuple[JobAssignment, int]], expires_at: str) -> None:
        super().__init__(desk)
        self._left = iter(left)
        self._expires_at = expires_at
        self._lock = threading.Lock()

    def ask(self, key: str, wait: float) -> Assignment | None:  # noqa: ARG002 - nobody is asked
        """Take the next assignment."""
        with self._lock:
            one, curves = next(self._left, (None, 0))
        if one is None:
            return None
        return Assignment(
            work_id=one.work_id,
            composite=one.composite,
            digit_length=one.digit_length,
            b1=one.b1,
            b2=one.b2,
            curves=curves,
            parametrization=one.parametrization,
            expires_at=self._expires_at,
        )


def run_job(path: Path, into: Path, part: Part, ending: Ending, shown: Display, processes: int) -> None:
    """Run what is left of a part of a job, until it is done, its time is over, or somebody stops it.

    Args:
        path: of the job file.
        into: the directory for the results; what stands there of the job is not run again.
        part: which.
        ending: when to end.
        shown: shows how far the work is.
        processes: how many computations to run at a time.

    Raises:
        BadInput: the file is none, was changed, or is out of date.
        OSError: the directory can't be written to.
    """
    file = directory.read(path)
    seconds = _seconds_left(file, str(path))
    results = ResultsDirectory(into)
    directory.keep_job(into, path, file)
    mine = file.job.part(part.number, part.parts)
    left = list(curves_left(mine, directory.finished(results, mine)))
    ending.no_later_than(seconds)
    directory.unmark(into, file, part)
    desk = Desk(Absent(), Keeping(results, Absent()), file.job.client_id, ending=ending)
    executors: Mapping[str, JobExecutor] = {"factoring": JobExecutor(desk, left, file.job.ends_at)}
    Worker(executors, desk, shown, exit_when_idle=True).run(processes)
    directory.mark_ended(into, file, part)


def _seconds_left(file: JobFile, called: str) -> float:
    """Return how long a job may still be worked on.

    Raises:
        BadInput: it was changed, or its time is over.
    """
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(file.signature.key))
    try:
        key.verify(bytes.fromhex(file.signature.signature), file.signed)
    except InvalidSignature:
        raise BadInput(
            f"{called} was changed since it was taken: its signature does not hold. Copy it again, or take another job."
        ) from None
    left = file.job.ends / SECOND - time.time()
    if left <= 0:
        raise BadInput(
            f"The time of {called} was over at {file.job.ends_at}, and what is in it goes to others; hand in what was done,"
            " and take another job."
        )
    return left
