"""Writing for people and for programs."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec
import rich_click as click

from core.bigint import abbreviate
from core.legibility import on_one_line
from core.wording import standing

_LONGEST_EXPRESSION = 40
_UNFINISHED = frozenset({"open", "split"})
"""So numbers stand that are not assigned only where they lie on a shelf."""


def print_json(value: object) -> None:
    """Write one line of JSON to standard output, in UTF-8 whatever else is written there; a terminal may be there, too."""
    click.echo(on_one_line(msgspec.json.encode(value).decode(), _escaped).encode())


def state_of(composite: Mapping[str, Any]) -> str:
    """Write how a number stands, as pages do; of a prime, also whether that is proven or probable."""
    if composite["status"] in _UNFINISHED and composite.get("shelf"):
        return "put aside"
    status = standing(composite["status"])
    return status if composite["primality"] == "composite" else f"{composite['primality']} {status}"


def shown(number: str) -> str:
    """Write a number as it was handed in, in one cell of a table: long digits abbreviated, long expressions cut short."""
    if number.isdigit():
        return abbreviate(number)
    return number if len(number) <= _LONGEST_EXPRESSION else f"{number[: _LONGEST_EXPRESSION - 1]}…"


def _escaped(letter: str) -> str:
    """Write a letter within a string of JSON so that whoever parses it gets that very letter."""
    return json.dumps(letter)[1:-1]
