"""The administration of numbers: priority, target, whether they are assigned at all."""

from typing import Any, Literal

import msgspec

from coordinator.clients.names import client_names
from coordinator.http.factoring.shapes import milli_of
from coordinator.http.responses.tables import Paging
from coordinator.node import Node
from coordinator.operations import searching
from coordinator.pages.forms.posting import Because, Sent
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import asked, identity
from coordinator.writer.outcome import Outcome
from core.factoring.commands.numbers import ChangeComposite, DescribeNumber, Shelf, ShelveNumber, UnshelveNumber
from core.factoring.numbers.changing import check_difficulty
from core.refusals import Unknown
from projections.factoring.assignment import holdings
from projections.factoring.lists import catalogue
from projections.factoring.lists.catalogue import Search
from projections.factoring.numbers import curation

_SIZE = 50
_HELD = 20


class _Asked(msgspec.Struct, frozen=True):
    """The filters in the address of the list."""

    search: str | None = None
    shelf: Literal["", "inactive", "complete", "deleted"] | None = None
    page: int = 1


class _Wanted(msgspec.Struct, frozen=True):
    """The form: target, priority and special form of a number; a field left empty, or as it was, stays as it is."""

    priority: int | None = None
    target: float | None = None
    snfs_difficulty: int | None = None


class _Shelved(msgspec.Struct, frozen=True):
    """Where a number shall stand; None where it stands."""

    shelf: Literal["active", "inactive", "complete"] | None = None
    reason: str = ""


async def numbers(node: Node, address: Address) -> dict[str, Any]:
    """Return one page of numbers, those that stand on a shelf included."""
    said = asked(address, _Asked)
    wanted = Search(text=said.search, shelf=said.shelf, page=max(said.page, 1), size=_SIZE)
    found = await searching.search(node, wanted)
    reserved = await node.readers["factoring"].query(holdings.reserved_numbers)
    return {"asked": said, "found": found, "reserved": reserved, "paging": Paging(found.total, wanted.page, _SIZE)}


async def one_number(node: Node, address: Address) -> dict[str, Any]:
    """Return what can be changed of a number.

    Raises:
        Unknown: there is no such number.
    """
    number = identity(address.values["number"])
    factoring = node.readers["factoring"]
    found = await factoring.query(catalogue.number_by_id, number)
    if found is None:
        raise Unknown(f"There is no number with the id {number}.")
    _, parts = await factoring.query(catalogue.relatives_of, number)
    return {
        "number": found,
        "held": await factoring.query(catalogue.held_on, number, _HELD),
        "reserved": await factoring.query(holdings.reserved_among, {number, *parts}),
        "difficulty": await factoring.query(curation.snfs_difficulty, number),
        "names": await client_names(node.readers["clients"]),
    }


async def change_number(sent: Sent) -> str:
    """Change a number's priority and target."""
    number, wanted = sent.read_id("number"), sent.read(_Wanted)
    check_difficulty(wanted.snfs_difficulty)
    changed: Outcome | None = None
    if wanted.priority is not None or wanted.target is not None:
        command = ChangeComposite(number=number, priority=wanted.priority, target_milli=milli_of(wanted.target))
        changed = await sent.perform(command)
    if wanted.snfs_difficulty is not None:
        noted = await sent.perform(DescribeNumber(number, wanted.snfs_difficulty))
        changed = noted if noted.position or changed is None else changed
    return sent.done(changed)


async def shelve_number(sent: Sent) -> str:
    """Put a number aside, or take it up again."""
    number, wanted = sent.read_id("number"), sent.read(_Shelved)
    outcome: Outcome | None = None
    if wanted.shelf == "active":
        outcome = await sent.perform(UnshelveNumber(number=number))
    elif wanted.shelf is not None:
        shelf: Shelf = wanted.shelf
        outcome = await sent.perform(ShelveNumber(number=number, shelf=shelf, reason=wanted.reason))
    return sent.done(outcome)


async def delete_number(sent: Sent) -> str:
    """List and assign a number no more."""
    number, because = sent.read_id("number"), sent.read(Because)
    sent.confirm()
    outcome = await sent.perform(ShelveNumber(number=number, shelf="deleted", reason=because.reason))
    return sent.done(outcome)
