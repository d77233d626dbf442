"""Administration of single numbers: what is wanted of them, and putting them aside."""

from typing import Annotated, Literal

import msgspec
from litestar import Response, delete, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from coordinator.http.caller import AnyRequest
from coordinator.http.commanding import Wish, perform, perform_wishes
from coordinator.http.factoring.parameters import Reason
from coordinator.http.requests.parameters import MAX_INTEGER, Id
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.node import Node
from core.deciding import Command
from core.factoring.answers.shapes import CompositeAnswer
from core.factoring.commands.numbers import ChangeComposite, ShelveNumber, UnshelveNumber
from core.refusals import Unknown
from projections.factoring.assignment import holdings
from projections.factoring.assignment.holdings import Chosen

_AT_ONCE = 500


class Curated(msgspec.Struct, frozen=True, kw_only=True):
    """The result for a number."""

    status: Literal["updated", "marked_complete", "removed", "activated", "deactivated"]
    composite_id: int
    message: str


class Reprioritised(Curated, frozen=True, kw_only=True):
    """A number with its new priority."""

    priority: int


class Shelved(Curated, frozen=True, kw_only=True):
    """A number that is assigned again, or is not any more."""

    is_active: bool
    reason: str


class Removed(Shelved, frozen=True, kw_only=True):
    """A number that is not listed any more, and how many assignments on it have ended; nothing that was done is deleted."""

    cancelled_work_assignments: int
    deleted_attempts: int = 0
    deleted_factors: int = 0
    deleted_work_assignments: int = 0
    deleted_residues: int = 0


Ids = Annotated[list[Annotated[int, Meta(ge=1, le=MAX_INTEGER)]], Meta(max_length=10_000)]


class ToActivate(msgspec.Struct, frozen=True):
    """Which numbers to take up again, or to put aside when `active` is false."""

    composite_ids: Ids
    active: bool = True


class BulkActivated(msgspec.Struct, frozen=True):
    """Which numbers are now as was asked for, how many of them were changed by it, and which ids are not on record."""

    status: str
    activated: list[int]
    failed: list[int]
    total_requested: int
    total_activated: int
    changed: int
    unknown_ids: list[int]


@put("/{number:int}/priority", summary="Change a priority", responses=may_answer(400, 404, 503))
async def change_priority(
    request: AnyRequest, number: FromPath[Id], priority: FromQuery[int]
) -> Response[Reprioritised]:
    """Give a number another priority; the highest is assigned first."""
    outcome = await perform(request, ChangeComposite(number=number, priority=priority))
    message = f"The priority is {priority}."
    return answered(outcome, Reprioritised(status="updated", composite_id=number, message=message, priority=priority))


@post("/{number:int}/complete", status_code=200, summary="Have done with a number", responses=may_answer(404, 503))
async def complete(request: AnyRequest, number: FromPath[Id], reason: FromQuery[Reason] = "") -> Response[Shelved]:
    """Assign a number no more, whatever its t-level; its assignments end."""
    outcome = await perform(request, ShelveNumber(number=number, shelf="complete", reason=reason))
    message = "The number is complete."
    shelved = Shelved(status="marked_complete", composite_id=number, message=message, is_active=False, reason=reason)
    return answered(outcome, shelved)


@delete("/{number:int}", status_code=200, summary="Delete a number", responses=may_answer(404, 503))
async def delete_composite(
    request: AnyRequest, node: NamedDependency[Node], number: FromPath[Id], reason: FromQuery[Reason] = ""
) -> Response[Removed]:
    """List and assign a number no more; its history stays, and submitting it again brings it back."""
    held = await node.readers["factoring"].query(holdings.choose, Chosen(number=number, live=True))
    outcome = await perform(request, ShelveNumber(number=number, shelf="deleted", reason=reason))
    removed = Removed(
        status="removed",
        composite_id=number,
        message="The number was deleted; its history stays.",
        is_active=False,
        reason=reason,
        cancelled_work_assignments=len(held),
    )
    return answered(outcome, removed)


@put("/{number:int}/activate", summary="Take a number up again", responses=may_answer(404, 503))
async def activate(request: AnyRequest, number: FromPath[Id]) -> Response[Shelved]:
    """Assign and list a number again."""
    outcome = await perform(request, UnshelveNumber(number=number))
    message = "The number is active."
    return answered(
        outcome, Shelved(status="activated", composite_id=number, message=message, is_active=True, reason="")
    )


@put("/{number:int}/deactivate", summary="Put a number aside", responses=may_answer(404, 503))
async def deactivate(request: AnyRequest, number: FromPath[Id], reason: FromQuery[Reason] = "") -> Response[Shelved]:
    """Assign a number no more until it is activated; its assignments end."""
    outcome = await perform(request, ShelveNumber(number=number, shelf="inactive", reason=reason))
    message = "The number is inactive."
    return answered(
        outcome, Shelved(status="deactivated", composite_id=number, message=message, is_active=False, reason=reason)
    )


@post(
    "/bulk-activate",
    status_code=200,
    summary="Take many numbers up again, or put them aside",
    responses=may_answer(400, 413, 415, 503),
)
async def bulk_activate(request: AnyRequest, data: JSONBody[ToActivate | Ids]) -> BulkActivated:
    """Activate or deactivate up to 10,000 numbers; a plain list of ids is activated."""
    wanted = data if isinstance(data, ToActivate) else ToActivate(data)
    there, unknown, changed = [], [], 0
    for start in range(0, len(wanted.composite_ids), _AT_ONCE):
        group = wanted.composite_ids[start : start + _AT_ONCE]
        results = await perform_wishes(request, [_toggle(one, wanted) for one in group])
        for number, result in zip(group, results, strict=True):
            if isinstance(result, Unknown):
                unknown.append(number)
            elif isinstance(result, Exception):
                raise result
            else:
                there.append(number)
                changed += result.answer.outcome != "existing"
    return BulkActivated("success", there, unknown, len(wanted.composite_ids), len(there), changed, unknown)


def _toggle(number: int, data: ToActivate) -> Wish[CompositeAnswer]:
    command: Command[CompositeAnswer] = (
        UnshelveNumber(number=number) if data.active else ShelveNumber(number=number, shelf="inactive", reason="")
    )
    return Wish(command=command)


HANDLERS = (
    change_priority,
    complete,
    delete_composite,
    activate,
    deactivate,
    bulk_activate,
)
