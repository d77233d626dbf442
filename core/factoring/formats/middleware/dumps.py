r"""Reading what the system replaced dumped of its tables `composites`, `ecm_attempts` and `factors`, as CSV.

The columns are those of its database, in any order, named by a header. A cell that is empty, `NULL` or `\N` holds
nothing; truth is `t`, `true` or `1`. Whole numbers may be written as 11000.0, as programs write them that know of no
whole numbers without a value. Times without a zone are UTC.
"""

import csv
from collections.abc import Iterator, Sequence

from msgspec import Struct

from core.bigint import abbreviate
from core.factoring.notation.worklist import whole_number
from core.refusals import BadInput
from core.timestamps import from_iso
from core.wording import shortened


class Table(Struct, frozen=True):
    """A table: its name, the columns that every dump has to have, and those that one may have besides."""

    name: str
    needed: tuple[str, ...]
    other: tuple[str, ...]


COMPOSITES = Table(
    "composites",
    ("id", "number"),
    (
        *("current_composite", "digit_length", "bit_length", "has_snfs_form", "snfs_difficulty", "is_prime"),
        *("is_complete", "is_fully_factored", "is_active", "target_t_level", "current_t_level", "prior_t_level"),
        *("ecm_progress", "priority", "created_at", "updated_at"),
    ),
)
ATTEMPTS = Table(
    "ecm_attempts",
    ("id", "composite_id", "client_id", "method", "b1", "curves_completed"),
    (
        *("client_ip", "b2", "parametrization", "sigma", "curves_requested", "work_hash", "factor_found"),
        *("execution_time_seconds", "program", "program_version", "status", "raw_output", "assigned_at"),
        *("started_at", "superseded_by", "residue_checksum", "created_at", "updated_at"),
    ),
)
FACTORS = Table(
    "factors",
    ("id", "composite_id", "factor"),
    (
        *("is_prime", "found_by_attempt_id", "sigma", "parametrization", "group_order", "group_order_factorization"),
        *("created_at", "updated_at"),
    ),
)
LONGEST_CELL = 64 * 1024 * 1024
"""Outputs of programs stand in cells; the reader has to be told that they may be long (`csv.field_size_limit`)."""
_NOTHING = {"", "NULL", "\\N"}
_TRUE, _FALSE = {"t", "true", "1"}, {"f", "false", "0"}


class Row(Struct, frozen=True, gc=False):
    """A row: the line on which it begins, and its cells that hold something, by column."""

    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """Return a text, empty when there is none."""
        return self.cells.get(column, "")

    def integer(self, column: str) -> int | None:
        """Return a whole number, None when there is none.

        Raises:
            BadInput: there is something else.
        """
        text = self.text(column)
        return whole_number(text, column) if text else None

    def needed(self, column: str) -> int:
        """Return a whole number that has to be there.

        Raises:
            BadInput: it is not.
        """
        number = self.integer(column)
        if number is None:
            raise BadInput(f"{column} is empty; a whole number is needed.")
        return number

    def milli(self, column: str) -> int | None:
        """Return thousandths of a number such as 35.2, None when there is none.

        Raises:
            BadInput: there is something else.
        """
        text = self.text(column)
        try:
            return round(float(text) * 1000) if text else None
        except (ValueError, OverflowError):
            raise BadInput(f"{column} {abbreviate(text)} is not a number such as 35.2.") from None

    def truth(self, column: str) -> bool | None:
        """Return whether something is so, None when it is not said.

        Raises:
            BadInput: there is something else.
        """
        text = self.text(column).lower()
        if text and text not in _TRUE | _FALSE:
            raise BadInput(f"{column} {shortened(text)!r} is neither true (t, true, 1) nor false (f, false, 0).")
        return text in _TRUE if text else None

    def time(self, column: str) -> int | None:
        """Return a time in microseconds UTC, None when there is none.

        Raises:
            BadInput: there is something else.
        """
        text = self.text(column)
        return from_iso(text, column) if text else None


def rows_of(lines: Iterator[str], table: Table) -> Iterator[Row | tuple[int, str]]:
    """Read a dump: its rows, and for a line that is none, its number and why.

    Raises:
        BadInput: it has no header, a column is missing or not known, or the text is no CSV from some line on.
    """
    reader = csv.reader(lines, strict=True)
    begun = 0
    try:
        header = [name.strip().lower() for name in next(reader, ())]
        check_header(header, table)
        begun = reader.line_num
        for cells in reader:
            line, begun = begun + 1, reader.line_num
            if not cells:
                continue
            if len(cells) != len(header):
                yield line, f"It has {len(cells)} cells, the header has {len(header)}."
                continue
            held = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            yield Row(line, {name: cell for name, cell in held.items() if cell not in _NOTHING})
    except csv.Error as error:
        raise BadInput(f"The record that begins on line {begun + 1} is no CSV: {error}.") from None


def check_header(header: Sequence[str], table: Table) -> None:
    """Refuse a header that is not the table's.

    Raises:
        BadInput: a column is missing, not known, or there twice.
    """
    known = ", ".join((*table.needed, *table.other))
    for name in header:
        if name not in table.needed + table.other:
            raise BadInput(f"The column {shortened(name)!r} is not one of {table.name}; its columns are {known}.")
    missing = [name for name in table.needed if name not in header]
    if missing:
        raise BadInput(f"The header lacks the column {missing[0]!r} of {table.name}; its columns are {known}.")
    for at, name in enumerate(header):
        if name in header[:at]:
            raise BadInput(f"The header names the column {name!r} twice; each once is accepted.")
