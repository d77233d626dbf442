"""The page of one number: its parts, what was run on it, what may have been missed, and what comes next."""

import sqlite3
from typing import Any

from msgspec import Struct

from coordinator.house import House
from coordinator.pages.site import Address
from core.factoring import effort
from core.factoring.standard import next_row
from core.factoring.state import Number
from core.refusals import Unknown
from projections.clients.state import names
from projections.factoring import attempts, catalogue, factors

_SHOWN = 25
_WIDTH, _HEIGHT = 600, 180
_DEEPEST = 12


class Branch(Struct):
    """A number in the tree of parts; `times` is its exponent."""

    number: Number
    times: int
    parts: "list[Branch]"


class Worked(Struct, frozen=True):
    """Curves of one kind that count; `run_on` is the number that they were run on."""

    run_on: int
    work: attempts.WorkDone


async def number(house: House, address: Address) -> dict[str, Any]:
    """Return all that the page of a number shows.

    Raises:
        Unknown: there is no such number.
    """
    known = await house.readers["clients"].query(names)
    identity = address.values["number"]
    shown = (
        await house.readers["factoring"].query(_factoring, int(identity))
        if identity.isascii() and identity.isdigit()
        else None
    )
    if shown is None:
        raise Unknown(f"There is no number with the id {identity[:20]!r}.")
    return shown | {"names": known}


def _factoring(connection: sqlite3.Connection, identity: int) -> dict[str, Any] | None:
    found = catalogue.number_by_id(connection, identity)
    if found is None:
        return None
    ancestors, descendants = catalogue.relatives_of(connection, identity)
    missed = effort.missed(found.effort)
    found_factors = factors.factors_of(connection, (identity, *descendants))
    return {
        "number": found,
        "tree": _branch(connection, found, 1, 0),
        "part_of": catalogue.numbers_by_id(connection, ancestors) if ancestors else {},
        "projects": catalogue.projects_of(connection, identity),
        "factors": found_factors,
        "factored": catalogue.numbers_by_id(connection, [identity, *descendants]),
        "worked": [
            Worked(one, work) for one in (identity, *ancestors) for work in attempts.work_done_on(connection, one)
        ],
        "missed": missed,
        "curve": _points(missed),
        "held": catalogue.held_on(connection, identity, _SHOWN),
        "attempts": attempts.attempts_on(connection, identity, _SHOWN),
        "next_row": next_row(found.t_milli, found.target_milli) if found.status == "open" else None,
    }


def _branch(connection: sqlite3.Connection, root: Number, times: int, depth: int) -> Branch:
    parts = catalogue.parts_of(connection, root.number) if depth < _DEEPEST else []
    return Branch(root, times, [_branch(connection, part, often, depth + 1) for part, often in parts])


def _points(missed: dict[int, float]) -> str:
    """Return the chance that a factor was missed as points of an SVG polyline, 10 digits left and 100 right."""
    return " ".join(
        f"{(digits - 10) * _WIDTH / 90:.1f},{(1 - chance) * _HEIGHT:.1f}" for digits, chance in missed.items()
    )
