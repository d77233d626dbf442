"""Reading what a page's address asks for."""

import re
from collections.abc import Sequence
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from coordinator.http.requests.sentences import explain
from coordinator.http.responses.tables import Paging
from coordinator.pages.rendering.site import Address
from core.refusals import BadInput
from core.wording import shortened

Word = TypeVar("Word", bound=str)
StructT = TypeVar("StructT", bound=msgspec.Struct)
RowT = TypeVar("RowT")
ROWS = 50
"""So many rows of a list that is read whole stand on one page."""
HINTS = 200
"""So many names are offered to one who types; any other is typed in full."""
_DIGITS = 18
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MOST_PAGES = 10**9


def page_of(address: Address, name: str = "page") -> int:
    """Return which page of a list is asked for, from 1.

    Raises:
        BadInput: it is no such number.
    """
    text = address.query.get(name) or "1"
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:20]) <= _MOST_PAGES):
        raise BadInput(f"{name} is {shortened(text)!r}; a whole number from 1 is accepted.")
    return int(text)


def part_of(address: Address, rows: Sequence[RowT], name: str = "page") -> tuple[Sequence[RowT], Paging]:
    """Return the rows of a list that are asked for, and where they lie in it; those of its last page when they lie beyond.

    Raises:
        BadInput: what asks for a page by this name is no such number.
    """
    paging = paging_of(address, len(rows), name)
    return rows[paging.rows], paging


def paging_of(address: Address, total: int, name: str = "page") -> Paging:
    """Return which page is asked for of a list with so many rows; the last one when it would lie beyond.

    Raises:
        BadInput: what asks for a page by this name is no such number.
    """
    paging = Paging(total, page_of(address, name), ROWS, name)
    return replace(paging, page=min(paging.page, paging.last))


def position_of(address: Address, name: str) -> int | None:
    """Return which position of the log is asked for, None when none is.

    Raises:
        BadInput: it is no position.
    """
    text = address.query.get(name)
    if text and not id_of(text):
        raise BadInput(f"{name} is {shortened(text)!r}; a position of the log, a whole number from 1, is accepted.")
    return int(text) if text else None


def id_of(text: str) -> int:
    """Return the id that a text is; when it is none 0, which nothing has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


def uuid_of(text: str) -> str:
    """Return the UUID that a text is, in small letters; empty when it is none."""
    return text.lower() if _UUID.fullmatch(text) else ""


def identity(text: str, what: str = "an id") -> int:
    """Read an id.

    Raises:
        BadInput: it is none.
    """
    found = id_of(text)
    if not found:
        raise BadInput(f"{shortened(text)!r} is not {what}; a whole number from 1 is.")
    return found


def state_of(address: Address, states: Sequence[Word], name: str = "state") -> Word | None:
    """Return which state is asked for, None for any.

    Raises:
        BadInput: there is no such state.
    """
    text = address.query.get(name)
    if not text:
        return None
    for state in states:
        if state == text:
            return state
    raise BadInput(f"{name} is {shortened(text)!r}; one of {', '.join(states)} is accepted.")


def asked(address: Address, kind: type[StructT]) -> StructT:
    """Return all that the address of a list asks for.

    Raises:
        BadInput: it asks for what nobody knows.
    """
    said = {name: value for name, value in address.query.items() if value}
    try:
        return msgspec.convert(said, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(explain(str(error), kind, said, "the address", nullable=False)) from None
