"""The prospects of work: what is next on a number, and why; and what a day's work may lead to."""

import sqlite3
from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec.structs import replace

from coordinator.explaining.finishing import Finish, finish
from coordinator.explaining.prospects import Alternative, Plan, beside, outlook, planned
from coordinator.http.caller import needs
from coordinator.http.factoring.parameters import Project
from coordinator.http.requests.parameters import Id
from coordinator.http.responses.problems import may_answer
from coordinator.node import Node
from core.factoring.state.numbers import Number
from core.refusals import BadInput, Unknown
from core.timestamps import SECOND, to_iso
from projections.factoring.assignment import prospects
from projections.factoring.lists import catalogue
from projections.factoring.numbers.projects import by_name

_CONTRIBUTOR = QueryParameter(ge=1, le=2**53, description="A client's number; only what it spends.")

_DAY_MILLISECONDS = 86_400_000


class AlternativeRow(msgspec.Struct, frozen=True):
    """Curves that might be run next: what one takes on one core, finds with, and what an hour of them promises."""

    b1: int
    seconds: float
    chance: float
    finds_per_hour: float
    share_of_best: float


class Next(msgspec.Struct, frozen=True):
    """The curves that are run next on a number, and the alternatives they were weighed against; nulls where nothing is.

    How far P-1 and P+1 were run stands beside the t-level, and with which chance they would have found a factor, by its digits.
    `chance_in_a_day` is that a day of one core finds a factor, `chance_at_this_pace` that as much as in the last day does.
    """

    composite_id: int
    p_minus_1_b1: int = 0
    p_plus_1_b1: int = 0
    found_beside: dict[int, float] = {}
    b1: int | None = None
    curves: int | None = None
    alternatives: list[AlternativeRow] = []
    numbers_ahead: int | None = None
    chance_in_a_day: float | None = None
    cpu_seconds_last_day: float | None = None
    chance_at_this_pace: float | None = None


class Outlook(msgspec.Struct, frozen=True):
    """The chance that as much work as in the last day finds a factor, where it promises the most.

    `core_days_left` is what is left to do on one core at nominal speed; at the pace of the last day it is done at `done_at`,
    and in 95 of 100 cases between the two times beside it. They are null of a contributor, and without a pace.
    """

    cpu_seconds_last_day: float
    chance_of_a_factor: float
    core_days_left: float | None = None
    done_at: str | None = None
    done_at_earliest: str | None = None
    done_at_latest: str | None = None


@get(
    "/composites/{number:int}/next",
    guards=[needs("read")],
    summary="Show what is run next on a number, and why",
    responses=may_answer(404),
)
async def show_next(node: NamedDependency[Node], number: FromPath[Id]) -> Next:
    """Return the curves that promise the most finds for their time, with what they were weighed against."""
    found = await node.readers["factoring"].query(catalogue.number_by_id, number)
    if found is None:
        raise Unknown(f"There is no number with the id {number}.")
    plan = await node.readers["factoring"].query(planned, found, node.time)
    return _next(found, plan)


def _next(number: Number, plan: Plan | None) -> Next:
    ran = Next(
        composite_id=number.id,
        p_minus_1_b1=number.minus_one_b1,
        p_plus_1_b1=number.plus_one_b1,
        found_beside=beside(number),
    )
    if plan is None:
        return ran
    return replace(
        ran,
        b1=plan.best.b1,
        curves=plan.curves,
        alternatives=list(map(_row, plan.alternatives)),
        numbers_ahead=plan.ahead,
        chance_in_a_day=plan.a_day,
        cpu_seconds_last_day=plan.pace_seconds,
        chance_at_this_pace=plan.at_this_pace,
    )


def _row(one: Alternative) -> AlternativeRow:
    return AlternativeRow(one.b1, one.microseconds / SECOND, one.chance, one.an_hour, one.share)


@get(
    "/work/outlook",
    guards=[needs("read")],
    summary="Show what a day's work may lead to",
    responses=may_answer(400),
)
async def show_outlook(
    node: NamedDependency[Node],
    project: FromQuery[Project] = "",
    contributor: FromQuery[Annotated[int | None, _CONTRIBUTOR]] = None,
) -> Outlook:
    """Return the chance of a factor in the next day, at the pace of the last one: of a project, of a client, or of everybody."""
    if project and contributor:
        raise BadInput("Both a project and a contributor are named; one of the two is accepted.")
    return await node.readers["factoring"].query(_outlook, project, contributor, node.time)


def _outlook(connection: sqlite3.Connection, project: str, contributor: int | None, now: int) -> Outlook:
    if project:
        pace = prospects.pace_of_project(connection, project, now)
    elif contributor:
        pace = prospects.pace_of_clients(connection, [contributor], now)
    else:
        pace = prospects.pace_of_all(connection, now)
    found = outlook(connection, pace, project)
    told = Outlook(found.pace_seconds, found.chance)
    if contributor:
        return told
    known = by_name(connection, project) if project else None
    left = finish(connection, now, project, known.created_at if known else 0)
    return _finishing(told, left)


def _finishing(told: Outlook, left: Finish) -> Outlook:
    likely, earliest, latest = (at and to_iso(at) for at in (left.likely, left.earliest, left.latest))
    return replace(
        told,
        core_days_left=left.left_milliseconds / _DAY_MILLISECONDS,
        done_at=likely,
        done_at_earliest=earliest,
        done_at_latest=latest,
    )


HANDLERS = (show_next, show_outlook)
