"""Assignments: who holds what, and taking it from them."""

from typing import Any

from coordinator.clients.names import client_names
from coordinator.node import Node
from coordinator.operations.upkeep.clock import expire_due
from coordinator.pages.factoring.numbers.listing import wholes_of
from coordinator.pages.forms.posting import Because, Sent
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import paging_of
from core.factoring.commands.assignment import EndWork
from core.factoring.decide import FACTORING
from core.refusals import Unknown
from core.wording import shortened
from projections.factoring.assignment import holdings
from projections.factoring.assignment.holdings import Chosen


async def assignments(node: Node, address: Address) -> dict[str, Any]:
    """Return a page of the assignments that somebody holds, the newest first."""
    factoring = node.readers["factoring"]
    paging = paging_of(address, await factoring.query(holdings.count_of, live=True))
    chosen = Chosen(live=True, limit=paging.size, offset=paging.rows.start)
    held = await factoring.query(holdings.choose, chosen)
    return {
        "held": held,
        "paging": paging,
        "wholes": await factoring.query(wholes_of, [one.number for one in held]),
        "names": await client_names(node.readers["clients"]),
    }


async def assignment(node: Node, address: Address) -> dict[str, Any]:
    """Return one assignment.

    Raises:
        Unknown: there is none.
    """
    work = address.values["work"]
    found = await node.readers["factoring"].query(holdings.choose, Chosen(work=work, limit=1))
    if not found:
        raise Unknown(f"There is no assignment {shortened(work)!r}.")
    return {
        "one": found[0],
        "names": await client_names(node.readers["clients"]),
    }


async def end_assignment(sent: Sent) -> str:
    """End an assignment that somebody holds; what was reported stays credited."""
    work, because = sent.values["work"], sent.read(Because)
    sent.confirm()
    command = EndWork(lease=work, outcome="revoked", reason=because.reason, by_holder=False, reserved=True)
    return sent.done(await sent.perform(command))


async def clean_up(sent: Sent) -> str:
    """End what has run out now; it happens every second without being asked for."""
    return sent.done(ended=await expire_due(sent.node, FACTORING))
