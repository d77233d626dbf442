"""Every page on a coordinator with 100,000 composites and a long log: how long it takes, and how large it is.

Beside each latency stands that of a GET that does nothing on the same stack, taken in turn with it: on a machine that
others use as well, both rise together.
"""

import http.client
import re
import sys
import tempfile
import time
import urllib.error
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import gmpy2
from month import Month
from stage import coordinator, figure, get, post, reference

from coordinator.pages.contents import contents
from coordinator.server.contexts import CONTEXTS

SITE = contents([context.pages for context in CONTEXTS])
NUMBERS = 100_000
EVENTS = 900_000
"""Besides those of the composites, which make it more than a million."""
A_POST = 5_000
LOOKS = 100
KEY = "open-sesame"
QUERIES = {
    "/composites": (
        "?search=99&sort=t_level&order=desc&page=40",
        "?search=0",
        "?search=0&status=open&sort=digits",
        "?parts=yes&page=1000",
        "?standing=open&page=1000",
    ),
    "/events": ("?type=access",),
    "/federation/agent": ("?id=agent-1",),
    "/search": ("?q=worker", "?q=0"),
    "/admin/numbers": ("?search=99",),
}
"""The more laborious ways to ask for a page, which are measured beside the plain one."""


class Seen(NamedTuple):
    """What looking at a page many times has shown; milliseconds and bytes."""

    path: str
    median: float
    p99: float
    bytes: int
    failures: int


def composite(index: int) -> gmpy2.mpz:
    """Return a product of two primes that no other index has: numbers that share one would be taken apart while pages are looked at."""
    return gmpy2.next_prime(10**44 + index * 10**6) * gmpy2.next_prime(10**45 + index * 10**6)


def submit(address: str) -> None:
    """Have so many composites on record, in a project."""
    for start in range(0, NUMBERS, A_POST):
        values = map(composite, range(start, start + A_POST))
        body = [{"number": str(value), "target_t_level": 50, "project": "bench"} for value in values]
        post(f"{address}/api/v1/composites/bulk", body)


def wait_until_built(address: str) -> None:
    """Wait while the tables of a log that has none yet are built."""
    while True:
        try:
            for path in ("/composites", "/counting", "/tasks", "/federation", "/convergence", "/contributors"):
                get(f"{address}{path}?as=json")
        except urllib.error.HTTPError as error:
            if error.code != http.client.SERVICE_UNAVAILABLE:
                raise
            time.sleep(1)
        else:
            return


def signed_in(address: str) -> str:
    """Sign in, and return the cookie."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/admin/login", urlencode({"key": KEY}), form)
    return str(connection.getresponse().headers["Set-Cookie"]).partition(";")[0]


def paths(address: str) -> list[str]:
    """Return an address of each kind of page, and a more laborious one of some."""
    (first,) = get(f"{address}/api/v1/events?type=tasks&limit=1")["events"]
    task = first["stream"]
    known = {
        "number": "1",
        "position": "1000",
        "client": "1",
        "factor": "1",
        "project": "1",
        "simulation": "1",
        "job": get(f"{address}/api/jobs")["jobs"][0]["job_id"],
        "task": task.removeprefix("task-"),
        "work": get(f"{address}/api/v1/work/request?client_id=bench")["work_id"],
    }
    found = []
    for page in SITE.pages:
        if not known.keys() >= set(re.findall(r"{(\w+)}", page.path)):
            continue  # there is none of these here: an upload, an invitation, a person who was forgotten
        path = page.path.format(**known)
        if page.path != "/federation/agent":  # which is nothing without its query
            found.append(path)
        found += [path + query for query in QUERIES.get(page.path, ())]
    return found


def look(connections: tuple[http.client.HTTPConnection, http.client.HTTPConnection], path: str, cookie: str) -> Seen:
    """Look at a page many times, and as often at nothing; the latencies are those of the page."""
    ours, theirs = connections
    took, size, failures = [], 0, 0
    headers = {"Accept": "text/html", "Cookie": cookie}
    for _ in range(LOOKS):
        began = time.perf_counter()
        ours.request("GET", quote(path, safe="/?=&"), headers=headers)
        answer = ours.getresponse()
        body = answer.read()
        took.append((time.perf_counter() - began) * 1000)
        size, failures = max(size, len(body)), failures + (answer.status != http.client.OK)
        theirs.request("GET", "/")
        theirs.getresponse().read()
    took.sort()
    return Seen(path, took[LOOKS // 2], took[int(LOOKS * 0.99)], size, failures)


def main() -> None:
    """Fill a log, unless a directory with one is named, look at every page, and print the slowest and the largest."""
    print(f"  workload: {NUMBERS:,} composites, a mix of all contexts; each page {LOOKS} times, one after the other")
    with tempfile.TemporaryDirectory() as fresh:
        directory = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(fresh) / "data"
        if not directory.exists():
            Month(directory).fill(EVENTS)
        with coordinator(directory, TALLYSTICK_ADMIN_KEY=KEY) as ours, reference() as theirs:
            wait_until_built(ours)
            addresses = paths(ours)
            if get(f"{ours}/api/v1/composites?size=1")["total"] < NUMBERS:
                submit(ours)
            print(f"  the log holds {get(f'{ours}/health')['log']['position']:,} events")
            cookie = signed_in(ours)
            connections = tuple(http.client.HTTPConnection(urlsplit(one).netloc) for one in (ours, theirs))
            seen = [look(connections, path, cookie) for path in addresses]
            idle = look((connections[1], connections[1]), "/", cookie)
    for one in sorted(seen, key=lambda one: -one.p99):
        beside = f"median {one.median:.1f}, {one.bytes / 1000:.0f} kB"
        figure(one.path[:62], one.p99, "ms p99", goal="<= 63, < 100 kB", beside=beside)
    figure("a GET that does nothing", idle.p99, "ms p99", goal="", beside=f"median {idle.median:.1f}")
    figure("the largest page", max(one.bytes for one in seen) / 1000, "kB", goal="< 100")
    figure("answers other than 200", sum(one.failures for one in seen), "", goal="0")


if __name__ == "__main__":
    main()
