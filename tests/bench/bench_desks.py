"""Durable single results over HTTP with two desks before an office, against one process that does both."""

import statistics
from pathlib import Path

from stage import coordinator, figure, get, post, wrk

CONNECTIONS = 64
RUNS = 5


def main() -> None:
    """Alternate between the two, so that a change of the machine's mood hits both."""
    print(
        f"  workload: one curve with one fresh sigma a request, {CONNECTIONS} connections, {RUNS} x 6 s each, one number"
    )
    alone: list[tuple[float, float, dict[str, float]]] = []
    together: list[tuple[float, float, dict[str, float]]] = []
    with coordinator() as one, coordinator(TALLYSTICK_DESKS="2") as several:
        works = {address: _begun(address) for address in (one, several)}
        for _ in range(RUNS):
            alone.append(_measured(one, works[one]))
            together.append(_measured(several, works[several]))
    ratio = statistics.median(two[0] / one[0] for one, two in zip(alone, together, strict=True))
    largest = statistics.median(two[1] / one[1] for one, two in zip(alone, together, strict=True))
    rates = [statistics.median(rate for rate, *_ in of) for of in (together, alone)]
    each = [statistics.median(cost for _, cost, _ in of) for of in (together, alone)]
    figure("results/s of two desks over those of one process", ratio, "x", goal=">= 0.9", beside=_beside("/s", rates))
    figure("CPU a result, of the largest process", largest, "x", goal="<= 0.75", beside=_beside(" µs", each))
    splits = [split for *_, split in together]
    for name in sorted(splits[0]):
        figure(f"CPU a result: {name}", statistics.median(split[name] for split in splits), "µs", goal="")


def _beside(unit: str, figures: list[float]) -> str:
    return " beside ".join(f"{one:,.0f}{unit}" for one in figures)


def _begun(address: str) -> str:
    post(f"{address}/api/v1/composites/bulk", [{"number": "2^365-3", "target_t_level": 60}])
    return str(get(f"{address}/api/v1/work/request?client_id=bench")["work_id"])


def _measured(address: str, work: str) -> tuple[float, float, dict[str, float]]:
    """Return the results a second, what the largest process took for one in microseconds, and the same of each."""
    port = address.rpartition(":")[2]
    before = _cpu(port)
    load = wrk(address, "result.lua", work, "/api/v1/results/ecm", connections=CONNECTIONS)
    assert load.failures == 0, f"{load.failures} answers were other than 2xx"
    results = load.rate * 6
    each = {name: (seconds - before[name]) / results * 1e6 for name, seconds in _cpu(port).items()}
    return load.rate, max(each.values()), each


def _cpu(port: str) -> dict[str, float]:
    """Return the seconds of processor time that each process of a coordinator has taken, by its name."""
    taken: dict[str, float] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            if b"serve" not in command or port.encode() not in command:
                continue
            name = (process / "comm").read_text().strip()
            threads = [int(one.read_text().split()[0]) for one in process.glob("task/*/schedstat")]
        except (FileNotFoundError, ProcessLookupError):
            continue
        taken[name if name.startswith("tally-") else "started first"] = sum(threads) / 1e9
    return taken


if __name__ == "__main__":
    main()
