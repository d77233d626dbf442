"""Calculating t-levels anew.

Nothing here depends on it: every number has its target at once, and its t-level is kept exactly as curves come. What the
administrators of the system replaced had to do now and then remains as a check.
"""

from typing import Literal

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from coordinator.http.caller import AnyRequest
from coordinator.http.commanding import Wish, perform_wishes
from coordinator.http.factoring.shapes import digits_of
from coordinator.http.parameters import Id
from coordinator.http.past import ONLY_NOW
from coordinator.http.problems import may_answer
from coordinator.node import Node
from coordinator.operations.recounting import RECOUNT, Recount, newest
from core.factoring.curation.commands import ChangeComposite
from core.factoring.targets import usual_target_milli
from core.refusals import Conflict, Unknown
from core.timestamps import to_naive_iso
from projections.factoring import recount
from projections.factoring.recount import Recounted

_AT_ONCE = 500


class Calculated(msgspec.Struct, frozen=True):
    """How many numbers have a target, and how many got another one."""

    status: str
    total: int
    updated: int
    message: str


class RecountedNumber(msgspec.Struct, frozen=True):
    """The t-level on record, and the one that its curves amount to."""

    composite_id: int
    current_t_level: float
    recalculated_t_level: float
    agrees: bool
    message: str


class RecountStatus(msgspec.Struct, frozen=True):
    """How far counting anew has come; `differing` are numbers whose t-level on record is not what their curves say."""

    status: Literal["never run", "running", "completed", "failed"]
    processed: int
    differing: list[int]
    started_at: str | None
    finished_at: str | None


@post(
    "/calculate-t-levels",
    status_code=200,
    summary="Give numbers the usual target",
    responses=may_answer(400, 503),
)
async def calculate_targets(
    request: AnyRequest, node: NamedDependency[Node], recalculate_all: FromQuery[bool] = False
) -> Calculated:
    """Give every number its usual target, 4/13 of its digits, when `recalculate_all` is true.

    Without it nothing is left to do: a number has its target as soon as it is submitted.
    """
    numbers = await node.readers["factoring"].query(recount.with_targets)
    updated = 0
    for start in range(0, len(numbers) if recalculate_all else 0, _AT_ONCE):
        wishes = [
            Wish(command=ChangeComposite(number=number, target_milli=usual_target_milli(digits)))
            for number, digits in numbers[start : start + _AT_ONCE]
        ]
        for result in await perform_wishes(request, wishes):
            if isinstance(result, Exception):
                raise result
            updated += result.position > 0
    return Calculated("completed", len(numbers), updated, f"{updated} of {len(numbers)} numbers got another target.")


@post("/{number:int}/recalculate-t-level", status_code=200, summary="Count a number anew", responses=may_answer(404))
async def recalculate(node: NamedDependency[Node], number: FromPath[Id]) -> RecountedNumber:
    """Add up a number's curves anew, and compare; nothing is changed."""
    found = await node.readers["factoring"].query(recount.recount, [number])
    if not found:
        raise Unknown(f"There is no number with the id {number}.")
    return _shown(found[0])


@post("/recalculate-all-t-levels", status_code=200, summary="Count all numbers anew", responses=may_answer(409))
async def recalculate_all(node: NamedDependency[Node]) -> RecountStatus:
    """Begin to add up all numbers' curves anew, and to compare; nothing is changed."""
    if (known := node.background.known.get(RECOUNT)) is not None and known.running:
        raise Conflict("The numbers are being counted anew already; /recalculate-status says how far it has come.")
    node.background.begin(RECOUNT, Recount(node))
    return _status(node)


@get("/recalculate-status", opt=ONLY_NOW, summary="Show how far counting anew has come")
async def recalculation_status(node: NamedDependency[Node]) -> RecountStatus:
    """Say how far the last counting anew since the start has come."""
    return _status(node)


def _status(node: Node) -> RecountStatus:
    known = newest(node)
    if known is None:
        return RecountStatus("never run", 0, [], None, None)
    job, recounted = known
    return RecountStatus(
        status="running" if job.running else "completed" if job.status.state == "completed" else "failed",
        processed=recounted.processed,
        differing=recounted.differing,
        started_at=to_naive_iso(job.started_at),
        finished_at=None if job.ended_at is None else to_naive_iso(job.ended_at),
    )


def _shown(found: Recounted) -> RecountedNumber:
    message = (
        "The t-level on record is what the curves amount to."
        if found.agrees
        else "The t-level on record is not what the curves amount to; rebuild the projections."
    )
    return RecountedNumber(
        composite_id=found.number.id,
        current_t_level=digits_of(found.number.t_milli),
        recalculated_t_level=digits_of(found.t_milli),
        agrees=found.agrees,
        message=message,
    )


HANDLERS = (calculate_targets, recalculate, recalculate_all, recalculation_status)
