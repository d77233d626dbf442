"""Administration of many numbers at once."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from coordinator.http.caller import AnyRequest
from coordinator.http.commanding import Wish, perform_wishes
from coordinator.http.factoring.parameters import Priority, PriorityField
from coordinator.http.factoring.shapes import PriorCurves
from coordinator.http.factoring.submitting import GROUP, MAX_ITEMS, BulkResult, CompositeError, take
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import receipt
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.setup.settings import Settings
from coordinator.writer.outcome import Outcome
from core.bigint import abbreviate
from core.deciding import Command
from core.factoring.commands.numbers import DescribeNumber, ShelveNumber, UnshelveNumber
from core.refusals import Refusal
from projections.factoring.numbers import projects

Project = Annotated[str, QueryParameter(max_length=100)]


class AdminBulk(msgspec.Struct, frozen=True):
    """The result for the numbers handed in."""

    input_count: int
    total_processed: int
    new_composites: int
    existing_composites: int
    updated_composites: int
    invalid_numbers: int
    errors: list[CompositeError]
    project_created: bool
    composites_added_to_project: int
    composites_already_in_project: int
    project_name: str | None


class StructuredComposite(msgspec.Struct, frozen=True, kw_only=True):
    """A number with what is known of it.

    `current_composite` is what is left of it when its known factors are divided out. That it is prime or fully factored
    need not be said: primality is settled here, and a number declared factored or complete is put aside. `is_active` false
    puts it aside until it is activated, true takes it up again.
    """

    number: str | int
    current_composite: str | int | None = None
    has_snfs_form: bool | None = None
    snfs_difficulty: int | None = None
    priority: int | None = None
    is_prime: bool | None = None
    is_fully_factored: bool | None = None
    is_complete: bool | None = None
    is_active: bool | None = None
    prior_t_level: float | None = None
    work: str | list[PriorCurves] | None = None


class StructuredBulk(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers with what is known of them."""

    composites: Annotated[list[StructuredComposite], Meta(max_length=MAX_ITEMS)]
    default_priority: PriorityField | None = None
    project_name: str | None = None


@post("/bulk", status_code=200, summary="Submit many numbers", responses=may_answer(400, 413, 415, 503))
async def submit_many(
    request: AnyRequest,
    data: JSONBody[Annotated[list[Any], Meta(max_length=MAX_ITEMS)]],
    settings: NamedDependency[Settings],
    default_priority: FromQuery[Priority] = None,
    project_name: FromQuery[Project] = "",
) -> Response[AdminBulk]:
    """Take a list of numbers, each as text or as an object with its target, priority and project."""
    before = await _members(shared_of(request).node, project_name)
    result, last = await take(request, data, settings, priority=default_priority, project=project_name)
    return Response(_shown(result, before, project_name), headers=receipt(last) if last else {})


@post(
    "/bulk-structured",
    status_code=200,
    summary="Submit many numbers with what is known of them",
    responses=may_answer(400, 413, 415, 503),
)
async def submit_structured(
    request: AnyRequest, data: JSONBody[StructuredBulk], settings: NamedDependency[Settings]
) -> Response[AdminBulk]:
    """Take numbers with their special forms, and with what is left of them when known factors are divided out."""
    project = data.project_name or ""
    before = await _members(shared_of(request).node, project)
    items = [
        {"number": one.number, "priority": one.priority, "prior_t_level": one.prior_t_level, "work": one.work}
        for one in data.composites
    ]
    result, last = await take(request, items, settings, priority=data.default_priority, project=project)
    failed = {error.index for error in result.errors}
    kept = [(index, one) for index, one in enumerate(data.composites) if index not in failed]
    described = [(index, one, known.id) for (index, one), known in zip(kept, result.composites, strict=True)]
    errors = [*result.errors, *await _describe(request, described)]
    result = msgspec.structs.replace(
        result, errors=sorted(errors, key=lambda error: error.index), invalid_numbers=len(errors)
    )
    return Response(_shown(result, before, project), headers=receipt(last) if last else {})


async def _describe(
    request: AnyRequest, described: Sequence[tuple[int, StructuredComposite, int]]
) -> list[CompositeError]:
    """Record what is said of numbers that are on record by now; return what was refused of it."""
    told = [(index, one, command) for index, one, number in described for command in _description(one, number)]
    errors = []
    for start in range(0, len(told), GROUP):
        group = told[start : start + GROUP]
        results = await perform_wishes(request, [Wish(command=command) for *_, command in group])
        for (index, one, _), result in zip(group, results, strict=True):
            if isinstance(result, Refusal):
                errors.append(CompositeError(index, abbreviate(str(one.number)[:10_000]), result.sentence))
            elif not isinstance(result, Outcome):
                raise result
    return errors


def _description(one: StructuredComposite, number: int) -> Iterator[Command]:
    yield DescribeNumber(
        number=number,
        snfs_difficulty=one.snfs_difficulty if one.has_snfs_form is not False else 0,
        left="" if one.current_composite is None else str(one.current_composite).strip(),
        factored=bool(one.is_fully_factored or one.is_complete),
    )
    if one.is_active is not None:
        yield UnshelveNumber(number=number) if one.is_active else ShelveNumber(number=number, shelf="inactive")


class _Members(msgspec.Struct, frozen=True):
    exists: bool
    numbers: frozenset[int]


async def _members(node: Node, project: str) -> _Members:
    """Return whether there is a project, and the numbers in it."""

    def read(connection: sqlite3.Connection) -> _Members:
        known = projects.by_name(connection, project) is not None
        return _Members(known, frozenset(projects.members(connection, project)))

    return await node.readers["factoring"].query(read)


def _shown(result: BulkResult, before: _Members, project: str) -> AdminBulk:
    taken = {composite.id for composite in result.composites} if project else set()
    return AdminBulk(
        input_count=result.input_count,
        total_processed=len(result.composites),
        new_composites=result.new_composites,
        existing_composites=result.existing_composites,
        updated_composites=result.updated_composites,
        invalid_numbers=result.invalid_numbers,
        errors=result.errors,
        project_created=bool(taken) and not before.exists,
        composites_added_to_project=len(taken - before.numbers),
        composites_already_in_project=len(taken & before.numbers),
        project_name=project or None,
    )


HANDLERS = (submit_many, submit_structured)
