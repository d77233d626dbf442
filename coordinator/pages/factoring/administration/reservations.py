"""Numbers that are worked on elsewhere, by a number field sieve perhaps."""

from typing import Any, get_args

from coordinator.clients.names import client_names
from coordinator.http.commanding import fresh_uuid
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.operations import reserving
from coordinator.operations.reserving import Method, NewReservation
from coordinator.pages.factoring.numbers.listing import wholes_of
from coordinator.pages.forms.posting import Because, Sent
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import part_of
from core.factoring.commands.assignment import EndWork
from projections.factoring.assignment import holdings
from projections.factoring.lists import catalogue


async def reservations(node: Node, address: Address) -> dict[str, Any]:
    """Return a page of the reservations that stand; the address may name a number to reserve."""
    factoring = node.readers["factoring"]
    standing, paging = part_of(address, await factoring.query(holdings.reservations))
    numbers = await factoring.query(catalogue.numbers_by_id, [one.number for one in standing])
    return {
        "reservations": standing,
        "paging": paging,
        "numbers": numbers,
        "wholes": await factoring.query(wholes_of, list(numbers.values())),
        "names": await client_names(node.readers["clients"]),
        "methods": get_args(Method),
        "wanted": address.query.get("number", ""),
    }


async def reserve(sent: Sent) -> str:
    """Note that a number is worked on elsewhere."""
    wanted, settings = sent.read(NewReservation), shared_of(sent.request).settings
    work = fresh_uuid(sent.request)
    _, outcome = await reserving.reserve(sent.node, sent.perform, wanted, work, settings.number_ceiling_digits)
    return sent.done(outcome, number=None)


async def release(sent: Sent) -> str:
    """Have a number assigned again."""
    because = sent.read(Because)
    command = EndWork(
        lease=sent.values["work"], outcome="released", reason=because.reason, by_holder=False, reserved=True
    )
    return sent.done(await sent.perform(command))
