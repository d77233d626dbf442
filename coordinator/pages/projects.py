"""Projects: what belongs to each, and how far it is."""

import sqlite3
from typing import Any

from coordinator.node import Node
from coordinator.pages.charts.sheets import Column, Sheet
from coordinator.pages.site import Address
from core.refusals import Unknown
from core.timestamps import to_iso
from projections.clients.state import names
from projections.factoring import catalogue, factors, tallies
from projections.factoring import projects as table
from projections.factoring.projects import Project

_SHOWN = 12
_ID_DIGITS = 15
_COLUMNS = (
    Column("project", "Project", count=True),
    Column("name", "Name"),
    Column("description", "Description"),
    Column("numbers", "Numbers", count=True),
    Column("factored", "Done", count=True),
    Column("created", "Created"),
    Column("joined", "A number joined"),
)
_LEVEL_COLUMNS = (
    Column("from_t", "From t", count=True),
    Column("to_t", "to t", count=True),
    Column("numbers", "Numbers", count=True),
)


async def projects(node: Node, _: Address) -> dict[str, Any]:
    """Return every project."""
    found = await node.readers["factoring"].query(table.listed)
    return {
        "projects": found,
        "sheets": (Sheet("projects", "Projects", _COLUMNS, [_row(one) for one in found]),),
    }


def _row(one: Project) -> tuple[str | int, ...]:
    created, joined = to_iso(one.created_at), to_iso(one.updated_at)
    return (one.project, one.name, one.description, one.numbers, one.factored, created, joined)


async def project(node: Node, address: Address) -> dict[str, Any]:
    """Return one project.

    Raises:
        Unknown: there is no such project.
    """
    text = address.values["project"]
    shown = (
        await node.readers["factoring"].query(_project, int(text))
        if text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS
        else None
    )
    if shown is None:
        raise Unknown(f"There is no project with the id {text[:20]!r}.")
    levels = [(low, low + 5, count) for low, count in shown["standing"].by_t_level.items()]
    return shown | {
        "names": await node.readers["clients"].query(names),
        "sheets": (
            Sheet("project", "The project", _COLUMNS, [_row(shown["project"])]),
            Sheet("t-levels", "Composites by t-level", _LEVEL_COLUMNS, levels),
        ),
    }


def _project(connection: sqlite3.Connection, identity: int) -> dict[str, Any] | None:
    found = table.by_id(connection, identity)
    if found is None:
        return None
    newest = factors.newest_in(connection, found.name, _SHOWN)
    return {
        "project": found,
        "standing": tallies.standing_of(connection, found.name),
        "nearest": catalogue.nearest_in(connection, found.name, _SHOWN),
        "factors": newest,
        "factored": catalogue.numbers_by_id(connection, [factor.number for factor in newest]),
    }
