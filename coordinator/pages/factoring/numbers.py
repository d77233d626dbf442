"""The page of one number: its parts, what was run on it, what may have been missed, and what comes next."""

import sqlite3
from typing import Any

from msgspec import Struct

from coordinator.http.factoring.rows import AttemptRow, EffortRow, attempt_row, effort_row
from coordinator.http.tables import Table
from coordinator.log.exploring import Wanted, look
from coordinator.node import Node
from coordinator.pages.asking import id_of, position_of
from coordinator.pages.factoring import number_charts
from coordinator.pages.factoring.checked import share_of
from coordinator.pages.factoring.planning import Plan, planned
from coordinator.pages.site import Address
from core.factoring.mathematics import effort
from core.factoring.mathematics.sieve import crossover
from core.factoring.sieving import MOST_DIGITS
from core.factoring.splitting import stream_of
from core.factoring.state import Number
from core.refusals import Unknown
from projections.clients.state import names
from projections.factoring import attempts, catalogue, factors, levels
from projections.factoring.curation import special_form
from projections.factoring.residue_status import residues_of

_SHOWN = 25
_LEVELS = 300


class Branch(Struct):
    """A number in the tree of parts; `times` is its exponent."""

    number: Number
    times: int
    parts: "list[Branch]"


class Worked(Struct, frozen=True):
    """Curves of one kind that count; `run_on` is the number that they were run on."""

    run_on: int
    work: attempts.WorkDone


async def number(node: Node, address: Address) -> dict[str, Any]:
    """Return all that the page of a number shows.

    Raises:
        Unknown: there is no such number.
    """
    known = await node.readers["clients"].query(names)
    identity, before = address.values["number"], position_of(address, "before")
    shown = await node.readers["factoring"].query(_factoring, id_of(identity))
    if shown is None:
        raise Unknown(f"There is no number with the id {identity[:20]!r}.")
    found: Number = shown["number"]
    rose = await node.log_readers.query(number_charts.when, shown.pop("levels"), node.time)
    wanted = Wanted(before=before, stream=stream_of(found.id), limit=_SHOWN)
    history = (await node.log_readers.query(look, wanted)).events
    charts = {
        "missed": number_charts.missed(shown.pop("missed"), found),
        "rise": number_charts.rise(rose, found),
    }
    return shown | {
        "names": known,
        "share": await share_of(node, [found.id]),
        "history": history,
        "newest": node.log.head().position,
        "before": before,
        "shown": _SHOWN,
        "sieved_up_to": MOST_DIGITS,
        "handed_in": None,
        "charts": charts,
        "tables": (
            *(chart.table for chart in charts.values() if chart is not None),
            Table("curves", EffortRow, (effort_row(one.work, one.run_on) for one in shown["worked"])),
            Table("reports", AttemptRow, (attempt_row(one, known) for one in shown["attempts"])),
        ),
    }


def _factoring(connection: sqlite3.Connection, identity: int) -> dict[str, Any] | None:
    found = catalogue.number_by_id(connection, identity)
    if found is None:
        return None
    ancestors, descendants = catalogue.relatives_of(connection, identity)
    plan: Plan | None = planned(connection, found)
    difficulty = special_form(connection, (found, *(catalogue.numbers_by_id(connection, ancestors) or {}).values()))
    return {
        "number": found,
        "tree": _branch(connection, found, 1),
        "part_of": catalogue.numbers_by_id(connection, ancestors) if ancestors else {},
        "projects": catalogue.projects_of(connection, identity),
        "factors": factors.factors_of(connection, (identity, *descendants)),
        "factored": catalogue.numbers_by_id(connection, [identity, *descendants]),
        "worked": [
            Worked(one, work) for one in (identity, *ancestors) for work in attempts.work_done_on(connection, one)
        ],
        "missed": effort.missed(found.effort),
        "levels": levels.levels_of(connection, identity, _LEVELS),
        "residues": residues_of(connection, identity, _SHOWN),
        "held": catalogue.held_on(connection, identity, _SHOWN),
        "attempts": attempts.attempts_on(connection, identity, _SHOWN),
        "plan": plan,
        "crossover": crossover(found.digits, difficulty),
        "difficulty": difficulty,
    }


def _branch(connection: sqlite3.Connection, root: Number, times: int) -> Branch:
    """Return a number with its parts; it is as deep as the number has factors, at most."""
    parts = catalogue.parts_of(connection, root.id)
    return Branch(root, times, [_branch(connection, part, often) for part, often in parts])
