"""Rows of the tables of factoring, and of the lists of answers: one struct for each kind of row."""

import sqlite3
from collections.abc import Iterator, Mapping

import msgspec

from coordinator.http.factoring.shapes import CompositeSummary, b2_shown, summary_of
from coordinator.http.responses.tables import Whole
from coordinator.projecting.readers import Readers
from core.clients.naming import client_name
from core.timestamps import to_iso
from projections.factoring.credit.attempts import Attempt, WorkDone
from projections.factoring.credit.contributors import DAY, Contribution, Day
from projections.factoring.factors import Factor
from projections.factoring.lists import catalogue
from projections.factoring.lists.catalogue import Held, Search


class FoundFactor(msgspec.Struct, frozen=True):
    """A factor, with the curve that found it, and why that one, run so far, would not find it (`doubt`)."""

    id: int
    factor: str
    digits: int
    primality: str
    found_on: int
    method: str
    b1: int | None
    b2: int | None
    parametrization: int | None
    sigma: str | None
    group_order: str | None
    group_order_factorization: str | None
    doubt: str | None
    attempt_id: int | None
    client_id: str | None
    found_at: str
    position: int


class EffortRow(msgspec.Struct, frozen=True):
    """Curves of one kind that count for the number; `run_on` is itself, or one that it is a part of."""

    b1: int
    b2: int | None
    parametrization: int
    curves: int
    run_on: int


class AssignmentRow(msgspec.Struct, frozen=True):
    """Work that was handed out; `status` is `live`, `completed`, `released`, `expired` or `revoked`."""

    work_id: str
    client_id: str | None
    b1: int
    b2: int | None
    parametrization: int
    curves: int
    curves_completed: int
    assigned_at: str
    expires_at: str
    status: str


class AttemptRow(msgspec.Struct, frozen=True):
    """Curves that were reported; `doubt` says why nobody could have run them.

    `checksums` counts those that came with the checksum of their state after stage 1, without which none can be checked.
    """

    id: int
    client_id: str | None
    method: str
    b1: int
    b2: int | None
    parametrization: int
    curves: int
    credited: int
    checksums: int
    cpu_seconds: float
    program: str
    doubt: str | None
    recorded_at: str
    position: int


class DayRow(msgspec.Struct, frozen=True):
    """Work done on one day, UTC."""

    day: str
    curves: int
    factors: int
    cpu_seconds: float
    clients: int


class ClientRow(msgspec.Struct, frozen=True):
    """The work of one client."""

    client_id: str | None
    reports: int
    curves: int
    factors: int
    cpu_seconds: float
    last_seen: str


def factor_row(factor: Factor, known: Mapping[int, str]) -> FoundFactor:
    """Describe a factor."""
    return FoundFactor(
        id=factor.id,
        factor=factor.value,
        digits=factor.digits,
        primality=factor.primality,
        found_on=factor.number,
        method=factor.method,
        b1=factor.b1,
        b2=b2_shown(factor.b2),
        parametrization=factor.param,
        sigma=factor.sigma or None,
        group_order=factor.group_order or None,
        group_order_factorization=factor.order_factors or None,
        doubt=factor.reason or None,
        attempt_id=factor.attempt or None,
        client_id=client_name(factor.client, known),
        found_at=to_iso(factor.recorded_at),
        position=factor.position,
    )


def effort_row(work: WorkDone) -> EffortRow:
    """Describe curves that count."""
    return EffortRow(work.b1, b2_shown(work.b2), work.param, work.curves, work.run_on)


def assignment_row(held: Held, known: Mapping[int, str]) -> AssignmentRow:
    """Describe work that was handed out."""
    assignment, lease = held.assignment, held.lease
    return AssignmentRow(
        work_id=assignment.work,
        client_id=client_name(assignment.client, known),
        b1=assignment.bounds.b1,
        b2=b2_shown(assignment.bounds.b2),
        parametrization=assignment.bounds.param,
        curves=assignment.curves,
        curves_completed=assignment.done,
        assigned_at=to_iso(assignment.assigned_at),
        expires_at=to_iso(lease.expires_at),
        status=lease.outcome or "live",
    )


def attempt_row(attempt: Attempt, known: Mapping[int, str]) -> AttemptRow:
    """Describe a report."""
    return AttemptRow(
        id=attempt.id,
        client_id=client_name(attempt.client, known),
        method=attempt.method,
        b1=attempt.b1,
        b2=b2_shown(attempt.b2),
        parametrization=attempt.param,
        curves=attempt.curves,
        credited=attempt.credited,
        checksums=attempt.checksums,
        cpu_seconds=attempt.cpu_milliseconds / 1000,
        program=attempt.program,
        doubt=attempt.doubt or None,
        recorded_at=to_iso(attempt.recorded_at),
        position=attempt.position,
    )


def day_row(day: Day) -> DayRow:
    """Describe what was done on a day."""
    return DayRow(to_iso(day.day * DAY)[:10], day.curves, day.factors, day.cpu_milliseconds / 1000, day.clients)


def client_row(row: Contribution, known: Mapping[int, str]) -> ClientRow:
    """Describe what a client did."""
    return ClientRow(
        client_id=client_name(row.client, known),
        reports=row.reports,
        curves=row.curves,
        factors=row.factors,
        cpu_seconds=row.cpu_milliseconds / 1000,
        last_seen=to_iso(row.newest),
    )


def every_number(readers: Readers, wanted: Search) -> Whole:
    """Return the whole list of the numbers that are wanted."""

    def rows(connection: sqlite3.Connection) -> Iterator[CompositeSummary]:
        return map(summary_of, catalogue.everything(connection, wanted))

    return Whole(CompositeSummary, readers, rows)
