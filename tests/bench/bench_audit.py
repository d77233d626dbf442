"""Verify, export, import, heads, proofs and folding anew, on a log of a million events (`month.py`); no coordinator runs.

Beside the rates stands that of SHA-256 over rows of the same length on one core, measured in the same call.
"""

import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from stage import ROOT, figure

from coordinator.heads.notary import Notary
from coordinator.heads.tree import TREE_FILE
from coordinator.log.sqlite import SqliteEventLog
from coordinator.processes.progress import unreported
from coordinator.projecting.building import Building
from coordinator.time.wallclock import now
from core.contexts import CONTEXTS

EVENTS = 1_000_000
PROOFS = 2_000


def timed(*arguments: str) -> float:
    """Run a command of the command line; return the seconds it took, its start included."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "coordinator.cli", *arguments], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


def took(do: Callable[[], object]) -> float:
    """Return how many seconds something took."""
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def hashed(directory: Path) -> float:
    """Return how many rows of the log's mean length are hashed a second."""
    with closing(SqliteEventLog(directory / "log.db", read_only=True)) as log:
        rows = log.read(100_000, 10_000)
    row = bytes(int(statistics.mean(len(row.data) + len(row.stream) + len(row.command) + 200 for row in rows)))
    return 200_000 / took(lambda: [sha256(row).digest() for _ in range(200_000)])


def heads(directory: Path) -> None:
    """Measure building the tree, signing, and proving at random."""
    (directory / "projections" / TREE_FILE).unlink(missing_ok=True)
    notary = Notary(directory)

    def build() -> None:
        while not notary.tend(now()):
            pass

    seconds = took(build)
    figure("tree built anew and signed", EVENTS / seconds, "events/s", goal="")
    head = notary.sign(now())
    picked = random.Random(1)
    times = [took(lambda: notary.prove_inclusion(picked.randint(1, head.position), head)) * 1000 for _ in range(PROOFS)]
    figure("inclusion proof made and checked, median", statistics.median(times), "ms", goal="")
    figure("the same, 99th percentile", sorted(times)[PROOFS * 99 // 100], "ms", goal="")
    proof = notary.prove_inclusion(head.position // 2, head)
    figure("hashes in a proof", len(proof.path), "", goal="log2(n) = 20")
    notary.close(now())
    figure("notary opened, tree in place", took(lambda: Notary(directory)) * 1000, "ms", goal="")


def fold(directory: Path) -> None:
    """Fold the log into every projections file anew, in one child process."""
    with tempfile.TemporaryDirectory() as scratch:
        files = {context.name: Path(scratch) / f"{context.name}.db" for context in CONTEXTS}
        with Building(directory, files) as building:
            building.follow(unreported)


def main() -> None:
    """Fill a log, unless a directory with one is named, and measure what is done with it."""
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch) / "data"
        if not directory.exists():
            subprocess.run(
                [sys.executable, str(Path(__file__).parent / "month.py"), str(directory), str(EVENTS)], check=True
            )
        where = ("--data-dir", str(directory))
        print(f"  reference: {hashed(directory):,.0f} rows/s through SHA-256 on one core")
        heads(directory)
        figure("verify --log-only", EVENTS / timed("verify", "--log-only", *where), "events/s", goal=">= 200,000/s")
        kept = str(directory / "heads.ndjson")
        rate = EVENTS / timed("verify", "--log-only", "--head", kept, *where)
        figure("the same, with --head: the root computed anew", rate, "events/s", goal="")
        figure("verify", EVENTS / timed("verify", *where), "events/s", goal=">= 50,000/s")
        # 60,000 events a second and 300,000 curve identities, of which this log has one an event.
        figure("folded anew", EVENTS / took(lambda: fold(directory)), "events/s", goal=">= 50,000/s")
        export = str(Path(scratch) / "log.ndjson")
        figure("export", EVENTS / timed("export", export, *where), "events/s", goal=">= 100,000/s")
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
        figure("memory of the largest of these processes", memory, "MB", goal="< 200 (export)")
        copy = str(Path(scratch) / "copy")
        figure("import", EVENTS / timed("import", export, "--data-dir", copy), "events/s", goal="")
        figure("verify of an export", EVENTS / timed("verify", export), "events/s", goal="")


if __name__ == "__main__":
    main()
