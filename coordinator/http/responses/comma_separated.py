"""Rows as comma-separated values (RFC 4180) that neither lose a digit nor do anything in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

Cell = str | int | float | None

CSV = "text/csv"
"""The media type."""
_UNSEEN = r"[\s\x00-\x1f\xad\u200b-\u200f\u2060\ufeff]*"
_EQUALS_OR_AT = "=@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH COMMERCIAL AT}\N{SMALL EQUALS SIGN}\N{SMALL COMMERCIAL AT}"
_SIGNS = (
    "+\N{FULLWIDTH PLUS SIGN}\N{SMALL PLUS SIGN}"
    "\N{MINUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{SMALL HYPHEN-MINUS}\N{HYPHEN-MINUS}"
)
_FORMULA = re.compile(rf"[\t\r\n]|{_UNSEEN}(?:[{_EQUALS_OR_AT}]|[{_SIGNS}](?!\d+(\.\d+)?([eE][+-]?\d+)?$))")
"""What a spreadsheet would calculate instead of showing it: whatever begins so, also behind blanks, which it may strip, and
in the wide forms of an East Asian keyboard; but for numbers with a sign."""


def comma_separated(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write rows.

    Text that a spreadsheet would take for a formula gets an apostrophe before it: names come from strangers.
    """
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _harmless(cell: Cell) -> Cell:
    return "'" + cell if isinstance(cell, str) and _FORMULA.match(cell) else cell
