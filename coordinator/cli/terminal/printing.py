"""Writing for people and for programs."""

from collections.abc import Mapping
from typing import Any

import msgspec
import rich_click as click

from core.bigint import abbreviate
from core.wording import standing

_LONGEST_EXPRESSION = 40


def print_json(value: object) -> None:
    """Write one line of JSON to standard output, in UTF-8 whatever else is written there."""
    click.echo(msgspec.json.encode(value))


def state_of(composite: Mapping[str, Any]) -> str:
    """Write how a number stands; of a prime, also whether that is proven or probable."""
    status = standing(composite["status"])
    return status if composite["primality"] == "composite" else f"{composite['primality']} {status}"


def shown(number: str) -> str:
    """Write a number as it was handed in, in one cell of a table: long digits abbreviated, long expressions cut short."""
    if number.isdigit():
        return abbreviate(number)
    return number if len(number) <= _LONGEST_EXPRESSION else f"{number[: _LONGEST_EXPRESSION - 1]}…"
