"""The language of the box above the list of numbers: `status:open digits:60..90 project:"Cunningham tables" 99`."""

import re
from collections.abc import Callable
from typing import Any, get_args

from msgspec import Struct
from msgspec.structs import replace

from core.factoring.state.numbers import Status
from core.refusals import BadInput
from core.wording import shortened

_BLANKS = re.compile(r"\s*")
_TERM = re.compile(r'(?:([a-z_]+):)?("[^"]*"|[^\s"]*)')
_RANGE = re.compile(r"(?=.*[0-9])([0-9]{0,9})(\.\.)?([0-9]{0,9})")


class Query(Struct, frozen=True):
    """The query as it was written; None where nothing was said. `text` is part of a number's digits or expression."""

    text: str | None = None
    status: Status | None = None
    project: str | None = None
    min_digits: int | None = None
    max_digits: int | None = None


def parse(written: str) -> Query:
    """Read a query: terms with blanks between; `name:value` narrows, what has no name is text to look for.

    Raises:
        BadInput: a term says what nobody understands; the sentence says where it begins.
    """
    query = Query()
    at = _end(_BLANKS, written, 0)
    while at < len(written):
        term = _TERM.match(written, at)
        if term is None or term.end() == at:
            raise _misread(written[at:], at, 'a " that ends what begins with it')
        query = _with(query, term)
        at = _end(_BLANKS, written, term.end())
    return query


def _end(pattern: re.Pattern[str], written: str, at: int) -> int:
    found = pattern.match(written, at)
    return found.end() if found else at


def _with(query: Query, term: re.Match[str]) -> Query:
    name, value = term[1], term[2].strip('"')
    if name is None:
        return replace(query, text=value if query.text is None else f"{query.text} {value}")
    read = _READ.get(name)
    if read is None:
        raise _misread(term[0], term.start(), " or ".join(f"{known}:" for known in _READ))
    said = read(value)
    if said is None:
        raise _misread(term[0], term.start(), _ACCEPTED[name])
    return replace(query, **said)


def _misread(term: str, at: int, accepted: str) -> BadInput:
    return BadInput(f"search has {shortened(term)!r} at character {at + 1}, where {accepted} is accepted.")


def _status(value: str) -> dict[str, Any] | None:
    return {"status": value} if value in get_args(Status) else None


def _digits(value: str) -> dict[str, Any] | None:
    found = _RANGE.fullmatch(value)
    if found is None:
        return None
    low, to, high = found.groups()
    least = int(low) if low else None
    return {"min_digits": least, "max_digits": int(high) if high else None if to else least}


def _project(value: str) -> dict[str, Any] | None:
    return {"project": value} if value else None


_READ: dict[str, Callable[[str], dict[str, Any] | None]] = {"status": _status, "digits": _digits, "project": _project}
_ACCEPTED = {
    "status": f"status: and one of {', '.join(get_args(Status))}",
    "digits": "digits: and a number such as 60 or a range such as 60..90, 60.. or ..90",
    "project": 'project: and a name, between " when it has blanks',
}
