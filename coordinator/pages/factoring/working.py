"""The contribution of factoring to the page of workers: what each runs, what waits by its next step, and the pace."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from coordinator.explaining.finishing import finish, work_left
from coordinator.http.responses.tables import Table
from coordinator.node import Node
from coordinator.pages.charts.bars import Bars
from coordinator.pages.contributing.contribution import Queue, Run
from coordinator.pages.factoring.pace.finishing import done_at
from coordinator.pages.factoring.pace.hourly import last_hour, paces
from coordinator.pages.factoring.pace.stock import stocks
from coordinator.pages.factoring.telling import number_link
from coordinator.pages.rendering.site import Address
from core.factoring.mathematics.levels.ladder import STANDARD
from core.factoring.mathematics.prospects.climbing import step_to
from core.factoring.mathematics.prospects.cost import nominal_microseconds
from core.factoring.state.numbers import Number
from core.wording import bounds, plural, size
from projections.factoring.assignment import assignments, holdings
from projections.factoring.credit import contributors
from projections.factoring.credit.contributors import HOUR
from projections.factoring.lists import catalogue
from projections.factoring.lists.catalogue import Held
from projections.factoring.lists.counts import count_free
from projections.factoring.lists.remaining import Remaining, remaining, remaining_held
from projections.factoring.residues import status as residue_status
from projections.factoring.residues.status import Claimed
from projections.factoring.wholes import submitted
from projections.leases.table import count_live

_NOMINAL = 1000
_METHODS = {"qs": "quadratic sieve", "pm1": "P−1", "pp1": "P+1"}  # noqa: RUF001 - a true minus


class StepRow(Struct, frozen=True):
    """Open composites by their next step on the ladder: how many wait, how many are run, and what is left of it, on one core."""

    to_t: int
    b1: int
    waiting: int
    running: int
    core_seconds: float


async def at_work(node: Node, _: Address) -> dict[str, Any]:
    """Return what the page of workers shows of factoring."""
    shown = await node.readers["factoring"].query(_at_work, node.time)
    charts: dict[str, Bars] = shown["charts"] | shown["stocks"]
    return shown | {"tables": (shown["steps"], *(chart.table for chart in charts.values()))}


def _at_work(connection: sqlite3.Connection, now: int) -> dict[str, Any]:
    hours, hour = contributors.hours(connection), now // HOUR
    left = finish(connection, now)
    return {
        "pace": last_hour(hours, hour),
        "charts": paces(connection, hours, now),
        "stocks": stocks(connection, now),
        "steps": Table("steps", StepRow, _steps(remaining(connection), remaining_held(connection))),
        "finish": left,
        "done_at": done_at(left, now),
    }


def _steps(rows: Sequence[Remaining], held: Sequence[Remaining]) -> list[StepRow]:
    """Return what waits and what is run, by the next step."""
    numbers, running, left = Counter[int](), Counter[int](), Counter[int]()
    for counted, each in ((numbers, rows), (running, held)):
        for row in each:
            if (step := step_to(row.t_milli, row.target_milli)) is not None:
                counted[step.t_milli] += row.numbers
    for row in rows:
        if (step := step_to(row.t_milli, row.target_milli)) is not None:
            end = min(step.t_milli, row.target_milli)
            left[step.t_milli] += round(work_left([Remaining(row.digits, row.level, end, row.numbers)]))
    return [
        StepRow(
            one.t_milli // 1000,
            one.b1,
            max(count - running[one.t_milli], 0),
            running[one.t_milli],
            left[one.t_milli] / 1000,
        )
        for one in STANDARD
        if (count := numbers[one.t_milli])
    ]


async def runs(node: Node, clients: Sequence[int]) -> dict[int, list[Run]]:
    """Return what some clients run, each's newest first."""
    return await node.readers["factoring"].query(_runs, clients)


def _runs(connection: sqlite3.Connection, clients: Sequence[int]) -> dict[int, list[Run]]:
    held, claimed = catalogue.live_of(connection, clients), residue_status.claimed_by(connection, clients)
    ids = sorted({one.assignment.number for one in held} | {one.number for one in claimed})
    roots = submitted.first_roots(connection, ids)
    firsts = {number: roots.get(number, number) for number in ids}
    numbers = catalogue.numbers_by_id(connection, sorted({*ids, *firsts.values()}))
    speeds = assignments.speeds(connection, clients)
    found: dict[int, list[Run]] = {}
    for one in held:
        number = one.assignment.number
        run = _run(one, numbers.get(number), number_link(firsts[number], numbers.get(firsts[number])), speeds)
        found.setdefault(one.assignment.client, []).append(run)
    for file in claimed:
        of = number_link(firsts[file.number], numbers.get(firsts[file.number]))
        found.setdefault(file.client, []).append(_stage_2(file, of))
    return found


def _stage_2(file: Claimed, of: Markup) -> Run:
    """Tell of a residue file that is held; how many of its curves are done is said with the last one."""
    what = Markup('{}, stage 2 of <a href="/residues">residue file {}</a>, {} {}')
    return Run(what.format(of, file.residue, plural(file.curves, "curve"), bounds(file.b1, None)), 0, 0)


async def away(node: Node) -> Mapping[int, int]:
    """Return how many numbers clients have reserved, which they work on elsewhere."""
    standing = await node.readers["factoring"].query(holdings.reservations)
    return Counter(one.client for one in standing)


def _run(one: Held, number: Number | None, name: Markup, speeds: Mapping[int, int]) -> Run:
    has = one.assignment
    digits = number.digits if number else 0
    with_what = _METHODS.get(has.method) or bounds(has.bounds.b1, has.bounds.b2)
    of_size = f" {size(digits, prime=False)}" if digits else ""
    each = None
    if digits and has.curves and has.method == "ecm" and has.client in speeds:
        each = nominal_microseconds(has.bounds, digits) * speeds[has.client] / _NOMINAL / 1000
    return Run(
        what=Markup("{}{}, {}").format(name, of_size, with_what),
        done=has.done,
        total=has.curves,
        each=each,
        left=None if each is None else each * max(has.curves - has.done, 0),
        work=has.work,
    )


async def queues(node: Node) -> list[Queue]:
    """Return what waits and what is held."""
    return await node.readers["factoring"].query(_queues)


def _queues(connection: sqlite3.Connection) -> list[Queue]:
    free, residues = count_free(connection), residue_status.count_waiting(connection)
    return [
        Queue("composites", free, count_live(connection, "composite-"), "/composites?status=open"),
        Queue("residue files", residues, count_live(connection, "residue-"), "/residues"),
    ]


async def speeds(node: Node, clients: Sequence[int]) -> Mapping[int, float]:
    """Return how fast the curves of some clients are."""
    measured = await node.readers["factoring"].query(assignments.speeds, clients)
    return {client: _NOMINAL / speed for client, speed in measured.items()}
