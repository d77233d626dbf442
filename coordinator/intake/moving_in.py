"""Taking over rows of the system replaced, over HTTP or in the directory of a stopped coordinator."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec.structs import replace

from coordinator.node import Node
from coordinator.time.wallclock import now
from coordinator.writer.outcome import Outcome, Result
from core.bigint import abbreviate
from core.deciding import Order
from core.factoring.answers.shapes import CompositeAnswer, CurvesAnswer, RowKnown
from core.factoring.commands.imports import DivideOut, ImportAttempt, ImportComposite, ImportCurves, ImportFactor
from core.factoring.commands.numbers import DescribeNumber, SubmitComposite
from core.factoring.importing import foreseen
from core.refusals import BadInput, Refusal
from core.timestamps import FIRST, LAST

_MOST = 2**63 - 1


class Item(msgspec.Struct, frozen=True):
    """A row to take over.

    Attributes:
        command: what it amounts to.
        client: by what name who did it called themselves.
        at: when, microseconds UTC.
    """

    command: (
        ImportComposite | ImportCurves | ImportAttempt | ImportFactor | SubmitComposite | DivideOut | DescribeNumber
    )
    client: str | None = None
    at: Annotated[int, msgspec.Meta(ge=FIRST, le=LAST)] | None = None


class Taken(msgspec.Struct, frozen=True):
    """The result for a row.

    Attributes:
        status: `known` when it told nothing new.
        id: of the number or the attempt that it is now; 0 when it was refused.
        value: of the number, in decimal; empty for other rows.
        primality: of the number; empty for other rows.
        factors: ids of the factors that it brought.
        refused: why it, or a factor in it, was turned down.
    """

    status: Literal["taken", "known", "refused"]
    id: int = 0
    value: str = ""
    primality: str = ""
    factors: tuple[int, ...] = ()
    refused: tuple[str, ...] = ()


async def take(node: Node, items: Sequence[Item], *, actor: str, ceiling_digits: int) -> list[Taken]:
    """Take up to 500 rows in their order; return what became of each. A row is taken whole or not at all.

    Raises:
        Unavailable: nothing can be written just now; taking the same rows again goes on where this ended.
    """
    taken: dict[int, Taken] = {}
    orders: dict[int, Order] = {}
    for index, item in enumerate(items):
        try:
            orders[index] = await _order(node, item, actor, ceiling_digits)
        except Refusal as refusal:
            taken[index] = Taken("refused", refused=(refusal.sentence,))
    for stretch in _stretches(orders):
        prepared = await _prepared(node, [orders[index] for index in stretch])
        for index, result in zip(stretch, await node.perform_all(prepared), strict=True):
            taken[index] = _taken(result)
    return [taken[index] for index in range(len(items))]


def _stretches(orders: Mapping[int, Order]) -> Iterator[list[int]]:
    """Cut orders where one may have to wait for a finding: the next would overtake it, and get its id."""
    stretch: list[int] = []
    for index, order in orders.items():
        if foreseen(order.command) is not None:
            stretch.append(index)
            continue
        yield stretch
        yield [index]
        stretch = []
    yield stretch


async def _prepared(node: Node, orders: Sequence[Order]) -> list[Order]:
    """Find out beforehand what the decisions are going to ask for; what can't be found is left to them to refuse."""
    wants = [foreseen(order.command) or () for order in orders]
    found = iter(await node.preparation.find([want for asked in wants for want in asked]))
    findings = [{want: next(found) for want in asked} for asked in wants]
    return [
        replace(order, findings={want: found for want, found in known.items() if not isinstance(found, Exception)})
        for order, known in zip(orders, findings, strict=True)
    ]


def _integers_in(value: object) -> Iterator[int]:
    """Return every whole number in what a command is made of."""
    if isinstance(value, int):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _integers_in(part)


async def _order(node: Node, item: Item, actor: str, ceiling_digits: int) -> Order:
    command = item.command
    for integer in _integers_in(msgspec.to_builtins(command)):
        if abs(integer) > _MOST:  # numbers to be factored come as texts
            raise BadInput(
                f"The row holds {abbreviate(str(integer))}; whole numbers up to {_MOST} are accepted in its fields."
            )
    if isinstance(command, ImportComposite | SubmitComposite):
        command = replace(command, ceiling_digits=ceiling_digits)
    return Order(
        command=command,
        now=now(),
        correlation=str(uuid.uuid4()),
        actor=actor,
        client=await node.introductions.claim(item.client) if item.client else None,
        administers=True,
        route="imports",
        occurred_at=item.at,
    )


def _taken(result: Result) -> Taken:
    if isinstance(result, Refusal):
        return Taken("refused", refused=(result.sentence,))
    if not isinstance(result, Outcome):
        raise result
    match result.answer:
        case RowKnown(id=id_):
            return Taken("known", id_)
        case CompositeAnswer() as number:
            status: Literal["taken", "known"] = "known" if number.outcome == "existing" else "taken"
            return Taken(status, number.number, number.value, number.primality)
        case CurvesAnswer() as attempt:
            return Taken("taken", attempt.attempt, factors=attempt.factors, refused=attempt.refused)
        case other:
            raise AssertionError(f"{other} answers no row")
