"""What it costs to fold a log anew, beside reading and decoding its events alone; at 100,000 events and at a million.

A log of new numbers and little else is folded as well: each is the most expensive event of all.

CPU time of this process, so that others on the machine count for little; each measurement stands beside its reference.
Another build is measured by `python tests/bench/bench_fold.py --tree PATH` with a worktree of it.
"""

import argparse
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from stage import ROOT, figure

EVENTS = (100_000, 1_000_000)
NUMBERS = 10_000
TURNS = 3
_AT_ONCE = 10_000


def used(do: Callable[[], object]) -> float:
    """Return how many seconds of CPU something took."""
    began = time.process_time()
    do()
    return time.process_time() - began


def read(directory: Path) -> None:
    """Read and decode every event, and do nothing with it."""
    from coordinator.log.sqlite import SqliteEventLog  # noqa: PLC0415 - of the tree that was named
    from core.contexts import registry  # noqa: PLC0415 - as above

    event = registry().event
    with closing(SqliteEventLog(directory / "log.db", read_only=True)) as log:
        after = 0
        while rows := log.read(after, _AT_ONCE):
            after = [event(row) for row in rows][-1].position


def fold(directory: Path) -> None:
    """Fold the log into all projections files, in this process, as a child process does."""
    from coordinator.projecting.building import Plan, build  # noqa: PLC0415 - of the tree that was named
    from core.contexts import CONTEXTS  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory() as scratch:
        files = {context.name: f"{scratch}/{context.name}.db" for context in CONTEXTS}
        build(Plan(str(directory), files, None), lambda _progress: None)


def filled(directory: Path, *arguments: int) -> Path:
    """Fill a log as `month.py` does by its arguments; return its directory."""
    month = Path(__file__).parent / "month.py"
    subprocess.run([sys.executable, str(month), str(directory), *map(str, arguments)], check=True)
    return directory


def cost(what: str, events: int, directory: Path) -> float:
    """Print what a fold costs over reading, measured in turns; return it."""
    turns = [(used(lambda: fold(directory)), used(lambda: read(directory))) for _ in range(TURNS)]
    over_reading = statistics.median(folded / reading for folded, reading in turns)
    rate = events / statistics.median(folded for folded, _ in turns)
    figure(f"fold of {events:,} {what} over reading them", over_reading, "x", goal="", beside=f"{rate:,.0f}/s")
    return over_reading


def main() -> None:
    """Fill logs, and fold them in turns with reading them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tree", type=Path, default=ROOT)
    sys.path.insert(0, str(parser.parse_args().tree))
    gc.disable()  # as in the child process
    with tempfile.TemporaryDirectory() as scratch:
        cost("new numbers", NUMBERS, filled(Path(scratch) / "numbers", NUMBERS, NUMBERS))
        costs = [cost("events", events, filled(Path(scratch) / str(events), events)) for events in EVENTS]
    figure("cost of an event among a million over one among 100,000", costs[1] / costs[0], "x", goal="<= 1")


if __name__ == "__main__":
    main()
