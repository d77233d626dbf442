"""A log that PostgreSQL has the last word of, against one that SQLite keeps alone: results over HTTP, and bare appends."""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from stage import ROOT, coordinator, figure, get, post, wrk

sys.path.insert(0, str(ROOT))

from coordinator.log.shared import SharedLog
from coordinator.log.sqlite import SqliteEventLog
from coordinator.pen.joining import joined
from coordinator.pen.pen import Database
from core.events.chain import stamp
from core.events.log import EventLog
from tests.ledgers import envelope, key_created
from tests.real.postgreses import PostgresProcess

SIZES = (1, 10, 100)
APPENDS = 200


def results(postgres: PostgresProcess) -> None:
    """Send results to a coordinator of either kind by turns, so that a change of the machine's mood hits both."""
    print("  workload: one curve with one fresh sigma a request, 64 connections, 5 x 6 s each, one number")
    address = postgres.address(postgres.database())
    with coordinator() as alone, coordinator(TALLYSTICK_POSTGRES=address) as shared:
        works = []
        for where in (alone, shared):
            post(f"{where}/api/v1/composites/bulk", [{"number": "2^365-3", "target_t_level": 60}])
            works.append(get(f"{where}/api/v1/work/request?client_id=bench")["work_id"])
        pairs = [
            tuple(
                wrk(where, "result.lua", work, "/api/v1/results/ecm")
                for where, work in zip((alone, shared), works, strict=True)
            )
            for _ in range(5)
        ]
    ratio = statistics.median(two.rate / one.rate for one, two in pairs)
    rates = [statistics.median(load.rate for load in side) for side in zip(*pairs, strict=True)]
    figure(
        "results/s over those of SQLite",
        ratio,
        "x",
        goal=">= 0.85",
        beside=f"{rates[1]:,.0f}/s beside {rates[0]:,.0f}/s",
    )
    figure(
        "latency at the 99th percentile", statistics.median(two.p99_ms for _, two in pairs), "ms", goal="as of SQLite"
    )
    figure("answers other than 2xx", sum(one.failures + two.failures for one, two in pairs), "", goal="0")


def appends(postgres: PostgresProcess) -> None:
    """Append batches of some sizes to both."""
    with tempfile.TemporaryDirectory() as where, ExitStack() as stack:
        directory = Path(where)
        alone = stack.enter_context(closing(SqliteEventLog(directory / "alone.db")))
        copy, pen = joined(directory, Database(postgres.address(postgres.database()), None, "bench"))
        stack.callback(copy.close)
        stack.callback(pen.close)
        shared = SharedLog(copy, pen)
        for size in SIZES:
            ratios = [_seconds(alone, size) / _seconds(shared, size) for _ in range(5)]
            figure(f"appends of {size} events over those of SQLite", statistics.median(ratios), "x", goal="no promise")


def _seconds(log: EventLog, size: int) -> float:
    """Return how long some appends take; what is appended is made before."""
    spent, last = 0.0, log.read(log.head().position - 1, 1)
    moment = last[0].recorded_at if last else 0
    for number in range(APPENDS):
        events = stamp([key_created(n) for n in range(size)], envelope(f"b{number}", moment), log.head(), log.version)
        began = time.perf_counter()
        log.append(events, log.head())
        spent += time.perf_counter() - began
    return spent


def main() -> None:
    """Run both on one server, which waits for the disk as the coordinators do."""
    measures: tuple[Callable[[PostgresProcess], None], ...] = (appends, results)
    with closing(PostgresProcess(durable=True)) as postgres:
        postgres.start()
        for measure in measures:
            measure(postgres)


if __name__ == "__main__":
    main()
