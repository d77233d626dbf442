"""A number as one product: its primes with their exponents, and what of it is open."""

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from coordinator.http.caller import needs
from coordinator.http.factoring.shapes import digits_of
from coordinator.http.requests.parameters import Id
from coordinator.http.responses.problems import may_answer
from coordinator.node import Node
from core.factoring.state import Number
from core.refusals import Unknown
from projections.factoring.lists import catalogue
from projections.factoring.wholes.factorization import Leaf, factorization_of


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
    leaves = await factoring.query(factorization_of, number)
    primes = [leaf for leaf in leaves if leaf.number.status == "prime"]
    rest = [leaf for leaf in leaves if leaf.number.status != "prime"]
    return Factorization(
        id=found.id,
        number=found.expression or found.value,
        composite=found.value,
        digit_length=found.digits,
        status=found.status,
        primes=[_prime(leaf.number, leaf.times) for leaf in primes],
        open=[_open(leaf.number, leaf.times) for leaf in rest],
        product=" * ".join(map(_factor, [*primes, *rest])),
        as_of=position,
    )


def _prime(prime: Number, times: int) -> PrimeFactor:
    return PrimeFactor(prime.id, prime.value, prime.digits, prime.primality, times)


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
    written = leaf.number.value if leaf.number.status == "prime" else f"c{leaf.number.digits}"
    return written if leaf.times == 1 else f"{written}^{leaf.times}"


HANDLERS = (show_factorization,)
