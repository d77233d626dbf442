"""What is wanted of numbers: priority, target, whether they are assigned at all."""

from typing import Any, Literal

import msgspec

from coordinator.http.commanding import perform
from coordinator.http.factoring.shapes import milli_of
from coordinator.node import Node
from coordinator.pages.administration.forms import Sent, done, identity
from coordinator.pages.site import Address
from core.factoring.curation.commands import ChangeComposite, Shelf, ShelveNumber, UnshelveNumber
from core.refusals import BadInput, Unknown
from projections.clients.state import names
from projections.factoring import catalogue, curation, holdings
from projections.factoring.catalogue import Search

_SIZE = 50
_HELD = 20
_RESERVED = 1_000


class _Asked(msgspec.Struct, frozen=True):
    """What the address of the list says."""

    search: str | None = None
    shelf: Literal["", "inactive", "complete", "deleted"] | None = None
    page: int = 1


class _Wanted(msgspec.Struct, frozen=True):
    """What is wanted of a number; what is left empty stays as it is."""

    priority: int | None = None
    target: float | None = None


class _Shelved(msgspec.Struct, frozen=True):
    """Where a number shall stand."""

    shelf: Literal["active", "inactive", "complete"]
    reason: str = ""


class _Because(msgspec.Struct, frozen=True):
    """Why something is done."""

    reason: str = ""


async def numbers(node: Node, address: Address) -> dict[str, Any]:
    """Return one page of numbers, those that stand on a shelf included."""
    said = {name: value for name, value in address.query.items() if value}
    try:
        asked = msgspec.convert(said, _Asked, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(f"The address asks for what this list does not know: {error}.") from None
    wanted = Search(text=asked.search, shelf=asked.shelf, page=max(asked.page, 1), size=_SIZE)
    found = await node.readers["factoring"].query(catalogue.search, wanted)
    return {"asked": asked, "found": found, "last_page": max(-(-found.total // _SIZE), 1)}


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
    return {
        "number": found,
        "held": await factoring.query(catalogue.held_on, number, _HELD),
        "reserved": [one for one in await factoring.query(holdings.reservations, _RESERVED) if one.number == number],
        "difficulty": await factoring.query(curation.snfs_difficulty, number),
        "names": await node.readers["clients"].query(names),
    }


async def change_number(sent: Sent) -> str:
    """Change a number's priority and target."""
    number, wanted = sent.read_id("number"), sent.read(_Wanted)
    command = ChangeComposite(number=number, priority=wanted.priority, target_milli=milli_of(wanted.target))
    return done(f"/admin/numbers/{number}", await perform(sent.request, command))


async def shelve_number(sent: Sent) -> str:
    """Put a number aside, or take it up again."""
    number, wanted = sent.read_id("number"), sent.read(_Shelved)
    if wanted.shelf == "active":
        outcome = await perform(sent.request, UnshelveNumber(number=number))
    else:
        shelf: Shelf = wanted.shelf
        outcome = await perform(sent.request, ShelveNumber(number=number, shelf=shelf, reason=wanted.reason))
    return done(f"/admin/numbers/{number}", outcome)


async def delete_number(sent: Sent) -> str:
    """List and assign a number no more."""
    number, because = sent.read_id("number"), sent.read(_Because)
    sent.confirm()
    outcome = await perform(sent.request, ShelveNumber(number=number, shelf="deleted", reason=because.reason))
    return done(f"/admin/numbers/{number}", outcome)
