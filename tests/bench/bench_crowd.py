"""What an honest client waits among many who only cost: its 99th percentile with them, against alone."""

import http.client
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from stage import HERE, coordinator, figure, get, post

SLOW, VIEWERS, POLLS, FLOODS = 200, 500, 300, 4
PAGES = ("/", "/composites", "/composites/1", "/factors", "/workers", "/events")
RUNS = 5
REQUESTS = 1_500
_PAUSE_SECONDS = 0.002


class Honest:
    """Hands in one curve after the other on one connection, as a worker does."""

    def __init__(self, address: str, work: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        self._work = work
        self._sigma = 10**6

    def p99_ms(self) -> float:
        """Hand in curves; return how long the slowest hundredth took at least, in milliseconds."""
        taken = [self._hand_in() for _ in range(REQUESTS)]
        return statistics.quantiles(taken, n=100)[98] * 1_000

    def _hand_in(self) -> float:
        self._sigma += 1
        body = {
            "work_assignment_id": self._work,
            "client_id": "bench",
            "curves_completed": 1,
            "b1": 2000,
            "parametrization": 1,
            "sigmas": [str(self._sigma)],
        }
        time.sleep(_PAUSE_SECONDS)
        began = time.perf_counter()
        self._connection.request("POST", "/api/v1/results/ecm", json.dumps(body), {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"an honest result was answered with {answer.status}")
        return time.perf_counter() - began


@contextmanager
def beside(script: str, *arguments: object) -> Iterator[list[float]]:
    """Run a script of this directory from its `ready` to the end; what it prints then is in the list."""
    told: list[float] = []
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield told
        told += map(float, process.communicate()[0].split())


def main() -> None:
    """Alternate between the two, so that a change of the machine's mood hits both."""
    crowd = f"{SLOW} slow or stalled connections, {VIEWERS} viewers, {POLLS} long polls, {FLOODS} floods of headers"
    print(f"  workload: one curve a result on one connection, {REQUESTS} of them, {RUNS} times; {crowd}")
    alone: list[float] = []
    among: list[float] = []
    with coordinator() as address:
        post(f"{address}/api/v1/composites/bulk", [{"number": "2^365-3", "target_t_level": 60}])
        honest = Honest(address, get(f"{address}/api/v1/work/request?client_id=bench")["work_id"])
        honest.p99_ms()
        for _ in range(RUNS):
            alone.append(honest.p99_ms())
            with ExitStack() as there:
                there.enter_context(beside("viewers.py", address, VIEWERS, *PAGES))
                costly = there.enter_context(beside("crowd.py", address, SLOW, POLLS, FLOODS))
                among.append(honest.p99_ms())
    ratio = statistics.median(many / one for one, many in zip(alone, among, strict=True))
    medians = f"{statistics.median(among):.1f} ms beside {statistics.median(alone):.1f} ms"
    figure("99th percentile among them over that alone", ratio, "x", goal="<= 2", beside=medians)
    figure("floods turned away in the last run", costly[0], "", goal="> 0", beside=f"{costly[1]:.0f} polls answered")


if __name__ == "__main__":
    main()
