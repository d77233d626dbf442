"""A reader of its own process, who looks at addresses in turn, ten times a second, while others work.

Arguments: the coordinator's address, seconds, then the addresses to look at. Prints for each the latency at the 99th
percentile in milliseconds, and how many answers were no 200.
"""

import http.client
import sys
import time
from urllib.parse import urlsplit

_PAUSE_SECONDS = 0.05


def main(address: str, seconds: float, paths: list[str]) -> None:
    """Look, and print what was seen."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    took: dict[str, list[float]] = {path: [] for path in paths}
    failures = dict.fromkeys(paths, 0)
    ends_at = time.perf_counter() + seconds
    while time.perf_counter() < ends_at:
        for path in paths:
            begun = time.perf_counter()
            failures[path] += _status(connection, path) != http.client.OK
            took[path].append(time.perf_counter() - begun)
            time.sleep(_PAUSE_SECONDS)
    for path in paths:
        latencies = sorted(took[path])
        print(latencies[int(len(latencies) * 0.99)] * 1000, failures[path])


def _status(connection: http.client.HTTPConnection, path: str) -> int:
    """Return the status of a page; where its address leads elsewhere, of that."""
    while True:
        connection.request("GET", path, headers={"Accept": "text/html, application/json"})
        response = connection.getresponse()
        response.read()
        if response.status != http.client.FOUND:
            return response.status
        path = response.headers["Location"]


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.argv[3:])
