"""Search in factoring: numbers, assignments and projects."""

import asyncio
import sqlite3
from urllib.parse import urlencode

from coordinator.node import Node
from coordinator.operations import searching
from coordinator.pages.asking import id_of, uuid_of
from coordinator.pages.contributing import Hit
from coordinator.pages.factoring.submitting import SUBMIT
from core.bigint import abbreviate, digit_count
from core.factoring.formats.expressions import number_from
from core.factoring.state import Number
from core.refusals import BadInput
from projections.factoring import catalogue, holdings, projects
from projections.factoring.trigrams import Among

_EACH = 10
_SHOWN_WHOLE = 60
_LONGEST_OFFERED, _FEWEST_DIGITS_OFFERED, _MOST_DIGITS_OFFERED = 1_000, 7, 1_000


async def search(node: Node, text: str) -> list[Hit]:
    """Return the numbers, assignments and projects that fit a text; where it is a number that is not on record, a way to add it."""
    found = await node.readers["factoring"].query(_found, text, await searching.among(node, text))
    if not found and node.moment is None and len(text) <= _LONGEST_OFFERED:
        found += await asyncio.to_thread(_to_add, text)
    return found


async def named(node: Node, text: str) -> list[str]:
    """Return the pages of the numbers whose value, expression or name a text is; that of its id among them, if it is one too."""
    return await node.readers["factoring"].query(_named, text)


def _named(connection: sqlite3.Connection, text: str) -> list[str]:
    numbers = catalogue.numbers_by_text(connection, text, 2)
    by_id = catalogue.number_by_id(connection, id_of(text)) if numbers else None
    return [f"/composites/{number}" for number in {one.id for one in (*numbers, by_id) if one is not None}]


def _to_add(text: str) -> list[Hit]:
    try:
        digits = digit_count(number_from(text, _MOST_DIGITS_OFFERED))
    except BadInput:
        return []
    if digits < _FEWEST_DIGITS_OFFERED:
        return []
    written = text if len(text) <= _SHOWN_WHOLE else abbreviate(text)
    return [Hit("not on record", f"add {written} ({digits} digits)", f"{SUBMIT}?{urlencode({'text': text})}")]


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
