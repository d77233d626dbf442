"""A number as one product: its primes with their exponents, and what of it is open."""

import sqlite3

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from coordinator.http.caller import needs
from coordinator.http.factoring.shapes import digits_of
from coordinator.http.requests.parameters import Id
from coordinator.http.responses.problems import may_answer
from coordinator.node import Node
from core.factoring.state.numbers import Number
from core.refusals import Unknown
from projections.factoring.lists import catalogue
from projections.factoring.wholes.products import Leaf, leaves_of


class PrimeFactor(msgspec.Struct, frozen=True):
    """A prime, `proven` or `probable`; `times` is its exponent."""

    id: int
    factor: str
    digit_length: int
    primality: str
    times: int


class OpenPart(msgspec.Struct, frozen=True):
    """A composite that is not taken apart yet; `times` is its exponent."""

    id: int
    composite: str
    digit_length: int
    status: str
    current_t_level: float
    target_t_level: float
    priority: int
    times: int


class Factorization(msgspec.Struct, frozen=True):
    """A number as the product of its `primes` and of what is `open`, the smallest first, however deep it was split.

    `number` is how it was submitted, `product` the whole in words, `3^2 * 11 * c120`: what is open by its length.
    """

    id: int
    number: str
    composite: str
    digit_length: int
    status: str
    primes: list[PrimeFactor]
    open: list[OpenPart]
    product: str
    as_of: int


@get(
    "/composites/{number:int}/factorization",
    guards=[needs("read")],
    summary="Show what is known of a number as one product",
    responses=may_answer(404),
)
async def show_factorization(node: NamedDependency[Node], number: FromPath[Id]) -> Factorization:
    """Return one flat list of primes with their exponents, and what is open, however deep the number was split."""
    position, factoring = node.position, node.readers["factoring"]
    found = await factoring.query(catalogue.number_by_id, number)
    if found is None:
        raise Unknown(f"There is no number with the id {number}.")
    leaves, parts = await factoring.query(_taken_apart, number)
    return Factorization(
        id=found.id,
        number=found.expression or found.value,
        composite=found.value,
        digit_length=found.digits,
        status=found.status,
        primes=[_prime(leaf) for leaf in leaves if leaf.prime],
        open=[_open(parts[leaf.number], leaf.times) for leaf in leaves if not leaf.prime],
        product=" * ".join(map(_factor, leaves)),
        as_of=position,
    )


def _taken_apart(connection: sqlite3.Connection, number: int) -> tuple[list[Leaf], dict[int, Number]]:
    """Return what a number is the product of, and those of it that are open by their ids."""
    leaves = leaves_of(connection, [number])[number]
    return leaves, catalogue.numbers_by_id(connection, [leaf.number for leaf in leaves if not leaf.prime])


def _prime(prime: Leaf) -> PrimeFactor:
    return PrimeFactor(prime.number, prime.value, prime.digits, prime.primality, prime.times)


def _open(part: Number, times: int) -> OpenPart:
    return OpenPart(
        id=part.id,
        composite=part.value,
        digit_length=part.digits,
        status=part.status,
        current_t_level=digits_of(part.t_milli),
        target_t_level=digits_of(part.target_milli),
        priority=part.priority,
        times=times,
    )


def _factor(leaf: Leaf) -> str:
    written = leaf.value if leaf.prime else f"c{leaf.digits}"
    return written if leaf.times == 1 else f"{written}^{leaf.times}"


HANDLERS = (show_factorization,)
