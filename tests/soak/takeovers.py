"""Takeovers under the load of every context: whatever becomes of the node that writes, another one goes on.

    python -m tests.soak.takeovers 300

goes through as many, ten with each cluster, and keeps what each took in results/takeovers.ndjson; it goes on from there
until there are so many for the commit. Of a cluster that lost something, its directory is kept.

PostgreSQL has a synchronous standby. Where the kernel lets us have networks, each node is on a machine of its own, so that
its links can be pulled out.
"""

import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from tests.real.clusters import Cluster
from tests.real.networks import Networks, can_be_made
from tests.seeds import RESULTS, commit
from tests.soak.load import Load, begun, clients
from tests.waiting import until

RECORD = RESULTS / "takeovers.ndjson"
_AT_ONCE = 10


def kill(cluster, holder, _):
    """A power cut of the machine that writes."""
    holder.kill()


def stop(cluster, holder, _):
    """Whoever runs it stops it in good order, to upgrade it."""
    assert holder.stop() == 0


def freeze(cluster, holder, chance):
    """The machine stands still for some seconds, and goes on as if nothing had been."""
    holder.process.send_signal(signal.SIGSTOP)
    time.sleep(chance.uniform(2.3, 4))
    holder.process.send_signal(signal.SIGCONT)


def cut_off(cluster, holder, chance):
    """It does not reach PostgreSQL for some seconds; its clients reach it."""
    holder.line.cut()
    time.sleep(chance.uniform(2.3, 4))
    holder.line.mend()


def unplug(cluster, holder, chance):
    """It reaches nobody for some seconds, nor does anybody reach it."""
    holder.line.unplug()
    time.sleep(chance.uniform(2.3, 4))
    holder.line.plug()


def promote(cluster, *_):
    """PostgreSQL's primary is lost, and its synchronous standby takes its place."""
    cluster.fail_over()


def restart_postgres(cluster, _, chance):
    """PostgreSQL is restarted, in good order or not."""
    cluster.postgres.stop(chance.choice(["fast", "immediate"]))
    cluster.postgres.start()


OF_POSTGRES = (restart_postgres, promote)
"""While these go on nobody can take the pen."""


def misfortunes():
    """Return what can happen here."""
    return (kill, freeze, cut_off, stop, *OF_POSTGRES, *([unplug] if can_be_made() else []))


def first_taken_after(cluster, position):
    """Return when the pen was first taken after a position; None when it was not yet, as far as a node knows."""
    for node in cluster.nodes:
        with closing(sqlite3.connect(f"file:{node.directory}/log.db?mode=ro", uri=True)) as log:
            row = log.execute(
                "SELECT recorded_at / 1e6 FROM events WHERE type = 'pen.taken.v1' AND position > ? LIMIT 1", (position,)
            ).fetchone()
        if row:
            return row[0]
    return None


def take_over(cluster, load, misfortune, chance):
    """Have something happen to who writes, and wait until every client is answered again; return what that took."""
    load.answered(1, cluster.said)
    holder = cluster.holder
    position, _ = cluster.end()
    busy = os.getloadavg()[0]
    began = time.time()
    misfortune(cluster, holder, chance)
    if misfortune in OF_POSTGRES:
        began = time.time()
    moment = until(lambda: first_taken_after(cluster, position), said=cluster.said)
    load.answered(2, cluster.said)
    over = time.time()
    if not holder.runs:
        holder.start()
    cluster.have_standby()
    took = {"taken_after": max(0, moment - began), "answered_after": over - began}
    return {"misfortune": misfortune.__name__, **took, "load_average": busy}


def go_through(directory, coming, chance):
    """Go through takeovers with a new cluster; yield what each took, and check at the end that nothing was lost."""
    cluster = Cluster(directory, standby=True, networks=Networks() if can_be_made() else None)
    try:
        loaders = clients(*begun(cluster.holder.address))
        with Load([node.address for node in cluster.nodes], loaders) as load:
            for misfortune in coming:
                yield take_over(cluster, load, misfortune, chance)
        check(cluster, load)
    finally:
        cluster.close()


def check(cluster, load):
    """See that everything acknowledged is there once, on every node, and that no client met with anything but 503."""
    assert load.faults == {}
    until(cluster.agree, said=cluster.said)
    until(lambda: all(node.health()["status"] == "healthy" for node in cluster.nodes), said=cluster.said)
    load.assert_recorded(cluster.nodes[0].directory)
    holder = cluster.holder
    for node in [*cluster.followers, holder]:
        assert node.stop() == 0
    for node in cluster.nodes:
        cluster.verify(node)


def main(wanted):
    """Go through takeovers until there are so many for the commit; return the exit code."""
    RESULTS.mkdir(exist_ok=True)
    known = [json.loads(line) for line in RECORD.read_text().splitlines()] if RECORD.exists() else []
    known = [one for one in known if one["commit"] == commit()]
    while len(known) < wanted:
        chance = random.Random(f"takeovers {len(known)}")
        coming = [chance.choice(misfortunes()) for _ in range(min(_AT_ONCE, wanted - len(known)))]
        directory = Path(tempfile.mkdtemp(prefix="takeovers-"))
        done = list(go_through(directory, coming, chance))
        shutil.rmtree(directory)
        with RECORD.open("a") as file:
            file.writelines(json.dumps({"commit": commit(), **one}) + "\n" for one in done)
        known += done
        sys.stdout.write(f"{len(known)} takeovers: {summary(known)}\n")
        sys.stdout.flush()
    return 0


def summary(done):
    """Say how long takeovers took, by what led to them: median and worst.

    In seconds until the pen was taken, counted from when PostgreSQL takes writes again where it did not.
    """
    by = {
        name: [one["taken_after"] for one in done if one["misfortune"] == name]
        for name in sorted({one["misfortune"] for one in done})
    }
    return ", ".join(f"{name} {len(took)}: {median(took):.2f}, {max(took):.2f}" for name, took in by.items())


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
