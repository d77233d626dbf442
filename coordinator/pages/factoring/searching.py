"""Search in factoring: numbers, assignments and projects."""

import asyncio
import sqlite3
from urllib.parse import urlencode

from coordinator.node import Node
from coordinator.operations import searching
from coordinator.pages.contributing.contribution import Hit
from coordinator.pages.factoring.submitting import SUBMIT
from coordinator.pages.serving.asking import id_of, uuid_of
from core.bigint import abbreviate
from core.factoring.notation.expressions import number_from
from core.factoring.state.numbers import Number
from core.refusals import BadInput
from core.wording import plural, standing
from projections.factoring.assignment import holdings
from projections.factoring.lists import catalogue
from projections.factoring.lists.trigrams import Among
from projections.factoring.numbers import projects

_EACH = 10
_SHOWN_WHOLE = 60
_LONGEST_EXPRESSION, _FEWEST_DIGITS_OFFERED, _MOST_DIGITS_OFFERED = 1_000, 7, 1_000
_MOST_WRITTEN_DIGITS = 10_000
"""So many at most of a number that is written in full, and need not be worked out."""


async def search(node: Node, text: str) -> list[Hit]:
    """Return the numbers, assignments and projects that fit a text; where it is a number that is not on record, a way to add it."""
    found = await node.readers["factoring"].query(_found, text, await searching.among(node, text))
    if found:
        return found
    value = await _value(text)
    known = await node.readers["factoring"].query(catalogue.numbers_by_text, value, 1) if value else []
    return [*map(_number, known)] or ([] if node.moment else _to_add(text, value))


async def named(node: Node, text: str) -> list[str]:
    """Return the pages of the numbers whose value, expression or name a text is, however the expression is written.

    That of its id is among them, if it is one too.
    """
    query = node.readers["factoring"].query
    return await query(_named, text) or await query(_named, await _value(text))


def _named(connection: sqlite3.Connection, text: str) -> list[str]:
    numbers = catalogue.numbers_by_text(connection, text, 2)
    by_id = catalogue.number_by_id(connection, id_of(text)) if numbers else None
    return [f"/composites/{number}" for number in {one.id for one in (*numbers, by_id) if one is not None}]


async def _value(text: str) -> str:
    """Return what an expression stands for, in decimal; empty when it is none, or longer than anybody would search for."""
    if len(text) > _LONGEST_EXPRESSION:
        written = text.isascii() and text.isdecimal() and text[0] != "0" and len(text) <= _MOST_WRITTEN_DIGITS
        return text if written else ""
    try:
        number = await asyncio.to_thread(number_from, text, _MOST_DIGITS_OFFERED)
    except BadInput:
        return ""
    return str(number)


def _to_add(text: str, value: str) -> list[Hit]:
    if len(value) < _FEWEST_DIGITS_OFFERED:
        return []
    written = text if len(text) <= _SHOWN_WHOLE else abbreviate(text)
    about = f"{plural(len(value), 'digit')}, add it"
    return [Hit("number not on record", written, f"{SUBMIT}?{urlencode({'text': text})}", about)]


def _found(connection: sqlite3.Connection, text: str, among: Among | None) -> list[Hit]:
    exact = [catalogue.number_by_text(connection, text), catalogue.number_by_id(connection, id_of(text))]
    numbers = {number.id: number for number in exact if number is not None}
    numbers |= {number.id: number for number in catalogue.containing(connection, text, _EACH, among)}
    held = holdings.choose(connection, holdings.Chosen(work=uuid_of(text))) if uuid_of(text) else []
    return [
        *map(_number, numbers.values()),
        *(Hit("assignment", plural(one.assignment.curves, "curve"), f"/composites/{one.number.id}") for one in held),
        *(Hit("project", name, f"/projects/{one}") for one, name in projects.named_like(connection, text, _EACH)),
    ]


def _number(number: Number) -> Hit:
    written = number.expression or abbreviate(number.value)
    about = (number.name, plural(number.digits, "digit") if number.expression else "", standing(number.status))
    return Hit("number", written, f"/composites/{number.id}", ", ".join(filter(None, about)))
