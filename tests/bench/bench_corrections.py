"""Withdrawing reports of a project of real size: is every number right afterwards, how long does it take, who notices.

Some 15,000 real composites and 48,000 reports of four clients, in random order; 500 reports are withdrawn by one command
and 500 one by one. Every number, its parts, its effort and who found which factor are held against a plain model that was
never told of them. A rebuild of the same log stands beside.
"""

import argparse
import json
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from expected import Expected, Run, told
from real_numbers import chosen, known_factors, table_primes
from stage import ROOT, coordinator, figure, post

from core.factoring.mathematics.curves.bounds import bounds_of

CLIENTS = ("alice", "bob", "carol", "dave")
BOUNDS = tuple(bounds_of(b1, b2, 1) for b1 in (2_000, 11_000, 50_000) for b2 in (None, 0))
ITEMS = 500
_KEY = "bench"


class Project:
    """A coordinator that is told of numbers and reports, and what it was told in the order in which it recorded that."""

    def __init__(self, address: str, seed: int) -> None:
        self.address = address
        self.chance = random.Random(seed)
        self.values: list[int] = []
        self.runs: dict[int, Run] = {}
        self.refused = 0
        self._lock = threading.Lock()
        self._sent = 0

    def submit(self, numbers: Sequence[tuple[str, int]]) -> None:
        """Submit numbers."""
        for start in range(0, len(numbers), ITEMS):
            group = numbers[start : start + ITEMS]
            items = [
                {
                    "type": "factoring.composite_submitted",
                    "id": f"n{start + i}",
                    "client_id": "bench",
                    "number": str(value),
                }
                for i, (_, value) in enumerate(group)
            ]
            places = {place: value for (_, value), place in zip(group, self._hand_in(items), strict=True)}
            self.values += [places[place] for place in sorted(places)]

    def report(self, runs: Sequence[Run]) -> None:
        """Hand in reports; those that are refused are forgotten."""
        with self._lock:
            first, self._sent = self._sent, self._sent + len(runs)
        items = [_item(run, f"r{first + i}") for i, run in enumerate(runs)]
        placed = [(place, run) for place, run in zip(self._hand_in(items), runs, strict=True) if place is not None]
        self.refused += len(runs) - len(placed)
        with self._lock:
            self.runs.update(placed)

    def _hand_in(self, items: list[dict[str, Any]]) -> list[int | None]:
        body = "".join(json.dumps(item) + "\n" for item in items).encode()
        results = post(f"{self.address}/api/v1/events", body, "application/x-ndjson")["results"]
        return [result.get("position") for result in results]

    def random_reports(self, count: int, factors: dict[int, list[int]], known: Expected) -> Iterator[list[Run]]:
        """Yield so many reports in groups, each on a number or on a part of one that is known by then."""
        for start in range(0, count, ITEMS):
            yield [self._random_run(start + i, factors, known) for i in range(min(ITEMS, count - start))]

    def _random_run(self, number: int, factors: dict[int, list[int]], known: Expected) -> Run:
        value = whole = self.chance.choice(self.values)
        composites = [one for one in known.leaves(whole) if one != whole] if self.chance.random() < 0.4 else []
        if composites:
            value = self.chance.choice(composites)
        left = [prime for prime in factors[whole] if value % prime == 0]
        claims = self.chance.sample(left, min(len(left), self.chance.choice((0, 0, 1, 1, 2))))
        return Run(
            value=value,
            client=self.chance.choice(CLIENTS),
            bounds=self.chance.choice(BOUNDS),
            sigmas=tuple(str(sigma) for sigma in self.chance.sample(range(1, 50), self.chance.choice((0, 0, 1, 3)))),
            more=1 + number % 9,
            claims=tuple(claims),
        )

    def expected(self, gone: Iterable[int] = ()) -> Expected:
        """Return what should be there without the reports of these places."""
        without = frozenset(gone)
        everything = told(self.values, self.runs)
        left = {place: run for place, run in self.runs.items() if place not in without}
        return told(self.values, left, everything.splits)


def _item(run: Run, identity: str) -> dict[str, Any]:
    return {
        "type": "factoring.curves_run",
        "id": identity,
        "client_id": run.client,
        "composite": str(run.value),
        "b1": run.bounds.b1,
        "b2": None if run.bounds.b2 == -1 else run.bounds.b2,
        "param": run.bounds.param,
        "curves": run.more + len(run.sigmas),
        "sigmas": list(run.sigmas),
        "factors": [{"factor": str(claim)} for claim in run.claims],
        "program": identity,
    }


def differing(directory: Path, expected: Expected) -> Counter[str]:
    """Count what stands in the tables of factoring and should not, or should and does not, by kind."""
    with closing(sqlite3.connect(f"file:{directory}/projections/factoring.db?mode=ro", uri=True)) as tables:
        rows = list(tables.execute("SELECT number, value, status, effort FROM numbers"))
        parts = list(tables.execute("SELECT number, part, times FROM parts"))
        factors = list(tables.execute("SELECT number, value, client FROM factors"))
    with closing(sqlite3.connect(f"file:{directory}/projections/clients.db?mode=ro", uri=True)) as tables:
        clients = {0: "", **dict(tables.execute("SELECT client, name FROM clients"))}
    values = {number: int(value) for number, value, *_ in rows}
    stands = {
        "numbers": {int(value) for _, value, *_ in rows},
        "statuses": {(int(value), "unsplit" if s in {"open", "finished"} else s) for _, value, s, _ in rows},
        "efforts": {(int(value), int.from_bytes(effort, "little")) for _, value, _, effort in rows},
        "parts": {(values[number], values[part], times) for number, part, times in parts},
        "factors": {(values[number], int(value), clients[client]) for number, value, client in factors},
    }
    should: dict[str, set[Any]] = {
        "numbers": set(expected.prime),
        "statuses": {(value, expected.status(value)) for value in expected.prime},
        "efforts": {(value, expected.effort(value)) for value in expected.prime if not expected.prime[value]},
        "parts": {(value, part, times) for value, parts in expected.parts.items() for part, times in parts.items()},
        "factors": set(expected.found),
    }
    stands["efforts"] = {(value, effort) for value, effort in stands["efforts"] if not expected.prime.get(value)}
    return Counter({kind: len(stands[kind] ^ should[kind]) for kind in stands})


def ask(address: str, method: str, body: Any = None) -> Any:
    """Ask what an administrator may."""
    request = urllib.request.Request(
        address,
        None if body is None else json.dumps(body).encode(),
        {"X-Admin-Key": _KEY, "Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=3_600) as response:
        return json.load(response)


@contextmanager
def writing(project: Project, run: Run) -> Iterator[list[tuple[str, float, bool]]]:
    """Write about factoring and about something else all the while; tell how long each took, and whether it failed."""
    met: list[tuple[str, float, bool]] = []
    over = threading.Event()

    def write(what: str) -> None:
        count = 0
        while not over.is_set():
            count += 1
            began, failed = time.perf_counter(), False
            try:
                if what == "factoring":
                    project.report([run._replace(more=1 + count % 1_000)])
                else:
                    post(f"{project.address}/task", _task(count))
            except OSError:
                failed = True
            met.append((what, time.perf_counter() - began, failed))
            over.wait(0.02)

    threads = [threading.Thread(target=write, args=(what,)) for what in ("factoring", "tasks")]
    for thread in threads:
        thread.start()
    try:
        yield met
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _task(count: int) -> dict[str, Any]:
    return {"operation": "add", "args": [str(count), "1"]}


def places_of(directory: Path, project: Project) -> dict[int, int]:
    """Return the position of each report's event, by the position that its sender was told."""
    with closing(sqlite3.connect(f"file:{directory}/log.db?mode=ro", uri=True)) as log:
        runs = list(
            log.execute("SELECT position, correlation, command FROM events WHERE type LIKE 'factoring.curves_run.%'")
        )
        last = dict(log.execute("SELECT command, max(position) FROM events GROUP BY command"))
    placed = {last[command]: position for position, _, command in runs}
    return {told_at: placed[told_at] for told_at in project.runs if told_at in placed}


def met_by(met: list[tuple[str, float, bool]], what: str) -> None:
    """Print what writes met."""
    for kind in ("factoring", "tasks"):
        took = [seconds for one, seconds, _ in met if one == kind]
        failed = sum(failed for one, _, failed in met if one == kind)
        longest = f"median {statistics.median(took) * 1000:,.0f} ms, {failed} of {len(took)} failed"
        figure(f"{what}: a write about {kind} took at most", max(took), "s", goal="none fails", beside=longest)


def main() -> None:
    """Tell a coordinator, withdraw, compare."""
    parser = argparse.ArgumentParser()
    for name, default in (("numbers", 15_000), ("reports", 48_000), ("together", 500), ("singly", 500), ("seed", 11)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        numbers = chosen(asked.numbers, asked.seed)
        factors = known_factors([value for _, value in numbers], table_primes(Path(scratch)))
        directory = Path(scratch) / "data"
        with coordinator(directory, TALLYSTICK_ADMIN_KEY=_KEY) as address:
            project = Project(address, asked.seed)
            fill(project, numbers, factors, asked.reports)
            judge(directory, project, [], "before any correction")
            gone = withdraw(directory, project, asked.together, asked.singly)
            began = time.perf_counter()
            ask(f"{address}/api/v1/admin/projections/factoring/rebuild", "POST")
            while ask(f"{address}/api/v1/admin/projections/factoring/rebuild", "GET")["state"] == "running":
                time.sleep(0.1)
            figure("a rebuild of the same log", time.perf_counter() - began, "s", goal="")
            judge(directory, project, gone, "after a rebuild")
        verified = subprocess.run(
            [sys.executable, "-m", "coordinator.cli", "verify", "--data-dir", directory], check=False, cwd=ROOT
        )
        figure("verify ends with", verified.returncode, "", goal="0")


def fill(project: Project, numbers: Sequence[tuple[str, int]], factors: dict[int, list[int]], reports: int) -> None:
    """Tell of all numbers and reports."""
    project.submit(numbers)
    known, applied = told(project.values, {}), 0
    for runs in project.random_reports(reports, factors, known):
        project.report(runs)
        placed = sorted(project.runs)[applied:]
        for place in placed:
            known.report(project.runs[place], place)
        applied += len(placed)
    print(f"  {len(project.values):,} numbers and {len(project.runs):,} reports, {project.refused} refused", flush=True)


def withdraw(directory: Path, project: Project, together: int, singly: int) -> list[int]:
    """Withdraw reports by one command and one by one; return their places."""
    events = ask(f"{project.address}/health", "GET")["log"]["position"]
    chosen = project.chance.sample(sorted(project.runs), together + singly)
    places = places_of(directory, project)
    run = project.runs[chosen[0]]._replace(claims=(), value=project.values[0], sigmas=())
    address = f"{project.address}/api/v1/admin/corrections"
    with writing(project, run) as met:
        began = time.perf_counter()
        ask(address, "POST", {"positions": [places[one] for one in chosen[:together]], "reason": "a broken machine"})
        took = time.perf_counter() - began
    figure(f"{together} reports of {events:,} events withdrawn by one command", took, "s", goal="< a rebuild")
    met_by(met, "together")
    judge(directory, project, chosen[:together], "after the withdrawal together")
    with writing(project, run) as met:
        began = time.perf_counter()
        for one in chosen[together:]:
            ask(address, "POST", {"positions": [places[one]], "reason": "a broken machine"})
        took = time.perf_counter() - began
    figure(f"{singly} reports withdrawn one by one, each", took / max(singly, 1), "s", goal="")
    met_by(met, "singly")
    judge(directory, project, chosen, "after the withdrawals one by one")
    return chosen


def judge(directory: Path, project: Project, gone: Sequence[int], when: str) -> None:
    """Print in how much the tables differ from what should be there."""
    found = differing(directory, project.expected(gone))
    said = ", ".join(f"{count} {kind}" for kind, count in found.items() if count)
    figure(f"rows that are wrong {when}", sum(found.values()), "", goal="0", beside=said)


if __name__ == "__main__":
    main()
