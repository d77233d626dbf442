"""Administration of single numbers: what is wanted of them, and putting them aside."""

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Redirect
from msgspec import Meta

from coordinator.http.caller import AnyRequest
from coordinator.http.commanding import Wish, perform, perform_wishes
from coordinator.http.factoring.composites import CompositeDetail, detail_of
from coordinator.http.factoring.parameters import Reason
from coordinator.http.factoring.shapes import CompositeSummary, summary_of
from coordinator.http.parameters import MAX_INTEGER, Id
from coordinator.http.problems import may_answer
from coordinator.http.receipts import answered
from coordinator.node import Node
from coordinator.settings import Settings
from core.deciding import Command
from core.factoring.curation.commands import ChangeComposite, ShelveNumber, UnshelveNumber
from core.refusals import Unknown
from projections.factoring import catalogue, standing
from projections.factoring.catalogue import Search

_FOUND = 100
_AT_ONCE = 500


class Curated(msgspec.Struct, frozen=True):
    """The result for a number."""

    status: str
    composite_id: int
    message: str


class Reprioritised(Curated, frozen=True):
    """A number with its new priority."""

    priority: int


class Counts(msgspec.Struct, frozen=True):
    """How many numbers there are: by status, and by shelf (those that are assigned stand on none)."""

    total_composites: int
    by_status: dict[str, int]
    by_shelf: dict[str, int]
    assigned_now: int


class FoundComposites(msgspec.Struct, frozen=True):
    """Numbers that fit; the one that is meant exactly comes first."""

    composites: list[CompositeSummary]


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


@get("/status", summary="Count the numbers")
async def count_composites(node: NamedDependency[Node]) -> Counts:
    """Count the numbers by status and by shelf."""
    factoring = node.readers["factoring"]
    by_status = await factoring.query(catalogue.count_by_status)
    by_shelf = await factoring.query(catalogue.count_by_shelf)
    leases = await factoring.query(catalogue.count_live_leases)
    return Counts(sum(by_status.values()), by_status, by_shelf, leases.get("live", 0))


@get("/find", summary="Find a number", responses=may_answer(400))
async def find_composites(
    node: NamedDependency[Node],
    settings: NamedDependency[Settings],
    q: FromQuery[Annotated[str, QueryParameter(min_length=1, max_length=20_000)]],
) -> FoundComposites:
    """Find numbers by id, value, an expression, or a part of either."""
    factoring = node.readers["factoring"]
    meant = await factoring.query(standing.meant, q, settings.number_ceiling_digits)
    page = await factoring.query(catalogue.search, Search(text=q.strip()[:200], size=_FOUND))
    others = [number for number in page.numbers if meant is None or number.id != meant.id]
    return FoundComposites([summary_of(number) for number in ([meant] if meant else []) + others])


@get("/{number:int}", summary="Show a number to its administrator", responses=may_answer(404))
async def show_to_admin(node: NamedDependency[Node], number: FromPath[Id]) -> CompositeDetail:
    """Return all that is known of a number, a deleted one included."""
    return await detail_of(node, number)


@get("/{number:int}/details", summary="Show a number's details", responses=may_answer(404))
async def show_details(
    request: AnyRequest, node: NamedDependency[Node], number: FromPath[Id]
) -> Response[CompositeDetail] | Redirect:
    """Return all that is known of a number; a browser is sent to its page."""
    if "text/html" in request.headers.get("accept", ""):
        return Redirect(f"/api/v1/dashboard/composites/{number}/details")
    return Response(await detail_of(node, number))


@put("/{number:int}/priority", summary="Change a priority", responses=may_answer(400, 404, 503))
async def change_priority(
    request: AnyRequest, number: FromPath[Id], priority: FromQuery[int]
) -> Response[Reprioritised]:
    """Give a number another priority; the highest is assigned first."""
    outcome = await perform(request, ChangeComposite(number=number, priority=priority))
    return answered(outcome, Reprioritised("success", number, f"The priority is {priority}.", priority))


@post("/{number:int}/complete", status_code=200, summary="Have done with a number", responses=may_answer(404, 503))
async def complete(request: AnyRequest, number: FromPath[Id], reason: FromQuery[Reason] = "") -> Response[Curated]:
    """Assign a number no more, whatever its t-level; its assignments end."""
    return await _curate(
        request, ShelveNumber(number=number, shelf="complete", reason=reason), "The number is complete."
    )


@delete("/{number:int}", status_code=200, summary="Delete a number", responses=may_answer(404, 503))
async def delete_composite(
    request: AnyRequest, number: FromPath[Id], reason: FromQuery[Reason] = ""
) -> Response[Curated]:
    """List and assign a number no more; its history stays, and submitting it again brings it back."""
    command = ShelveNumber(number=number, shelf="deleted", reason=reason)
    return await _curate(request, command, "The number was deleted; its history stays.")


@put("/{number:int}/activate", summary="Take a number up again", responses=may_answer(404, 503))
async def activate(request: AnyRequest, number: FromPath[Id]) -> Response[Curated]:
    """Assign and list a number again."""
    return await _curate(request, UnshelveNumber(number=number), "The number is active.")


@put("/{number:int}/deactivate", summary="Put a number aside", responses=may_answer(404, 503))
async def deactivate(request: AnyRequest, number: FromPath[Id], reason: FromQuery[Reason] = "") -> Response[Curated]:
    """Assign a number no more until it is activated; its assignments end."""
    return await _curate(
        request, ShelveNumber(number=number, shelf="inactive", reason=reason), "The number is inactive."
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
                changed += result.position > 0
    return BulkActivated("success", there, unknown, len(wanted.composite_ids), len(there), changed, unknown)


def _toggle(number: int, data: ToActivate) -> Wish:
    command: Command = (
        UnshelveNumber(number=number) if data.active else ShelveNumber(number=number, shelf="inactive", reason="")
    )
    return Wish(command=command)


async def _curate(request: AnyRequest, command: ShelveNumber | UnshelveNumber, message: str) -> Response[Any]:
    outcome = await perform(request, command)
    return answered(outcome, Curated("success", outcome.answer.number, message))


HANDLERS = (
    count_composites,
    find_composites,
    show_to_admin,
    show_details,
    change_priority,
    complete,
    delete_composite,
    activate,
    deactivate,
    bulk_activate,
)
