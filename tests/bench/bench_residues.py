"""A residue file of 3,000 curves handed in and verified, and what memory a file of 45 MB takes."""

import os
import time
import urllib.request
import uuid
from pathlib import Path

from gmpy2 import mpz
from stage import coordinator, figure, get, median, post, reference

from tests.residue_files import residue_file

CURVES = 3_000
RUNS = 5
P = 10**59 + 19
LARGE = mpz((10**2500 + 9) * (10**2500 + 77))
LARGE_CURVES = 4_700
_GOAL_SECONDS = 2
_MIB = 1024 * 1024
BOUNDARY = uuid.uuid4().hex.encode()


def main() -> None:
    """Alternate with a server that reads the same body and does nothing with it."""
    with coordinator() as ours, reference() as theirs:
        uploads = [form(residue_file(number, range(1, CURVES + 1))) for number in numbers(ours)]
        bodies = iter(uploads)
        print(f"  workload: files of {CURVES:,} curves, {len(uploads[0]) / _MIB:.1f} MiB each, {RUNS} runs")
        seconds = median(lambda: timed(f"{ours}/api/v1/residues/upload", next(bodies)), RUNS)
        no_op = median(lambda: timed(f"{theirs}/form", uploads[0]), RUNS)
        figure(
            "upload, verification and record", seconds, "s", goal=f"< {_GOAL_SECONDS}", beside=f"a no-op: {no_op:.3f} s"
        )
        again = median(lambda: timed(f"{ours}/api/v1/residues/upload", uploads[0]), RUNS)
        figure("the same file again", again, "s", goal=f"< {_GOAL_SECONDS}")
        figure(
            "curves that are kept",
            get(f"{ours}/api/v1/residues/stats/summary")["total_curves_pending"],
            "",
            goal="15,000",
        )
        post(f"{ours}/api/v1/composites/bulk", [{"number": str(LARGE)}])
        large = form(residue_file(LARGE, range(1, LARGE_CURVES + 1)))
        before = peak_bytes()
        took = timed(f"{ours}/api/v1/residues/upload", large)
        figure(f"a file of {len(large) / _MIB:.0f} MiB", took, "s", goal="")
        figure(
            "growth of the peak of all its processes", (peak_bytes() - before) / _MIB, "MiB", goal="far below the file"
        )


def numbers(address: str) -> list[int]:
    """Submit composites of 120 digits; return them."""
    chosen = [P * (10**60 + 7 + 2 * index) for index in range(RUNS)]
    post(f"{address}/api/v1/composites/bulk", [{"number": str(number)} for number in chosen])
    return chosen


def form(content: bytes) -> bytes:
    """Return the body of a form with one file."""
    head = b'Content-Disposition: form-data; name="file"; filename="residue.txt"\r\nContent-Type: text/plain\r\n\r\n'
    return b"--" + BOUNDARY + b"\r\n" + head + content + b"\r\n--" + BOUNDARY + b"--\r\n"


def timed(address: str, body: bytes) -> float:
    """Return how many seconds it takes until the answer is there."""
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY.decode()}", "X-Client-ID": "bench"}
    request = urllib.request.Request(address, body, headers, method="POST")
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as response:
        response.read()
    return time.perf_counter() - began


def peak_bytes() -> int:
    """Return the sum of the largest resident sizes so far of every process that this one has started, however far down."""
    parents: dict[int, int] = {}
    peaks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            status = dict(line.split(":\t", 1) for line in (entry / "status").read_text().splitlines() if ":\t" in line)
        except FileNotFoundError:
            continue
        parents[int(entry.name)] = int(status["PPid"])
        peaks[int(entry.name)] = int(status.get("VmHWM", "0").split()[0]) * 1024
    return sum(peaks[pid] for pid in peaks if _is_below(pid, parents))


def _is_below(pid: int, parents: dict[int, int]) -> bool:
    while (pid := parents.get(pid, 0)) > 1:
        if pid == os.getpid():
            return True
    return False


if __name__ == "__main__":
    main()
