"""Putting projections that were built beside the live ones in their place."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from coordinator.files.durable import rename_durably
from coordinator.projecting.damage import is_damage
from coordinator.projecting.opening import StandIn, discard, path_of, replace_damaged
from coordinator.writer.committing import Committer
from projections.runtime.file import ProjectionFile
from projections.runtime.projection import Projection


def take_the_place(committer: Committer, path: Path, projection: Projection) -> None:
    """Put a file in the place of the live one, of which no reader of this coordinator is open.

    Its name is given to it; SQLite removes what it keeps beside a file when the last connection to it is closed, so if
    that is still there another program is connected, and would later remove what belongs to the new file under the same
    name. Then what the new file holds is written into the live one instead, which that program goes on to read.

    Args:
        committer: whose thread this is, between two batches.
        path: the file, closed; it is gone afterwards.
        projection: what it holds.
    """
    name = projection.name
    live = path_of(path.parent.parent, name)
    committer.reached("before-swap")
    committer.files[name].close()
    try:
        if live.with_name(f"{live.name}-wal").exists():
            _write_into(live, path)
        else:
            committer.reached("during-swap")
            rename_durably(path, live)
        committer.reached("after-swap")
    finally:
        # Never a new, empty file: what is not there yet takes no writes.
        there = live.exists()
        committer.files[name] = ProjectionFile(live, projection) if there else StandIn(projection, committer.log.head())


def _write_into(live: Path, path: Path) -> None:
    """Have a file hold what another does, in one transaction; whoever reads it sees that afterwards."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(live, timeout=30)) as target:
        source.backup(target)
    discard(path)


def take_whole(committer: Committer, most: int | None, step: Callable[[], None]) -> None:
    """Take a step of the start; where it shows that files are damaged those are replaced, and it is taken once more."""
    try:
        step()
    except Exception as error:
        if not is_damage(error) or not replace_damaged(committer.files, committer.log, most):
            raise
        committer.catch_up()
        step()
