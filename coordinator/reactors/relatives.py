"""Looks for factors that numbers of the list have in common, whatever their form: by gcd, in a child process.

Whoever finds a factor tells those numbers of it at once whose form shares it (`core.factoring.factors.relations`). Others may share one all
the same: n! ± 1 and p# ± 1, whose forms tell nothing, terms of other sequences, cofactors of one number that came as two. So from
time to time all primes that were found are held against all numbers, in products, and numbers that are new against all others.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Sequence

import structlog

from coordinator.failures import logged
from coordinator.node import Node
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from core.deciding import Order
from core.events.envelope import Event
from core.factoring.commands.reports import ShareFactors
from core.factoring.events.numbers import CompositeSubmitted
from core.factoring.events.reports import FactorFound
from core.factoring.factors.finding import MAX_CLAIMS
from core.factoring.mathematics.divisibility.common_factors import Values, product_of, shared_with, sharing
from core.refusals import Refusal
from projections.factoring import factors
from projections.factoring.lists import catalogue

EVERY_SECONDS = 60.0
_REST = 20
"""After a look so many times as long as it took: it takes a twentieth of one core at most."""
_PAGE = 2_000
_MOST_NEW = 20_000
"""Numbers that are held against all others in one look; those that come with more wait for the next."""
_LEAST_DIGITS = 5
"""Shorter primes are divided out when a number comes."""

_log = structlog.get_logger(__name__)


async def run(node: Node) -> None:
    """Look after the start, and then whenever a factor was found or a number came, until cancelled."""
    happened = asyncio.Event()
    happened.set()

    def wake(events: Sequence[Event]) -> None:
        if any(isinstance(event.fact, FactorFound | CompositeSubmitted) for event in events):
            happened.set()

    node.on_commit.append(wake)
    look = Look(node)
    while True:
        await happened.wait()
        happened.clear()
        began = time.monotonic()
        try:
            if await look.again():
                happened.set()
        except Unavailable as error:
            _log.info("relatives_wait", reason=str(error))
        except Exception as error:
            _log.error("relatives_failed", **logged(error))
        await asyncio.sleep(max(EVERY_SECONDS, _REST * (time.monotonic() - began)))


class Look:
    """Looks again and again, each time at what is new. After a start all is: nothing says how far the look before it came."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._read = node.readers["factoring"].query
        self._factors = self._numbers = 0

    async def again(self) -> bool:
        """Look at what is new, and tell numbers of the factors that they were seen to share.

        Returns:
            Whether more numbers are new than are looked at at once.

        Raises:
            Unavailable: nothing can be read or written just now.
        """
        if "factoring" in self._node.withheld:
            return False
        upto, primes = await self._read(factors.primes_behind, self._factors, _LEAST_DIGITS)
        new = await self._read(catalogue.open_values, self._numbers, _MOST_NEW)
        await self._hold_against([*primes, *(value for _, value in new)], self._pages())
        if new and self._factors:
            _, before = await self._read(factors.primes_behind, 0, _LEAST_DIGITS)
            await self._hold_against(before, _only(new))
        self._factors, self._numbers = upto, new[-1][0] if new else self._numbers
        return len(new) == _MOST_NEW

    async def _pages(self) -> AsyncIterator[Values]:
        after = 0
        while values := await self._read(catalogue.open_values, after, _PAGE):
            yield values
            after = values[-1][0]

    async def _hold_against(self, known: Sequence[str], pages: AsyncIterator[Values]) -> None:
        if not known:
            return
        preparation, among = self._node.preparation, frozenset(known)
        product = await preparation.run(product_of, known)
        async for page in pages:
            # What goes to a child is copied by the interpreter that answers requests: only what this page needs goes.
            here = among.intersection([value for _, value in page])
            for value in await preparation.run(sharing, page, product, here):
                shared = await preparation.run(shared_with, value, known)
                if shared:
                    await self._tell(value, shared)

    async def _tell(self, value: str, shared: Sequence[str]) -> None:
        command = ShareFactors(value, tuple(shared[:MAX_CLAIMS]))
        try:
            await self._node.perform(Order(command=command, now=now(), correlation=str(uuid.uuid4()), actor="clock"))
        except Refusal as refusal:
            _log.warning("relative_not_told", number=value, reason=str(refusal))


async def _only(values: Values) -> AsyncIterator[Values]:
    yield values
