"""The factors that were found, for other sites to poll."""

import sqlite3
from collections.abc import Mapping
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec.structs import asdict

from coordinator.clients.names import client_names
from coordinator.http.caller import AnyRequest, needs
from coordinator.http.requests.parameters import MAX_INTEGER, Everything, Id
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.tables import Tabular
from coordinator.http.responses.whole import ALL, Listing, give_whole
from coordinator.node import Node
from core.clients.naming import client_name
from core.factoring.state.numbers import Number
from core.refusals import Unknown
from core.timestamps import from_address, to_naive_iso
from projections.factoring import factors
from projections.factoring.factors import Factor
from projections.factoring.lists import catalogue

_LARGER_THAN_64_BITS = 2**63


class FeedRow(msgspec.Struct, frozen=True):
    """A factor, with the number on which it was found.

    Attributes:
        id: of the factor.
        composite_id: of the number.
        number: as it was submitted.
        composite_number: in decimal.
        factor: in decimal.
        is_prime: whether it passes for a prime.
        primality: `proven`, `probable` or `composite`.
        found_by_attempt_id: null for a division by small primes.
        sigma: of the curve, `3:123` with its parametrisation.
        group_order: of the curve modulo the factor; null until it is computed, or when the curve is not known.
        group_order_factorization: `2^3 * 3 * 17387`.
        doubt: why that curve, run as it was said, does not find the factor; null when nothing speaks against it.
        created_at: UTC.
        client_id: who found it.
        method: of the attempt.
    """

    id: int
    composite_id: int
    number: str
    composite_number: str
    factor: str
    is_prime: bool
    primality: str
    found_by_attempt_id: int | None
    sigma: str | None
    group_order: str | None
    group_order_factorization: str | None
    doubt: str | None
    created_at: str
    client_id: str | None
    method: str


class FactorRow(FeedRow, frozen=True, kw_only=True):
    """A factor by itself, whose sigma is a number (its digits from 2^63 on), as the system replaced has it here only.

    Attributes:
        parametrization: of the curve.
    """

    sigma: int | str | None  # type: ignore[assignment] # each is what the clients of its address read
    parametrization: int | None


class FactorFeed(msgspec.Struct, frozen=True):
    """A page of factors, the newest first."""

    factors: list[FeedRow]
    total: int
    page: int
    page_size: int


@get("/factors", guards=[needs("read")], summary="List the factors that were found", responses=may_answer(400))
async def list_factors(
    request: AnyRequest,
    node: NamedDependency[Node],
    limit: FromQuery[Annotated[int, QueryParameter(ge=1, le=1000)]] = 100,
    offset: FromQuery[Annotated[int, QueryParameter(ge=0, le=MAX_INTEGER)]] = 0,
    since: FromQuery[str | None] = None,
    size: FromQuery[Everything] = None,
) -> Response[FactorFeed]:
    """List the factors that were found, the newest first, from an ISO 8601 time on when `since` says one."""
    known = await client_names(node.readers["clients"])
    begin, factoring = from_address(since, "since") if since else 0, node.readers["factoring"]
    if size == ALL:

        def read(connection: sqlite3.Connection, limit: int, offset: int) -> tuple[list[FeedRow], int]:
            feed = _feed(connection, begin, limit, offset, known)
            return feed.factors, feed.total

        return give_whole(request, "factors", Listing("factors", FeedRow, factoring, read).whole)
    return Tabular(await factoring.query(_feed, begin, limit, offset, known))


@get("/factors/{factor:int}", guards=[needs("read")], summary="Show a factor", responses=may_answer(404))
async def show_factor(node: NamedDependency[Node], factor: FromPath[Id]) -> FactorRow:
    """Return one factor; its sigma is a number here, beside its parametrization."""
    known = await client_names(node.readers["clients"])
    found = await node.readers["factoring"].query(_one, factor, known)
    if found is None:
        raise Unknown(f"There is no factor with the id {factor}.")
    return found


def _feed(connection: sqlite3.Connection, since: int, limit: int, offset: int, known: Mapping[int, str]) -> FactorFeed:
    found, total = factors.feed(connection, since, limit, offset)
    numbers = catalogue.numbers_by_id(connection, sorted({factor.number for factor in found}))
    rows = [_row(factor, numbers[factor.number], known) for factor in found]
    return FactorFeed(rows, total, offset // limit + 1, limit)


def _one(connection: sqlite3.Connection, factor: int, known: Mapping[int, str]) -> FactorRow | None:
    found = factors.factor_by_id(connection, factor)
    number = catalogue.number_by_id(connection, found.number) if found else None
    if found is None or number is None:
        return None
    sigma = int(found.sigma) if found.sigma else None
    row = asdict(_row(found, number, known))
    row["sigma"] = sigma if sigma is None or abs(sigma) < _LARGER_THAN_64_BITS else found.sigma
    return FactorRow(**row, parametrization=found.param)


def _row(factor: Factor, number: Number, known: Mapping[int, str]) -> FeedRow:
    sigma = f"{factor.param}:{factor.sigma}" if factor.sigma and factor.param is not None else factor.sigma
    return FeedRow(
        id=factor.id,
        composite_id=number.id,
        number=number.expression or number.value,
        composite_number=number.value,
        factor=factor.value,
        is_prime=factor.primality != "composite",
        primality=factor.primality,
        found_by_attempt_id=factor.attempt or None,
        sigma=sigma or None,
        group_order=factor.group_order or None,
        group_order_factorization=factor.order_factors or None,
        doubt=factor.reason or None,
        created_at=to_naive_iso(factor.recorded_at),
        client_id=client_name(factor.client, known),
        method=factor.method,
    )


HANDLERS = (list_factors, show_factor)
