"""How numbers stand."""

import sqlite3
from typing import Annotated, Literal

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from coordinator.http.caller import needs
from coordinator.http.factoring.parameters import MAX_DIGITS, PriorityField
from coordinator.http.factoring.shapes import digits_of, level_or_null
from coordinator.http.places import AT_DESK
from coordinator.http.requests.parameters import name_in
from coordinator.http.responses.problems import may_answer
from coordinator.node import Node
from coordinator.setup.settings import Settings
from core.bigint import abbreviate
from core.refusals import Unknown
from core.timestamps import to_naive_iso
from core.wording import shortened
from projections.factoring.lists import catalogue
from projections.factoring.numbers import projects
from projections.factoring.wholes import standing
from projections.factoring.wholes.standing import ByProgress, NumberStatus, Progress, WorkSoFar

_MOST_ASKED = 10_000

Texts = Annotated[list[str | int], Meta(max_length=_MOST_ASKED)]


class EffortAtB1(msgspec.Struct, frozen=True):
    """Curves with one B1."""

    b1: int
    curves: int


class EcmWork(msgspec.Struct, frozen=True):
    """The curves that were run."""

    total_attempts: int
    total_curves: int
    effort_by_level: list[EffortAtB1]
    last_attempt: str | None


class NumberStats(msgspec.Struct, frozen=True, kw_only=True):
    """A number, and what is left of it when its known prime factors are divided out; t-levels are of what is left."""

    composite: str
    current_composite: str
    digit_length: int
    has_snfs_form: bool
    snfs_difficulty: int | None
    target_t_level: float
    current_t_level: float
    prior_t_level: float | None
    priority: int
    status: Literal["composite", "prime", "fully_factored", "complete"]
    is_active: bool
    factors_found: list[str]
    ecm_work: EcmWork
    projects: list[str]


class AskedNumbers(msgspec.Struct, frozen=True):
    """Numbers, as digits or expressions."""

    numbers: Texts


class BatchRow(msgspec.Struct, frozen=True):
    """One number that was asked about; nulls when it is not on record."""

    number: str
    target_t_level: float | None
    current_t_level: float | None
    prior_t_level: float | None
    digit_length: int | None
    has_snfs_form: bool | None
    snfs_difficulty: int | None
    found: bool


class BatchStatus(msgspec.Struct, frozen=True):
    """The numbers that were asked about, in their order."""

    composites: list[BatchRow]


class WantedProgress(msgspec.Struct, frozen=True, kw_only=True):
    """Which numbers to list; difficulty is in digits, or that for the number field sieve where it is less."""

    limit: Annotated[int, Meta(ge=1, le=1000)] = 50
    project_name: str | None = None
    min_priority: PriorityField | None = None
    include_factored: bool = False
    formulas: Texts | None = None
    min_difficulty: Annotated[float, Meta(ge=0, le=MAX_DIGITS)] | None = None
    max_difficulty: Annotated[float, Meta(ge=0, le=MAX_DIGITS)] | None = None


class ProgressRow(msgspec.Struct, frozen=True):
    """The remaining part of a number, and how far it has come; `number` is how the whole was submitted."""

    id: int
    number: str
    current_composite: str
    digit_length: int
    has_snfs_form: bool
    snfs_difficulty: int | None
    target_t_level: float
    current_t_level: float
    prior_t_level: float | None
    completion_pct: float
    priority: int
    is_fully_factored: bool
    is_active: bool
    projects: list[str]


class TopProgress(msgspec.Struct, frozen=True):
    """Numbers, the nearest to their targets first."""

    composites: list[ProgressRow]
    total: int
    limit: int


@get("/stats/{composite:path}", guards=[needs("read")], summary="Show how a number stands", responses=may_answer(404))
async def show_standing(
    node: NamedDependency[Node], settings: NamedDependency[Settings], composite: FromPath[str]
) -> NumberStats:
    """Return what is left of a number, and what was done on it; by its value, or an expression such as `2^1277-1`."""
    text = name_in(composite)
    found = await node.readers["factoring"].query(_standing, text, settings.number_ceiling_digits)
    if found is None:
        raise Unknown(f"The number {abbreviate(text)} is not on record.")
    return found


@post(
    "/composites/batch-status",
    opt=AT_DESK,
    status_code=200,
    guards=[needs("read")],
    summary="Show how several numbers stand",
    responses=may_answer(400, 413, 415),
)
async def batch_status(
    data: JSONBody[AskedNumbers], node: NamedDependency[Node], settings: NamedDependency[Settings]
) -> BatchStatus:
    """Return how up to 10,000 numbers stand; one that is not on record is `found: false`."""
    ceiling = settings.number_ceiling_digits

    def rows(connection: sqlite3.Connection) -> list[BatchRow]:
        return [_batch_row(connection, str(text), ceiling) for text in data.numbers]

    return BatchStatus(await node.readers["factoring"].query(rows))


@post(
    "/composites/top-progress",
    opt=AT_DESK,
    status_code=200,
    guards=[needs("read")],
    summary="List numbers by their progress",
    responses=may_answer(400, 404, 413, 415),
)
async def top_progress(data: JSONBody[WantedProgress], node: NamedDependency[Node]) -> TopProgress:
    """Return what is left of the numbers that are nearest to their targets."""
    factoring = node.readers["factoring"]
    if data.project_name is not None and await factoring.query(projects.by_name, data.project_name) is None:
        raise Unknown(f"There is no project {shortened(data.project_name)!r}.")
    wanted = ByProgress(
        project=data.project_name,
        min_priority=data.min_priority,
        finished_too=data.include_factored,
        texts=tuple(str(text).strip() for text in data.formulas or ()),
        min_difficulty=data.min_difficulty,
        max_difficulty=data.max_difficulty,
        limit=data.limit,
    )
    found = await factoring.query(standing.by_progress, wanted)
    return TopProgress([_progress_row(one) for one in found], len(found), data.limit)


def _standing(connection: sqlite3.Connection, text: str, ceiling_digits: int) -> NumberStats | None:
    number = standing.find(connection, text, ceiling_digits)
    if number is None:
        return None
    found = standing.standing_of(connection, number)
    work = standing.work_on(connection, number.id)
    return _shown(found, work, catalogue.projects_of(connection, number.id))


def _shown(found: NumberStatus, work: WorkSoFar, names: list[str]) -> NumberStats:
    number, workable = found.number, found.workable
    return NumberStats(
        composite=number.expression or number.value,
        current_composite=found.current,
        digit_length=len(found.current) if found.left else number.digits,
        has_snfs_form=found.snfs_difficulty is not None,
        snfs_difficulty=found.snfs_difficulty,
        target_t_level=digits_of(workable.target_milli),
        current_t_level=digits_of(workable.t_milli),
        prior_t_level=level_or_null(found.prior_milli),
        priority=number.priority,
        status=_status(found),
        is_active=not number.shelf,
        factors_found=found.primes,
        ecm_work=EcmWork(
            total_attempts=work.attempts,
            total_curves=sum(curves for _, curves in work.by_b1),
            effort_by_level=[EffortAtB1(b1, curves) for b1, curves in work.by_b1],
            last_attempt=None if work.newest is None else to_naive_iso(work.newest),
        ),
        projects=names,
    )


def _status(found: NumberStatus) -> Literal["composite", "prime", "fully_factored", "complete"]:
    if found.number.primality != "composite":
        return "prime"
    if not found.left:
        return "fully_factored"
    return "complete" if found.number.shelf == "complete" else "composite"


def _batch_row(connection: sqlite3.Connection, text: str, ceiling_digits: int) -> BatchRow:
    number = standing.find(connection, text, ceiling_digits)
    if number is None:
        return BatchRow(text, None, None, None, None, None, None, found=False)
    found = standing.standing_of(connection, number)
    workable = found.workable
    return BatchRow(
        number=text,
        target_t_level=digits_of(workable.target_milli),
        current_t_level=digits_of(workable.t_milli),
        prior_t_level=level_or_null(found.prior_milli),
        digit_length=len(found.current) if found.left else number.digits,
        has_snfs_form=found.snfs_difficulty is not None,
        snfs_difficulty=found.snfs_difficulty,
        found=True,
    )


def _progress_row(one: Progress) -> ProgressRow:
    number, root = one.number, one.root
    factored = number.status in {"factored", "prime"}
    return ProgressRow(
        id=number.id,
        number=root.expression or root.value,
        current_composite="1" if factored else number.value,
        digit_length=number.digits,
        has_snfs_form=one.snfs_difficulty is not None,
        snfs_difficulty=one.snfs_difficulty,
        target_t_level=digits_of(number.target_milli),
        current_t_level=digits_of(number.t_milli),
        prior_t_level=level_or_null(one.prior_milli),
        completion_pct=100.0 if factored else round(min(100 * number.t_milli / number.target_milli, 100), 1),
        priority=number.priority,
        is_fully_factored=factored,
        is_active=not number.shelf,
        projects=one.projects,
    )


HANDLERS = (show_standing, batch_status, top_progress)
