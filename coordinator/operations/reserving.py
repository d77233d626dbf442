"""Reserving a number that is worked on elsewhere, by a number field sieve perhaps."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from coordinator.node import Node
from coordinator.operations.performing import Perform
from coordinator.writer.outcome import Outcome
from core.factoring.answers.shapes import LeaseAnswer
from core.factoring.commands.assignment import ReserveWork
from core.factoring.state.numbers import Number
from core.refusals import Unknown
from core.wording import shortened
from projections.factoring.wholes import standing

Method = Literal["nfs", "snfs", "gnfs", "other"]
_encode = msgspec.json.Encoder(order="deterministic").encode


class NewReservation(msgspec.Struct, frozen=True, kw_only=True):
    """A number, by its id, value or an expression, that is worked on elsewhere."""

    composite_identifier: str | int
    client_id: str
    method: Method
    duration_hours: Annotated[int, Meta(ge=1, le=8_760)] = 168
    metadata: dict[str, Any] | None = None


async def reserve(
    node: Node, perform: Perform, wanted: NewReservation, work: str, ceiling_digits: int
) -> tuple[Number, Outcome[LeaseAnswer]]:
    """Note that a number is worked on elsewhere.

    Args:
        node: a running coordinator.
        perform: has a command performed on behalf of whoever asks.
        wanted: which number, by whom, how and how long.
        work: a UUID for it.
        ceiling_digits: how long a number may be.

    Raises:
        Unknown: there is no such number.
        Conflict: somebody holds it.
    """
    text = str(wanted.composite_identifier)
    number = await node.readers["factoring"].query(standing.meant, text, ceiling_digits)
    if number is None:
        raise Unknown(f"There is no number {shortened(text)!r}; its id, its value or an expression for it is accepted.")
    command = ReserveWork(
        work=work,
        number=number.id,
        method=wanted.method,
        metadata=_encode(wanted.metadata or {}).decode(),
        lease_seconds=wanted.duration_hours * 3600,
    )
    return number, await perform(command, client=wanted.client_id)
