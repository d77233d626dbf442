"""What the query of a page's address asks for."""

from collections.abc import Sequence
from typing import TypeVar

from coordinator.pages.site import Address
from core.refusals import BadInput

Word = TypeVar("Word", bound=str)
_POSITION_DIGITS = 18
_MOST_PAGES = 10**9


def page_of(address: Address) -> int:
    """Return which page of a list is asked for, from 1.

    Raises:
        BadInput: it is no such number.
    """
    text = address.query.get("page") or "1"
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:20]) <= _MOST_PAGES):
        raise BadInput(f"page is {text[:40]!r}; a whole number from 1 is accepted.")
    return int(text)


def position_of(address: Address, name: str) -> int | None:
    """Return which position of the log is asked for, None when none is.

    Raises:
        BadInput: it is no position.
    """
    text = address.query.get(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _POSITION_DIGITS):
        raise BadInput(f"{name} is {text[:40]!r}; a position of the log, a whole number from 1, is accepted.")
    return int(text)


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
    raise BadInput(f"{name} is {text[:40]!r}; one of {', '.join(states)} is accepted.")
