"""The contribution of factoring to the overview: finds, pace, projects, what is in progress."""

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from coordinator.clients.names import client_names
from coordinator.explaining.finishing import work_left
from coordinator.node import Node
from coordinator.pages.charts.bars import Bars, Spark, spark
from coordinator.pages.charts.ladders import LIST_AXIS
from coordinator.pages.factoring.factors.finds import Find, finds
from coordinator.pages.factoring.numbers.listing import Listed, listed
from coordinator.pages.factoring.pace.hourly import last_hour, paces
from coordinator.pages.rendering.site import Address
from projections.factoring import factors
from projections.factoring.assignment import holdings
from projections.factoring.credit import contributors
from projections.factoring.credit.contributors import DAY, HOUR
from projections.factoring.lists.remaining import remaining
from projections.factoring.numbers import projects
from projections.factoring.numbers.projects import Project
from projections.factoring.wholes import submitted

_FINDS, _IN_PROGRESS, _FACTORED, _PROJECTS, _CONTRIBUTORS = 7, 8, 5, 4, 4
_LOOKED_AT = 30
"""So many finds are looked at for numbers that they finished."""
_WEEK = 7
_NOMINAL = 1000
_CHARTED_HOURS = 72
_STRETCH = HOUR // 3
"""Of the charted hours: dots of factors that are nearer to each other than this would cover each other."""
_SPARK_DAYS = 14


class ProjectShare(Struct, frozen=True):
    """A project with how many of its numbers are at their targets, the work that is left, and its finds of the last days."""

    project: Project
    at_target: int
    left_milliseconds: float
    days: Spark


async def overview(node: Node, _: Address) -> dict[str, Any]:
    """Return what the overview shows of factoring."""
    known, shown = await asyncio.gather(
        client_names(node.readers["clients"]), node.readers["factoring"].query(_factoring, node.time)
    )
    charts: dict[str, Bars] = shown["charts"]
    return {**shown, "names": known, "tables": tuple(chart.table for chart in charts.values())}


def _factoring(connection: sqlite3.Connection, now: int) -> dict[str, Any]:
    hours, hour = contributors.hours(connection), now // HOUR
    midnight = now // DAY * DAY
    charted = factors.largest_since(connection, (hour - _CHARTED_HOURS) * HOUR, _STRETCH)
    newest = finds(connection, factors.newest(connection, _LOOKED_AT), now)
    return {
        "tallies": submitted.tallies(connection),
        "today": factors.found_between(connection, midnight, now + 1),
        "yesterday": factors.found_between(connection, midnight - DAY, now - DAY).primes,
        "began_today": not hours or hours[0].hour >= midnight // HOUR,
        "pace": last_hour(hours, hour),
        "charts": paces(connection, hours, now, charted),
        "finds": newest[:_FINDS],
        "factored_lately": _factored_lately(connection, newest),
        "in_progress": listed(connection, submitted.in_progress(connection, _IN_PROGRESS)),
        "axis": LIST_AXIS,
        "projects": _projects(connection, now),
        "board": contributors.contributions_since(connection, now // DAY - _WEEK + 1, _CONTRIBUTORS, "cpu_time"),
        "left": work_left(remaining(connection)),
        "running": holdings.running(connection),
    }


def _factored_lately(connection: sqlite3.Connection, newest: Sequence[Find]) -> list[Listed]:
    """Return the numbers that the newest finds finished, the last one first: what small primes finish is no news."""
    done = {one.stands.number: one.stands for one in newest if one.stands and one.stands.factored}
    return listed(connection, list(done.values())[:_FACTORED])


def _projects(connection: sqlite3.Connection, now: int) -> list[ProjectShare]:
    """Return the projects that numbers joined last."""
    newest = sorted(projects.listed(connection), key=lambda one: -one.updated_at)[:_PROJECTS]
    return shares(connection, newest, now)


def shares(connection: sqlite3.Connection, chosen: Sequence[Project], now: int) -> list[ProjectShare]:
    """Return projects with their shares and their finds."""
    today = now // DAY
    days = range(today - _SPARK_DAYS + 1, today + 1)
    counted = factors.by_project_and_day(connection, days[0] * DAY, DAY)
    targets = projects.at_target(connection)
    return [
        ProjectShare(
            one,
            targets.get(one.name, 0),
            work_left(remaining(connection, one.name)),
            spark([counted.get(one.name, {}).get(day, 0) for day in days]),
        )
        for one in chosen
    ]


async def counts(node: Node) -> dict[str, int]:
    """Return the counts beside the sections: open numbers, factors that were worked for, projects, who contributed."""
    return await node.readers["factoring"].query(_counts)


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    tallies = submitted.tallies(connection)
    return {
        "/composites": tallies.get("started", 0) + tallies.get("waiting", 0),
        "/factors": contributors.count_factors(connection),
        "/projects": projects.count(connection),
        "/contributors": contributors.count(connection),
    }
