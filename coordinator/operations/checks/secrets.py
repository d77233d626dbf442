"""Secrets that checks are drawn with: kept beside the log, which is told of the chain that they are of."""

import asyncio
import uuid

import structlog
from msgspec import Struct

from coordinator.node import Node
from coordinator.ownkeys import fresh_seed, kept_seed
from coordinator.time.wallclock import now
from core.deciding import AnswerT, Command, Order
from core.trust import chain as chains
from core.trust.chain import chain_day, secret_of
from core.trust.commands import CommitChain
from core.trust.state import Chain
from projections.trust.state import newest_chain

ACTOR = "checks"

_log = structlog.get_logger(__name__)


class Secrets(Struct):
    """The secrets of the chain that is drawn with, as they are asked for."""

    chain: Chain
    seed: bytes
    known: dict[int, bytes] = {}

    def at(self, moment: int) -> bytes:
        """Return the secret of the day of a moment."""
        return self.of(min(chain_day(moment, self.chain.first_day), self.chain.length))

    def of(self, day: int) -> bytes:
        """Return the secret of a day of the chain."""
        if day not in self.known:
            self.known[day] = secret_of(self.seed, day, self.chain.length)
        return self.known[day]


async def begin(node: Node) -> None:
    """Commit to a chain, unless the log has one: somebody is here who checks, and from now on it is drawn."""
    if await node.readers["trust"].query(newest_chain) is None:
        await _commit(node, await asyncio.to_thread(kept_seed, node.directory), "")


async def kept_secrets(node: Node) -> Secrets | None:
    """Return the secrets that are drawn with; None where nobody has asked for a check yet.

    Where they are lost, or used up, there are others from now on, which the log is told of.
    """
    chain = await node.readers["trust"].query(newest_chain)
    if chain is None:
        return None
    seed = await asyncio.to_thread(kept_seed, node.directory)
    if secret_of(seed, 0, chain.length).hex() != chain.anchor:
        await _commit(node, seed, "the secrets of the chain before were lost")
    elif chain_day(now(), chain.first_day) > chain.length:
        seed = await asyncio.to_thread(fresh_seed, node.directory, seed)
        await _commit(node, seed, "the chain before was used up")
    chain = await node.readers["trust"].query(newest_chain)
    assert chain is not None, "there was one"
    return Secrets(chain, seed)


async def _commit(node: Node, seed: bytes, reason: str) -> None:
    await perform(node, CommitChain(anchor=secret_of(seed, 0).hex(), length=chains.LENGTH, reason=reason))
    if reason:
        _log.warning("draws_begin_anew", reason=reason)


def ordered(command: Command[AnswerT]) -> Order[AnswerT]:
    """Make an order of a command that nobody asked for."""
    return Order(command=command, now=now(), correlation=str(uuid.uuid4()), actor=ACTOR)


async def perform(node: Node, command: Command) -> None:
    """Have a command performed that nobody asked for."""
    await node.perform(ordered(command))
