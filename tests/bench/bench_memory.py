"""Memory of a coordinator's processes together, by their proportional set sizes: at the start, after use, and when idle again."""

import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from stage import coordinator, figure, get, post

_PAGES = ("/", "/composites", "/composites?search=12345", "/events", "/factors", "/workers")
_IDLE_SECONDS = 75


def processes_of(root: int) -> list[int]:
    """Return a process with all that it has started, and what those have."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
        children.setdefault(parent, []).append(int(path.parent.name))
    found = [root]
    for one in found:
        found += children.get(one, [])
    return found


def megabytes(root: int) -> float:
    """Return how much memory a process and those below it hold, what several share counted once."""
    held = 0
    for one in processes_of(root):
        with suppress(OSError):  # it has ended meanwhile
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            held += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return held / 1024


def use(address: str) -> None:
    """Hand in numbers, ask for work, look at pages and at the past."""
    numbers = [str((10**20 + 39) * (10**30 + 57 + 2 * number)) for number in range(500)]
    for start in range(0, len(numbers), 50):
        post(f"{address}/api/v1/composites/bulk", [{"number": number} for number in numbers[start : start + 50]])
    for client in range(5):
        get(f"{address}/api/v1/work/request?client_id=worker-{client}")
    for position in range(100, 500, 20):
        get(f"{address}/api/v1/composites?size=2&as_of={position}")
    for page in _PAGES * 5:
        urllib.request.urlopen(f"{address}{page}", timeout=60).read()


def main() -> None:
    """Measure one after the other."""
    with tempfile.TemporaryDirectory() as fresh, coordinator(Path(fresh)) as address:
        root = int((Path(fresh) / "lock").read_text())
        bare = megabytes(root)
        figure("held at the start", bare, "MB", goal="")
        use(address)
        used = megabytes(root)
        figure("held after use", used, "MB", goal="", beside=f"{used / bare:.2f} of the start")
        time.sleep(_IDLE_SECONDS)
        idle = megabytes(root)
        figure("held when idle again", idle, "MB", goal="", beside=f"{idle / used:.2f} of after use")


if __name__ == "__main__":
    main()
