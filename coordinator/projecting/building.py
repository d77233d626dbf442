"""Building projections files from the log in a child process, which needs nothing of its parent but the pipe.

A fold of a long log takes seconds to minutes of one core; in a child it takes them from nobody's event loop. The child
is `python -m coordinator.projecting.building`, and it tells how far it has come in lines of JSON.
"""

import gc
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

import msgspec

from coordinator.clients.sealing import SealingKeys
from coordinator.durable import sync
from coordinator.log.sqlite import SqliteEventLog
from coordinator.progress import Progress, Report
from coordinator.projecting.folding import fold_log
from core.contexts import registry
from projections.contexts import projections
from projections.runtime.file import ProjectionFile

STAGE = "fold"
_NICENESS = 10
_NEAR = 1_000
_REPORT_SECONDS = 0.2
_WORDS_KEPT = 20


class Plan(msgspec.Struct, frozen=True):
    """What a child is to build.

    Attributes:
        directory: the data directory, which is only read.
        files: where each context's file is to stand, by name.
        upto: the position to fold up to; None to follow the log until its end is near.
    """

    directory: str
    files: dict[str, str]
    upto: int | None


class NotBuilt(Exception):  # noqa: N818 - says what was not done
    """The child process ended before its files were finished."""


def build(plan: Plan, report: Report) -> None:
    """Fold the log into new files; they are on disk when this returns.

    Raises:
        sqlite3.Error: the disk is full, or can't be read or written.
    """
    directory = Path(plan.directory)
    log = SqliteEventLog(directory / "log.db", read_only=True)
    sealing = SealingKeys(directory / "client-keys.db", read_only=True)
    known = {projection.name: projection for projection in projections(sealing.unseal)}
    files = [ProjectionFile(Path(path), known[name], durable=False) for name, path in plan.files.items()]

    def target() -> int:
        return log.refresh().position if plan.upto is None else plan.upto

    def reached(position: int) -> None:
        report(Progress(STAGE, position, target()))

    try:
        upto = 0
        while target() - upto > (_NEAR if upto else 0):
            upto = target()
            fold_log(log, files, registry(), upto, reached)
    finally:
        for file in files:
            file.close()
        sealing.close()
        log.close()
    for name, path in plan.files.items():
        # Opened as one that lasts, it gets what a file under construction does without, and is brought to disk.
        ProjectionFile(Path(path), known[name]).close()
        sync(Path(path))


class Building:
    """A child process at work on a plan. Leaving the context ends it, however far it is.

    Args:
        directory: the data directory.
        files: where each context's file is to stand, by name.
        upto: the position to fold up to; None to follow the log until its end is near.
    """

    def __init__(self, directory: Path, files: Mapping[str, Path], upto: int | None = None) -> None:
        plan = Plan(str(directory), {name: str(path) for name, path in files.items()}, upto)
        self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module; the plan is data
            [sys.executable, "-m", "coordinator.projecting.building", msgspec.json.encode(plan)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def follow(self, report: Report) -> None:
        """Wait until the files are finished, telling how far they have come.

        Raises:
            NotBuilt: they will not be; says why.
        """
        assert self._child.stdout is not None
        words = _reported(self._child.stdout, report)
        if self._child.wait() != 0:
            raise NotBuilt(f"The projections could not be built: {words or f'exit code {self._child.returncode}'}.")

    def stop(self) -> None:
        """End the child at once, and wait until it has gone."""
        self._child.kill()
        self._child.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()
        assert self._child.stdout is not None
        self._child.stdout.close()


def _reported(lines: Iterable[bytes], report: Report) -> str:
    """Pass progress on; return the last of whatever else was said, which is the reason when it went wrong."""
    words: deque[str] = deque(maxlen=_WORDS_KEPT)
    for line in lines:
        try:
            report(msgspec.json.decode(line, type=Progress))
        except msgspec.DecodeError:
            words.append(line.decode(errors="replace").strip())
    return words[-1] if words else ""


def main(plan: bytes) -> None:
    """Build as the child: gently, leaving Ctrl-C to the parent, and ending when nobody listens any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICENESS)
    # A fold makes no cycles, and looking for them takes a tenth of its time.
    gc.disable()
    told = 0.0

    def report(progress: Progress) -> None:
        nonlocal told
        if time.monotonic() - told >= _REPORT_SECONDS or progress.done == progress.total:
            told = time.monotonic()
            sys.stdout.buffer.write(msgspec.json.encode(progress) + b"\n")
            sys.stdout.buffer.flush()

    build(msgspec.json.decode(plan, type=Plan), report)


if __name__ == "__main__":
    main(os.fsencode(sys.argv[1]))
