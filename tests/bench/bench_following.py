"""A node that follows another: how fast it catches up with what was written without it, and when its pages show what is new."""

import signal
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from stage import ROOT, figure, get, post, wrk

sys.path.insert(0, str(ROOT))

from tests.real.clusters import Cluster, Node
from tests.waiting import until

RUNS, SECONDS = 3, 10
SEEN = 50


def applied(node: Node) -> int:
    """Return the position up to which a node's tables go, as it says of itself, well or not."""
    return int((node.health() or {"projections": {"position": 0}})["projections"]["position"])


def catching_up(cluster: Cluster) -> None:
    """Have the holder write as fast as it can while the follower stands still; then let that one go on, alone."""
    print(
        f"  workload: one curve with one fresh sigma a request, 64 connections, {RUNS} x {SECONDS} s; two nodes, one follows"
    )
    holder, (follower,) = cluster.holder, cluster.followers
    post(f"{holder.address}/api/v1/composites/bulk", [{"number": "2^365-3", "target_t_level": 60}])
    work = get(f"{holder.address}/api/v1/work/request?client_id=bench")["work_id"]
    rates = []
    for _ in range(RUNS):
        until(cluster.agree)
        follower.process.send_signal(signal.SIGSTOP)
        before, began = cluster.end()[0], time.perf_counter()
        wrk(holder.address, "result.lua", work, "/api/v1/results/ecm", seconds=SECONDS)
        (end, _), spent = cluster.end(), time.perf_counter() - began
        follower.process.send_signal(signal.SIGCONT)
        began = time.perf_counter()
        until(lambda end=end: applied(follower) >= end, 300)
        rates.append(((end - before) / spent, (end - before) / (time.perf_counter() - began)))
    figure(
        "events/s at which a follower catches up, over those written",
        statistics.median(caught / wrote for wrote, caught in rates),
        "x",
        goal=">= 2",
        beside=f"{statistics.median(caught for _, caught in rates):,.0f}/s beside "
        f"{statistics.median(wrote for wrote, _ in rates):,.0f}/s",
    )


def seeing(cluster: Cluster) -> None:
    """Submit numbers to the holder, and look at the follower's page of each until it is there."""
    holder, (follower,) = cluster.holder, cluster.followers
    took, alone = [], []
    for number in range(SEEN):
        made = post(f"{holder.address}/api/v1/composites/bulk", [{"number": f"2^{400 + number}-3"}])
        began = time.perf_counter()
        until(lambda made=made: shows(follower, made["composites"][0]["id"]))
        seen = time.perf_counter()
        assert shows(follower, made["composites"][0]["id"])
        took.append(1_000 * (seen - began))
        alone.append(1_000 * (time.perf_counter() - seen))
    beside = f"{statistics.median(alone):,.0f} ms for a page that is there"
    figure(
        "from the answer to the number's page on the follower",
        statistics.median(took),
        "ms",
        goal="< 100",
        beside=beside,
    )
    figure("  the same, at the 90th percentile", statistics.quantiles(took, n=10)[-1], "ms", goal="no promise")


def shows(node: Node, composite: int) -> bool:
    """Tell whether a node has the page of a number."""
    request = urllib.request.Request(f"{node.address}/composites/{composite}", headers={"Accept": "text/html"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False


def main() -> None:
    """Run both on one cluster."""
    with tempfile.TemporaryDirectory() as directory:
        cluster = Cluster(Path(directory), ("one", "two"))
        try:
            seeing(cluster)
            catching_up(cluster)
        finally:
            cluster.close()


if __name__ == "__main__":
    main()
