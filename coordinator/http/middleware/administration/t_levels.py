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
from coordinator.http.past import ONLY_NOW
from coordinator.http.places import AT_WRITER
from coordinator.http.requests.parameters import Id
from coordinator.http.responses.problems import may_answer
from coordinator.node import Node
from coordinator.operations.recounting import RECOUNT, Recount, newest
from core.factoring.commands.numbers import ChangeComposite
from core.factoring.mathematics.levels.targets import usual_target_milli
from core.refusals import Unknown
from core.timestamps import to_naive_iso
from core.wording import count_of
from projections.factoring.credit import recount
from projections.factoring.credit.recount import Recounted

_AT_ONCE = 500


class Calculated(msgspec.Struct, frozen=True, kw_only=True):
    """How many numbers have a target, and how many got another one; no t-level can be another than it is."""

    status: str
    composites_updated: int
    current_t_levels_updated: int
    operation_type: str
    total: int
    updated: int
    message: str


class RecountedNumber(msgspec.Struct, frozen=True, kw_only=True):
    """The t-level on record, and the one that its curves amount to; `old` and `new` are the same two in shorter."""

    status: str
    composite_id: int
    old_current_t_level: float
    new_current_t_level: float
    old_target_t_level: float
    new_target_t_level: float
    current_t_level: float
    recalculated_t_level: float
    agrees: bool
    message: str


class RecountResult(msgspec.Struct, frozen=True):
    """The outcome of counting anew: `completed`, or `error`."""

    status: Literal["completed", "error"]
    composites_updated: int
    current_t_levels_updated: int
    message: str


class RecountStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How far counting anew has come; `differing` are numbers whose t-level on record is not what their curves say.

    `progress` of `total` numbers are counted; `result` comes at the end.
    """

    status: Literal["never run", "running", "completed", "failed"]
    running: bool
    progress: int
    total: int
    completed: bool
    result: RecountResult | None
    processed: int
    differing: list[int]
    started_at: str | None
    finished_at: str | None


class RecountBegun(msgspec.Struct, frozen=True, kw_only=True):
    """Counting anew was begun by this request, or goes on since an earlier one."""

    status: Literal["started", "already_running"]
    progress: int
    total: int
    started_at: str | None
    message: str


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
            updated += result.answer.outcome != "existing"
    return Calculated(
        status="completed",
        composites_updated=updated,
        current_t_levels_updated=0,
        operation_type="Recalculated all" if recalculate_all else "Updated new",
        total=len(numbers),
        updated=updated,
        message=f"{updated} of {count_of(len(numbers), 'number')} got another target.",
    )


@post("/{number:int}/recalculate-t-level", status_code=200, summary="Count a number anew", responses=may_answer(404))
async def recalculate(node: NamedDependency[Node], number: FromPath[Id]) -> RecountedNumber:
    """Add up a number's curves anew, and compare; nothing is changed."""
    found = await node.readers["factoring"].query(recount.recount, [number])
    if not found:
        raise Unknown(f"There is no number with the id {number}.")
    return _shown(found[0])


@post("/recalculate-all-t-levels", status_code=200, summary="Count all numbers anew")
async def recalculate_all(node: NamedDependency[Node]) -> RecountBegun:
    """Begin to add up all numbers' curves anew, and to compare; nothing is changed.

    `/recalculate-status` says how far it has come; while it goes on, it is not begun again.
    """
    known = node.background.known.get(RECOUNT)
    goes_on = known is not None and known.running
    if not goes_on:
        node.background.begin(RECOUNT, Recount(node))
    status = await _status(node)
    return RecountBegun(
        status="already_running" if goes_on else "started",
        progress=status.progress,
        total=status.total,
        started_at=status.started_at,
        message="All numbers are being counted anew; /admin/composites/recalculate-status says how far it has come.",
    )


@get("/recalculate-status", opt={**ONLY_NOW, **AT_WRITER}, summary="Show how far counting anew has come")
async def recalculation_status(node: NamedDependency[Node]) -> RecountStatus:
    """Say how far the last counting anew since the start has come."""
    return await _status(node)


async def _status(node: Node) -> RecountStatus:
    known = newest(node)
    total = await node.readers["factoring"].query(recount.count_countable)
    if known is None:
        return RecountStatus(
            status="never run",
            running=False,
            progress=0,
            total=total,
            completed=False,
            result=None,
            processed=0,
            differing=[],
            started_at=None,
            finished_at=None,
        )
    job, recounted = known
    ended: Literal["completed", "failed"] | None = None
    if not job.running:
        ended = "completed" if job.status.state == "completed" else "failed"
    return RecountStatus(
        status=ended or "running",
        running=job.running,
        progress=recounted.processed,
        total=max(total, recounted.processed),
        completed=not job.running,
        result=_result(recounted, failed=ended == "failed") if ended else None,
        processed=recounted.processed,
        differing=recounted.differing,
        started_at=to_naive_iso(job.started_at),
        finished_at=None if job.ended_at is None else to_naive_iso(job.ended_at),
    )


def _result(recounted: Recount, *, failed: bool) -> RecountResult:
    if failed:
        return RecountResult(
            "error", 0, 0, f"It ended after {count_of(recounted.processed, 'number')}; the program's log says why."
        )
    differing = len(recounted.differing)
    return RecountResult(
        "completed",
        recounted.processed,
        0,
        f"Counted anew: {count_of(recounted.processed, 'number')}; the t-levels of {differing} on record are not what their"
        " curves amount to.",
    )


def _shown(found: Recounted) -> RecountedNumber:
    message = (
        "The t-level on record is what the curves amount to."
        if found.agrees
        else "The t-level on record is not what the curves amount to; rebuild the projections."
    )
    target = round(digits_of(found.number.target_milli), 2)
    return RecountedNumber(
        status="success",
        composite_id=found.number.id,
        old_current_t_level=round(digits_of(found.number.t_milli), 2),
        new_current_t_level=round(digits_of(found.t_milli), 2),
        old_target_t_level=target,
        new_target_t_level=target,
        current_t_level=digits_of(found.number.t_milli),
        recalculated_t_level=digits_of(found.t_milli),
        agrees=found.agrees,
        message=message,
    )


HANDLERS = (calculate_targets, recalculate, recalculate_all, recalculation_status)
