"""Pushes of 1,000 agents with 50 facts each, durable, one by one and in bulk, while others pull all that they know."""

import http.client
import itertools
import json
import random
import statistics
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from stage import coordinator, figure, get, reference, wrk

AGENTS = 1_000
FACTS = 50
NEW_FACTS = 5
SECONDS = 6
RUNS = 5
PULLS_A_SECOND = 10
AT_ONCE = 50
PACE = 3_200


def main() -> None:
    """Alternate between the two servers, so that a change of the machine's mood hits both."""
    print(
        f"  workload: {AGENTS} agents, {FACTS} facts each of which {NEW_FACTS} are new, {RUNS} x {SECONDS} s each;"
        f" {PULLS_A_SECOND} pulls a second beside them"
    )
    with coordinator() as ours, reference() as theirs:
        wrk(ours, "push.lua", "/push", seconds=1)
        one_by_one(ours, theirs)
        in_bulk(ours, bulks())
        pulled = get(f"{ours}/pull")
        unchanged(ours)
    figure("facts in the merge", pulled["metadata"]["total_facts"], "", goal=f"{AGENTS * FACTS:,}")


def one_by_one(ours: str, theirs: str) -> None:
    """Push over 64 connections, a summary a request."""
    loads = []
    pulls: list[float] = []
    for _ in range(RUNS):
        with pulling(ours, pulls):
            mine = wrk(ours, "push.lua", "/push", seconds=SECONDS)
        loads.append((mine, wrk(theirs, "push.lua", "/any", seconds=SECONDS)))
    rate = statistics.median(mine.rate for mine, _ in loads)
    no_op = statistics.median(load.rate for _, load in loads)
    ratio = statistics.median(mine.rate / load.rate for mine, load in loads)
    figure("pushes one by one", rate, "/s", goal=">= 3,000", beside=f"{ratio:.2f} of a no-op's {no_op:,.0f}/s")
    figure("answers other than 2xx", sum(mine.failures + load.failures for mine, load in loads), "", goal="0")
    tell(pulls)


def in_bulk(ours: str, bodies: Iterator[bytes]) -> None:
    """Push over two connections, 50 summaries a request: as fast as it goes, and then at a steady pace beside pulls."""
    fastest = [pushed(ours, bodies, SECONDS * PACE // AT_ONCE) for _ in range(RUNS)]
    figure("pushes in bulk, as fast as it goes", statistics.median(fastest), "/s", goal=">= 3,000")
    pulls: list[float] = []
    with pulling(ours, pulls):
        steady = [pushed(ours, bodies, SECONDS * PACE // AT_ONCE, PACE) for _ in range(RUNS)]
    figure(f"pushes in bulk, when {PACE:,} are due each second", statistics.median(steady), "/s", goal=">= 3,000")
    tell(pulls)


def pushed(ours: str, bodies: Iterator[bytes], count: int, pace: int | None = None) -> float:
    """Send so many bodies, at most so many pushes a second; return how many pushes a second it came to."""
    prepared = iter(list(itertools.islice(bodies, count)))
    began = time.perf_counter()
    due = iter([began + number * AT_ONCE / pace if pace else began for number in range(count)])
    senders = [threading.Thread(target=send, args=(ours, prepared, due)) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return count * AT_ONCE / (time.perf_counter() - began)


def tell(pulls: list[float]) -> None:
    """Print how long pulls took meanwhile."""
    beside = f"median {statistics.median(pulls):.1f} ms of {len(pulls)}"
    figure("pulls meanwhile, 99th percentile", percentile(pulls), "ms", goal="< 50", beside=beside)


def unchanged(ours: str) -> None:
    """Pull what is there already."""
    with urllib.request.urlopen(f"{ours}/pull", timeout=60) as response:
        tag = str(response.headers["ETag"])
    took = [timed(f"{ours}/pull", tag) for _ in range(200)]
    figure("an unchanged pull (304), median", statistics.median(took), "ms", goal="")


def bulks() -> Iterator[bytes]:
    """Yield bodies of the bulk address, each with the next summaries."""
    chance = random.Random(time.time_ns())
    run = chance.randbytes(4).hex()
    known = [[chance.randbytes(32).hex() for _ in range(FACTS)] for _ in range(AGENTS)]
    began = time.time()
    for start in itertools.count(0, AT_ONCE):
        items = []
        for number in range(start, start + AT_ONCE):
            facts = known[number % AGENTS]
            facts[:NEW_FACTS] = []
            facts += [chance.randbytes(32).hex() for _ in range(NEW_FACTS)]
            moment = time.gmtime(began - 86_400 + number // 1_000)
            summary = {
                "agent_id": f"agent-{number % AGENTS + 1:04d}",
                "timestamp": f"{time.strftime('%Y-%m-%dT%H:%M:%S', moment)}.{number % 1_000:03d}Z",
                "topic_counts": {"episodic": number % 50, "semantic": 50},
                "fact_hashes": facts.copy(),
            }
            items.append(
                {"type": "federation.summary_pushed", "id": f"{run}-{number}", "client_id": "bench", "summary": summary}
            )
        yield json.dumps(items).encode()


def send(address: str, bodies: Iterator[bytes], due: Iterator[float]) -> None:
    """Send bodies one after the other, each when it is due, until there are none."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
    for body in bodies:
        time.sleep(max(0.0, next(due) - time.perf_counter()))
        connection.request("POST", "/api/v1/events", body, {"Content-Type": "application/json"})
        answer = connection.getresponse().read()
        if answer.count(b'"accepted"') != AT_ONCE:
            raise RuntimeError(answer[:500])


@contextmanager
def pulling(address: str, seen: list[float]) -> Iterator[None]:
    """Pull at a steady pace, and note how long each took in milliseconds."""
    over = threading.Event()

    def pull() -> None:
        due = time.perf_counter()
        while not over.is_set():
            seen.append(timed(f"{address}/pull"))
            due += 1 / PULLS_A_SECOND
            over.wait(max(0.0, due - time.perf_counter()))

    thread = threading.Thread(target=pull)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def timed(address: str, tag: str = "") -> float:
    """Return how many milliseconds it takes until the whole answer is there."""
    request = urllib.request.Request(address, headers={"If-None-Match": tag})
    started = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            response.read()
    except urllib.error.HTTPError as answer:
        if answer.code != http.HTTPStatus.NOT_MODIFIED:
            raise
    return (time.perf_counter() - started) * 1000


def percentile(values: list[float], part: float = 0.99) -> float:
    """Return the value that so many of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


if __name__ == "__main__":
    main()
