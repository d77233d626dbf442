"""The data of a table or a chart, as a page shows it and as its address gives it away: CSV or JSON."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from coordinator.http.comma_separated import Cell, comma_separated
from core.refusals import BadInput, Unknown

Form: TypeAlias = Literal["html", "csv", "json"]
"""What an address answers with."""

MEDIA_TYPES: dict[Form, str] = {"html": "text/html", "json": "application/json", "csv": "text/csv"}
_EXACT_IN_JSON = 2**53


class Column(msgspec.Struct, frozen=True):
    """A column of a sheet.

    Attributes:
        name: in CSV and JSON.
        heading: for people.
        count: whether it holds numbers, which stand to the right.
    """

    name: str
    heading: str
    count: bool = False


class Sheet(msgspec.Struct, frozen=True):
    """Rows under columns.

    Attributes:
        name: by which the address asks for it (`of=missed`).
        caption: what it is, in words.
        columns: what stands in each row.
        rows: the data; big numbers as text, times in ISO 8601.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


def form_of(query: Mapping[str, str], accept: str) -> Form:
    """Return in what form an address is asked for: `as` in the address goes before the header Accept.

    Raises:
        BadInput: `as` is none of the forms.
    """
    said = query.get("as")
    if said:
        if said not in MEDIA_TYPES:
            raise BadInput(f"as is {said[:40]!r}; one of {', '.join(MEDIA_TYPES)} is accepted.")
        return said
    if "text/html" in accept:
        return "html"
    return "csv" if "text/csv" in accept else "json" if "application/json" in accept else "html"


def chosen(sheets: Sequence[Sheet], name: str | None) -> list[Sheet]:
    """Return the sheet of a name, or all of them when none is named.

    Raises:
        Unknown: there is no such sheet, or none at all.
    """
    if not sheets:
        raise Unknown("This page has no data to take away; /docs lists the addresses that have.")
    if not name:
        return list(sheets)
    found = [sheet for sheet in sheets if sheet.name == name]
    if not found:
        known = ", ".join(sheet.name for sheet in sheets)
        raise Unknown(f"This page has no data of the name {name[:40]!r}; of= one of {known} is known.")
    return found


def to_csv(sheet: Sheet) -> bytes:
    """Write a sheet as CSV, its columns' names first."""
    return comma_separated([[column.name for column in sheet.columns], *sheet.rows])


def to_json(sheets: Sequence[Sheet]) -> bytes:
    """Write sheets as one JSON object: by the name of each its rows, which are objects."""
    return msgspec.json.encode(
        {
            sheet.name: [
                {column.name: _exact(cell) for column, cell in zip(sheet.columns, row, strict=True)}
                for row in sheet.rows
            ]
            for sheet in sheets
        }
    )


def _exact(cell: Cell) -> Cell:
    return str(cell) if isinstance(cell, int) and abs(cell) > _EXACT_IN_JSON else cell
