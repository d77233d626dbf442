"""CPU time of the coordinator's process per result, while every event is delivered to somebody, against nobody being told.

Deliveries are made by a child process, whose time is its own and is printed beside; the coordinator gives it the way, and
records how far it is.
"""

import re
import statistics
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stage import coordinator, figure, get, post, wrk

PAIRS, SECONDS, CONNECTIONS = 20, 3, 16
KEY = "bench"


class Receiver(BaseHTTPRequestHandler):
    """Takes everything."""

    protocol_version = "HTTP/1.1"
    taken = 0

    def do_POST(self) -> None:
        """Take a delivery."""
        self.rfile.read(int(self.headers["content-length"]))
        type(self).taken += 1
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def measured(address: str) -> tuple[float, int]:
    """Return the CPU seconds of a coordinator's process, and where its log ends."""
    with urllib.request.urlopen(f"{address}/metrics") as answer:
        text = answer.read().decode()
    cpu = float(re.search(r"^process_cpu_seconds_total (\S+)$", text, re.MULTILINE)[1])
    return cpu, int(get(f"{address}/health")["log"]["position"])


def load(address: str, work: str) -> tuple[float, int]:
    """Return the CPU seconds of a coordinator, and the events that it recorded, in a few seconds' results."""
    cpu, position = measured(address)
    wrk(address, "result.lua", work, "/api/v1/results/ecm", connections=CONNECTIONS, seconds=SECONDS)
    after, end = measured(address)
    return after - cpu, end - position


def each(cpu: float, events: int) -> float:
    """Return the microseconds that an event took."""
    return cpu / events * 1e6


def subscribe(address: str, port: int) -> None:
    """Have everything delivered to the receiver."""
    body = b'{"url": "http://127.0.0.1:%d/"}' % port
    headers = {"X-Admin-Key": KEY, "Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{address}/api/v1/admin/subscriptions", body, headers)).close()


def begun(address: str) -> str:
    """Have a number, and an assignment of it."""
    post(f"{address}/api/v1/composites/bulk", [{"number": "2^365-3", "target_t_level": 60}])
    return str(get(f"{address}/api/v1/work/request?client_id=bench")["work_id"])


def main() -> None:
    """Alternate between a coordinator with a subscription to everything and one with none."""
    print(
        f"  workload: one curve with one fresh sigma a request, {CONNECTIONS} connections, {PAIRS} pairs of {SECONDS} s"
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {"TALLYSTICK_ADMIN_KEY": KEY, "TALLYSTICK_WEBHOOK_NETWORKS": "127.0.0.0/8"}
    environment["TALLYSTICK_ALLOW_ANONYMOUS"] = "read,work,submit"
    with coordinator(**environment) as telling, coordinator(**environment) as silent:
        subscribe(telling, server.server_address[1])
        works = {address: begun(address) for address in (telling, silent)}
        loads = [(load(telling, works[telling]), load(silent, works[silent])) for _ in range(PAIRS)]
    ratios = [each(*one) / each(*other) for one, other in loads]
    low, _, high = statistics.quantiles(ratios, n=4)
    told, untold = ([sum(column) for column in zip(*half, strict=True)] for half in zip(*loads, strict=True))
    beside = f"quartiles {low:.3f} and {high:.3f}; {each(*untold):.0f} µs with nobody told"
    figure("CPU per event over that with nobody told", statistics.median(ratios), "x", goal="<= 1.03", beside=beside)
    figure(
        "the same of all pairs together", each(*told) / each(*untold), "x", goal="<= 1.03", beside=f"{told[1]:,} events"
    )
    figure("deliveries meanwhile", Receiver.taken, "", goal="any")


if __name__ == "__main__":
    main()
