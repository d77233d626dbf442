"""Search in factoring: numbers, assignments and projects."""

import sqlite3

from coordinator.node import Node
from coordinator.operations import searching
from coordinator.pages.asking import id_of, uuid_of
from coordinator.pages.contributing import Hit
from core.bigint import abbreviate
from core.factoring.state import Number
from projections.factoring import catalogue, holdings, projects
from projections.factoring.trigrams import Among

_EACH = 10


async def search(node: Node, text: str) -> list[Hit]:
    """Return the numbers, assignments and projects that fit a text."""
    return await node.readers["factoring"].query(_found, text, await searching.among(node, text))


def _found(connection: sqlite3.Connection, text: str, among: Among | None) -> list[Hit]:
    exact = [catalogue.number_by_text(connection, text), catalogue.number_by_id(connection, id_of(text))]
    numbers = {number.id: number for number in exact if number is not None}
    numbers |= {number.id: number for number in catalogue.containing(connection, text, _EACH, among)}
    held = holdings.choose(connection, holdings.Chosen(work=uuid_of(text))) if uuid_of(text) else []
    return [
        *map(_number, numbers.values()),
        *(Hit("assignment", f"{one.assignment.curves} curves", f"/composites/{one.number.id}") for one in held),
        *(Hit("project", name, f"/projects/{one}") for one, name in projects.named_like(connection, text, _EACH)),
    ]


def _number(number: Number) -> Hit:
    written = number.expression or abbreviate(number.value)
    called = f"{number.name}: {written}" if number.name else written
    name = f"{called} ({number.digits} digits)" if number.expression else called
    return Hit("number", f"{name}, {number.status}", f"/composites/{number.id}")
