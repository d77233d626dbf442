"""Projects: what belongs to each, and how far it is."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from coordinator.clients.names import client_names
from coordinator.explaining.finishing import finish
from coordinator.explaining.prospects import outlook
from coordinator.http.responses.tables import Table, Whole
from coordinator.node import Node
from coordinator.pages.factoring.checked import share_of
from coordinator.pages.factoring.factors.finds import finds
from coordinator.pages.factoring.numbers.listing import wholes_of
from coordinator.pages.factoring.overview import ProjectShare, shares
from coordinator.pages.factoring.pace.finishing import done_at
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import id_of, part_of
from core.refusals import Unknown
from core.timestamps import to_iso
from core.wording import shortened
from projections.factoring import factors
from projections.factoring.assignment import prospects, turns
from projections.factoring.assignment.holdings import reserved_numbers
from projections.factoring.lists import catalogue, tallies
from projections.factoring.numbers import projects as table
from projections.factoring.numbers.projects import Project

_SHOWN = 12


class ProjectRow(Struct, frozen=True):
    """A project with its numbers, parts of which are not counted beside them; a number joined it last at `updated_at`.

    Up to all targets a core is busy for `core_seconds_left`, if no factor is found.
    """

    id: int
    name: str
    description: str | None
    total_composites: int
    factored_composites: int
    core_seconds_left: float
    created_at: str
    updated_at: str


class LevelRow(Struct, frozen=True):
    """How many numbers have a t-level from one on and below another."""

    from_t: int
    to_t: int
    numbers: int


async def projects(node: Node, address: Address) -> dict[str, Any]:
    """Return a page of the projects."""
    factoring, now = node.readers["factoring"], node.time
    found, paging = part_of(address, await factoring.query(table.listed))
    shown = await factoring.query(shares, found, now)

    def every(connection: sqlite3.Connection) -> Iterator[ProjectRow]:
        return map(_listed, shares(connection, table.listed(connection), now))

    whole = Whole(ProjectRow, factoring, every)
    return {
        "projects": shown,
        "paging": paging,
        "tables": (Table("projects", ProjectRow, map(_listed, shown), paging, whole),),
    }


def _listed(one: ProjectShare) -> ProjectRow:
    return _row(one.project, one.left_milliseconds)


def _row(one: Project, left_milliseconds: float) -> ProjectRow:
    return ProjectRow(
        id=one.id,
        name=one.name,
        description=one.description or None,
        total_composites=one.numbers,
        factored_composites=one.factored,
        core_seconds_left=left_milliseconds / 1000,
        created_at=to_iso(one.created_at),
        updated_at=to_iso(one.updated_at),
    )


async def project(node: Node, address: Address) -> dict[str, Any]:
    """Return one project.

    Raises:
        Unknown: there is no such project.
    """
    text = address.values["project"]
    shown = await node.readers["factoring"].query(_project, id_of(text), node.time)
    if shown is None:
        raise Unknown(f"There is no project with the id {shortened(text)!r}.")
    members = await node.readers["factoring"].query(table.members, shown["project"].name)
    levels = (LevelRow(low, low + 5, count) for low, count in shown["standing"].by_t_level.items())
    return shown | {
        "names": await client_names(node.readers["clients"]),
        "share": await share_of(node, members),
        "tables": (
            Table("project", ProjectRow, (_row(shown["project"], shown["finish"].left_milliseconds),)),
            Table("t-levels", LevelRow, levels),
        ),
    }


def _project(connection: sqlite3.Connection, identity: int, now: int) -> dict[str, Any] | None:
    found = table.by_id(connection, identity)
    if found is None:
        return None
    newest = factors.newest_in(connection, found.name, _SHOWN)
    left = finish(connection, now, found.name, found.created_at)
    nearest = catalogue.nearest_in(connection, found.name, _SHOWN)
    return {
        "project": found,
        "standing": tallies.tally_of(connection, found.name),
        "turn": turns.share_of(connection, found.name),
        "outlook": outlook(connection, prospects.pace_of_project(connection, found.name, now), found.name),
        "finish": left,
        "done_at": done_at(left, now),
        "nearest": nearest,
        "wholes": wholes_of(connection, nearest),
        "reserved": reserved_numbers(connection),
        "factors": newest,
        "finds": finds(connection, newest, now),
        "at_target": table.at_target(connection).get(found.name, 0),
    }
