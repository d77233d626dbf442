"""The whole at a glance, for administrators.

What the pages of the system replaced read stands in groups, as they read it; beside them stands the same in full.
"""

import msgspec
from litestar import get
from litestar.di import NamedDependency

from coordinator.node import Node
from projections.factoring.assignment import holdings
from projections.factoring.credit import contributors
from projections.factoring.lists import counts
from projections.factoring.numbers import projects

_TEN = 10
_DONE = ("prime", "factored")


class Overview(msgspec.Struct, frozen=True):
    """Numbers, parts included, and the work on them."""

    total_composites: int
    factored_composites: int
    unfactored_composites: int
    active_work_assignments: int
    active_clients: int


class Recent(msgspec.Struct, frozen=True):
    """The last 24 hours."""

    new_attempts: int
    factors_found: int


class Targeting(msgspec.Struct, frozen=True):
    """Numbers that have a t-level to reach: all that are not factored or split."""

    composites_with_targets: int


class Rates(msgspec.Struct, frozen=True):
    """Parts of a hundred: of all numbers those factored; of the others those that are worked on, and those with a target."""

    factorization_rate: float
    work_queue_utilization: float
    t_level_coverage: float


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The whole at a glance."""

    overview: Overview
    recent_activity_24h: Recent
    t_level_targeting: Targeting
    health: Rates
    total_composites: int
    composites_by_status: dict[str, int]
    composites_by_shelf: dict[str, int]
    total_curves: int
    total_factors: int
    total_attempts: int
    total_projects: int
    active_assignments: int
    assignments: dict[str, int]
    active_clients: int | None
    as_of: int


class Sizes(msgspec.Struct, frozen=True):
    """Numbers; `size_distribution` has those not factored, by `70-79 digits`."""

    total: int
    unfactored: int
    factored: int
    size_distribution: dict[str, int]


class Assigned(msgspec.Struct, frozen=True):
    """Assignments."""

    active: int
    completed: int


class QueueHealth(msgspec.Struct, frozen=True):
    """How many numbers nobody works on, and how many parts of a hundred are worked on."""

    available_work: int
    utilization: float


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many numbers there are: by status, and by shelf (those that are assigned stand on none)."""

    composites: Sizes
    work_assignments: Assigned
    queue_health: QueueHealth
    total_composites: int
    by_status: dict[str, int]
    by_shelf: dict[str, int]
    assigned_now: int


@get("/stats/summary", summary="The whole at a glance, for administrators")
async def summary(node: NamedDependency[Node]) -> Summary:
    """Count numbers, work, assignments and clients."""
    position, factoring = node.position, node.readers["factoring"]
    by_status = await factoring.query(counts.count_by_status)
    assignments = await factoring.query(counts.count_live_leases)
    done = await factoring.query(contributors.contributions_since, 0, -1)
    total, factored, active = _sums(by_status, assignments)
    targets = by_status.get("open", 0) + by_status.get("finished", 0)
    return Summary(
        overview=Overview(total, factored, total - factored, active, await factoring.query(holdings.count_holders)),
        recent_activity_24h=await _recent(node),
        t_level_targeting=Targeting(targets),
        health=Rates(
            _percent(factored, total), _percent(active, total - factored), _percent(targets, total - factored)
        ),
        total_composites=total,
        composites_by_status=by_status,
        composites_by_shelf=await factoring.query(counts.count_by_shelf),
        total_curves=sum(one.curves for one in done),
        total_factors=sum(one.factors for one in done),
        total_attempts=sum(one.reports for one in done),
        total_projects=len(await factoring.query(projects.listed)),
        active_assignments=active,
        assignments=assignments,
        active_clients=node.clients_present,
        as_of=position,
    )


@get("/composites/status", summary="Count the numbers")
async def count_composites(node: NamedDependency[Node]) -> Counts:
    """Count the numbers by status, by shelf and by length."""
    factoring = node.readers["factoring"]
    by_status = await factoring.query(counts.count_by_status)
    assignments = await factoring.query(counts.count_live_leases)
    sizes = await factoring.query(counts.count_by_length, _TEN)
    total, factored, active = _sums(by_status, assignments)
    left = total - factored
    return Counts(
        composites=Sizes(
            total, left, factored, {f"{least}-{least + _TEN - 1} digits": count for least, count in sizes.items()}
        ),
        work_assignments=Assigned(active, assignments.get("completed", 0)),
        queue_health=QueueHealth(max(left - active, 0), _percent(active, left)),
        total_composites=total,
        by_status=by_status,
        by_shelf=await factoring.query(counts.count_by_shelf),
        assigned_now=active,
    )


async def _recent(node: Node) -> Recent:
    last = node.time // contributors.HOUR - contributors.HOURS
    hours = [one for one in await node.readers["factoring"].query(contributors.hours) if one.hour > last]
    return Recent(sum(one.reports for one in hours), sum(one.factors for one in hours))


def _sums(by_status: dict[str, int], assignments: dict[str, int]) -> tuple[int, int, int]:
    """Return how many numbers there are, how many of them are factored, and how many assignments are held."""
    factored = sum(by_status.get(status, 0) for status in _DONE)
    return sum(by_status.values()), factored, assignments.get("live", 0)


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


HANDLERS = (summary, count_composites)
"""Below `/admin`."""
