"""What the benches share: servers to measure, a load to put on them, and how figures are printed."""

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


class Load(NamedTuple):
    """What wrk saw: requests per second, latency at the 99th percentile in milliseconds, answers other than 2xx."""

    rate: float
    p99_ms: float
    failures: int


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def coordinator(directory: Path | None = None, **environment: str) -> Iterator[str]:
    """Run a coordinator on a data directory of its own; yield its address."""
    with tempfile.TemporaryDirectory() as fresh:
        port = free_port()
        command = [sys.executable, "-m", "coordinator.cli", "serve", "--data-dir", str(directory or fresh)]
        with _running([*command, "--port", str(port)], f"http://127.0.0.1:{port}/health/live", environment):
            yield f"http://127.0.0.1:{port}"


@contextmanager
def reference() -> Iterator[str]:
    """Run a server that does nothing on the same stack; yield its address."""
    port = free_port()
    with _running([sys.executable, str(HERE / "no_op.py"), str(port)], f"http://127.0.0.1:{port}/", {}):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(command: Sequence[str], probe: str, environment: dict[str, str]) -> Iterator[None]:
    with (
        tempfile.TemporaryFile("w+") as output,
        subprocess.Popen(command, stdout=output, stderr=output, cwd=ROOT, env={**os.environ, **environment}) as process,
    ):
        try:
            _wait(probe, process)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{address} did not come up")


def post(address: str, body: Any, media_type: str = "application/json") -> Any:
    """Send JSON, or bytes as they are; return what is answered."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": media_type}, method="POST")
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)


def get(address: str) -> Any:
    """Return what is answered."""
    with urllib.request.urlopen(address, timeout=120) as response:
        return json.load(response)


def wrk(address: str, script: str, *arguments: str, connections: int = 64, seconds: int = 6) -> Load:
    """Put a load on an address; the script, in `tests/bench`, says what is sent."""
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("wrk was not found; it is Debian's package of that name.")
    command = [program, "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(HERE / script), address]
    printed = subprocess.run([*command, "--", *arguments], capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1])  # type: ignore[index]
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", printed).groups()  # type: ignore[union-attr]
    failures = re.search(r"Non-2xx or 3xx responses: (\d+)", printed)
    return Load(rate, float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit], int(failures[1]) if failures else 0)


def median(measure: Callable[[], float], runs: int = 5) -> float:
    """Measure several times and return the median."""
    return statistics.median(measure() for _ in range(runs))


def figure(what: str, value: float, unit: str, *, goal: str, beside: str = "") -> None:
    """Print one figure with what it should reach."""
    print(f"  {what:<62} {value:>12,.3f} {unit:<12} goal {goal:<22} {beside}", flush=True)
