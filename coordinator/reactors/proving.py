"""Finds out afterwards what nobody waits for: proofs of primality, and the orders of the curves that found factors.

What waits stands in the tables: primes that are only probable, factors whose curve is known and whose order is not. One
after the other is worked out in a child process, so that the other child is there for requests, and recorded. Nothing
is computed twice: a rebuild reads it from the log.
"""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import structlog
from msgspec import Struct

from coordinator.node import Node
from coordinator.reactors import orders, primes
from coordinator.reactors.orders import CountedOrder, CountOrder
from coordinator.reactors.primes import ProvePrime
from coordinator.time.repeating import every
from coordinator.time.wallclock import now
from core.deciding import Command, Order, Want
from core.events.envelope import Event
from core.factoring.commands.proofs import RecordGroupOrder, SettlePrimality
from core.factoring.events.numbers import CompositeSubmitted, NumberSplit
from core.factoring.events.reports import FactorFound
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.state.numbers import Number
from core.refusals import Refusal
from projections.factoring import factors
from projections.factoring.factors import Factor
from projections.factoring.lists import catalogue

EVERY_SECONDS = 5.0
_AT_ONCE = 50
_WAKING = (CompositeSubmitted, FactorFound, NumberSplit)

_log = structlog.get_logger(__name__)


class Errand(Struct, frozen=True):
    """Something to be found out; `command` makes of the finding what is to be recorded, once for each `subject`."""

    subject: str
    want: Want[Any]
    command: Callable[[Any], Command]


async def run(node: Node) -> None:
    """Reconcile at once, when something was found or handed in, and every few seconds, until cancelled."""
    happened = asyncio.Event()

    def wake(events: Sequence[Event]) -> None:
        if any(isinstance(event.fact, _WAKING) for event in events):
            happened.set()

    node.on_commit.append(wake)
    if not orders.available():
        _log.warning("group_orders_are_not_computed", reason="PARI is not installed; the extra `orders` brings it")
    given_up: set[str] = set()
    await every(EVERY_SECONDS, "proving_failed", partial(reconcile, node, given_up), happened=happened)


async def reconcile(node: Node, given_up: set[str]) -> None:
    """Work out all that waits.

    Args:
        node: where it waits.
        given_up: subjects that are passed over until the next start; those that can't be worked out are added.

    Raises:
        Unavailable: nothing can be written.
    """
    while errands := [one for one in await waiting(node, _AT_ONCE + len(given_up)) if one.subject not in given_up]:
        for errand in errands:
            (finding,) = await node.preparation.find([errand.want])
            if isinstance(finding, Exception):
                _give_up(errand, finding, given_up)
                continue
            try:
                await node.perform(_order(errand.command(finding)))
            except Refusal as refusal:
                _give_up(errand, refusal, given_up)


async def waiting(node: Node, limit: int) -> list[Errand]:
    """Return what is to be found out next: the small before the large."""
    factoring = node.readers["factoring"]
    probable = await factoring.query(catalogue.probable_primes, primes.MOST_DIGITS, limit)
    uncounted = await factoring.query(factors.without_order, orders.MOST_DIGITS, limit) if orders.available() else []
    return [*map(_to_count, uncounted), *map(_to_prove, probable)]


def _to_prove(number: Number) -> Errand:
    def settle(prime: bool) -> SettlePrimality:
        return SettlePrimality(number=number.id, primality="proven" if prime else "composite")

    return Errand(f"primality-{number.id}", ProvePrime(number.value), settle)


def _to_count(factor: Factor) -> Errand:
    assert factor.b1 is not None
    assert factor.b2 is not None
    assert factor.param is not None
    param = factor.param

    def record(counted: CountedOrder) -> RecordGroupOrder:
        return RecordGroupOrder(
            factor=factor.id,
            position=factor.position,
            number=factor.number,
            value=factor.value,
            param=param,
            sigma=factor.sigma,
            order=counted.order,
            factorisation=counted.factorisation,
            verdict=counted.verdict,
            reason=counted.reason,
        )

    want = CountOrder(factor.value, factor.sigma, Bounds(factor.b1, factor.b2, param))
    return Errand(f"group-order-{factor.id}", want, record)


def _order(command: Command) -> Order:
    # Without a key: what a correction has made undone is to be done again, and would be told that it stays withdrawn.
    return Order(command=command, now=now(), correlation=str(uuid.uuid4()), actor="proofs")


def _give_up(errand: Errand, reason: Exception, given_up: set[str]) -> None:
    given_up.add(errand.subject)
    _log.warning("proof_given_up", subject=errand.subject, reason=str(reason))
