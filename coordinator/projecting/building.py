"""Building projections files from the log in a child process.

A fold of a long log takes seconds to minutes of one core; in a child it takes them from nobody's event loop.
"""

import os
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Self

import msgspec

from coordinator.files.durable import sync
from coordinator.log.sqlite import SqliteEventLog
from coordinator.processes.child import Child, ChildFailed, begin_work
from coordinator.processes.progress import Progress, Report
from coordinator.projecting.folding import fold_log
from coordinator.sealing import SealingKeys
from core.contexts import registry
from projections.contexts import projections
from projections.runtime.file import ProjectionFile

STAGE = "fold"
_NEAR = 1_000
_LARGEST = "factoring"
"""The context that takes about as long as all others together."""
_LONG = 20_000
"""So many events take longer to fold than a process to start."""


class Plan(msgspec.Struct, frozen=True):
    """A task for a child process: to build.

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


class Building(Child):
    """A child process at work on a plan.

    Args:
        directory: the data directory.
        files: where each context's file is to stand, by name.
        upto: the position to fold up to; None to follow the log until its end is near.
    """

    def __init__(self, directory: Path, files: Mapping[str, Path], upto: int | None = None) -> None:
        plan = Plan(str(directory), {name: str(path) for name, path in files.items()}, upto)
        super().__init__("coordinator.projecting.building", msgspec.json.encode(plan))

    def follow(self, report: Report) -> str:
        """Wait until the files are finished, telling how far they have come.

        Raises:
            NotBuilt: they will not be; says why.
        """
        try:
            return super().follow(report)
        except ChildFailed as failure:
            raise NotBuilt(f"The projections could not be built: {str(failure).rstrip('.')}.") from None


class BuildingApart:
    """Child processes at work on a plan, of a long log two, each on its share of the files: reading it twice costs less than waiting.

    Args:
        directory: the data directory.
        files: where each context's file is to stand, by name.
        upto: the position to fold up to; None to follow the log until its end is near.
    """

    def __init__(self, directory: Path, files: Mapping[str, Path], upto: int | None = None) -> None:
        long = (_end_of_log(directory) if upto is None else upto) > _LONG
        apart = {name: path for name, path in files.items() if name == _LARGEST and long}
        others = {name: path for name, path in files.items() if name not in apart}
        self._shares = [share for share in (apart, others) if share]
        self._start = partial(Building, directory, upto=upto)
        self._children = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            self._at_work = [starting.enter_context(self._start(share)) for share in self._shares]
            self._children = starting.pop_all()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._children.close()

    def follow(self, report: Report) -> None:
        """Wait until all files are finished, telling how far the slower process has come.

        Raises:
            NotBuilt: one will not be; says why.
        """
        done = dict.fromkeys(self._at_work, 0)

        def reached(child: Building, progress: Progress) -> None:
            done[child] = progress.done
            report(Progress(progress.stage, min(done.values()), progress.total))

        with ThreadPoolExecutor(len(self._at_work)) as followers:
            following = [followers.submit(child.follow, partial(reached, child)) for child in self._at_work]
            try:
                for one in as_completed(following):
                    one.result()
            except BaseException:
                for child in self._at_work:
                    child.stop()
                raise


def _end_of_log(directory: Path) -> int:
    with closing(SqliteEventLog(directory / "log.db", read_only=True)) as log:
        return log.head().position


def main(plan: bytes) -> None:
    """Build as the child."""
    build(msgspec.json.decode(plan, type=Plan), begin_work().report)


if __name__ == "__main__":
    main(os.fsencode(sys.argv[1]))
