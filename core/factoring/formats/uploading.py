"""Lists of numbers as files: one a line, or CSV with a header; each line becomes a command.

CSV is read as spreadsheets and R write it: with commas, semicolons or tabs between columns, a byte-order mark before them,
names in quotes, a column without a name for those of rows, 4.0 for 4, a decimal comma, and NA for what is not known.
"""

import csv
import re
from collections.abc import Iterator
from itertools import chain

from msgspec import Struct

from core.bigint import abbreviate
from core.factoring.commands.numbers import Prior, SubmitComposite
from core.factoring.notation.numberlist import entries, unmarked
from core.factoring.notation.worklist import parse
from core.factoring.numbers.changing import check_difficulty
from core.refusals import BadInput
from core.wording import shortened

COLUMNS = ("number", "target_t_level", "priority", "project", "prior_t_level", "work", "name", "snfs_difficulty")
_BETWEEN_COLUMNS = ",;\t"
_INTEGER = re.compile(r"([+-]?[0-9]{1,40})(?:[.,]0*)?")
_LEVEL = re.compile(r"t?([0-9]{1,40}(?:[.,][0-9]*)?)")


class Line(Struct, frozen=True, gc=False):
    """A line that gives a number; `fields` are its columns by name."""

    line: int
    fields: dict[str, str]


def lines_of(text: Iterator[str], kind: str) -> Iterator[Line]:
    """Read a list.

    Args:
        text: its lines.
        kind: `csv`, with a header of names among `COLUMNS`, or `text`.

    Raises:
        BadInput: the header names a column that is not known, or none for the number, or the text is no CSV from some
            line on.
    """
    if kind != "csv":
        for entry in entries(text):
            yield Line(entry.line, {"number": entry.text})
        return
    lines = unmarked(text)
    first = next(lines, "")
    between = next((sign for sign in _BETWEEN_COLUMNS if "number" in _names(first, sign)), ",")
    reader = csv.DictReader(chain([first], lines), delimiter=between, skipinitialspace=True)
    try:
        yield from _rows(reader)
    except csv.Error as error:
        raise BadInput(f"After line {reader.line_num} the list is no CSV: {error}.") from None


def kind_of(first: str) -> str:
    """Tell CSV from text by the first line, in which one of the columns is named `number`."""
    header = first.removeprefix("\ufeff")
    return "csv" if any("number" in _names(header, sign) for sign in _BETWEEN_COLUMNS) else "text"


def _names(header: str, between: str) -> list[str]:
    try:
        cells = next(csv.reader([header], delimiter=between, skipinitialspace=True), [])
    except csv.Error:
        return []
    return [cell.strip().lower() for cell in cells]


def _rows(reader: "csv.DictReader[str]") -> Iterator[Line]:
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    for name in names:
        if name and name not in COLUMNS:
            raise BadInput(f"The column {shortened(name)!r} is not known; the columns are {', '.join(COLUMNS)}.")
    if "number" not in names:
        raise BadInput(f"The header names no column number; the columns are {', '.join(COLUMNS)}.")
    reader.fieldnames = names
    for row in reader:
        yield Line(reader.line_num, {name: (value or "").strip() for name, value in row.items() if name in COLUMNS})


def command_of(
    line: Line, ceiling_digits: int, priority: int | None, project: str, target_milli: int | None = None
) -> SubmitComposite:
    """Return what a line asks for: the number, with the work that was done on it before.

    Priority, project and target hold where the line names none.

    Raises:
        BadInput: a column does not hold what it should.
    """
    fields = line.fields
    work = parse(fields["work"]) if _is_given(fields, "work") else ()
    return SubmitComposite(
        text=fields["number"],
        ceiling_digits=ceiling_digits,
        target_milli=_milli(fields, "target_t_level") or target_milli,
        priority=_integer(fields, "priority") if _is_given(fields, "priority") else priority,
        project=fields.get("project") or project,
        prior=Prior(_milli(fields, "prior_t_level") or 0, work),
        name=fields.get("name", ""),
    )


def difficulty_of(line: Line) -> int | None:
    """Return the difficulty, in digits, of the special form that a line tells of; None when it tells of none.

    Raises:
        BadInput: it is none.
    """
    if not _is_given(line.fields, "snfs_difficulty"):
        return None
    digits = _integer(line.fields, "snfs_difficulty")
    check_difficulty(digits)
    return digits


def _is_given(fields: dict[str, str], name: str) -> bool:
    return fields.get(name, "") not in {"", "NA"}


def _milli(fields: dict[str, str], name: str) -> int | None:
    if not _is_given(fields, name):
        return None
    level = _LEVEL.fullmatch(fields[name])
    if level is None:
        raise BadInput(f"{name} {abbreviate(fields[name])} is not a t-level; digits such as 35 or 35.2 are.")
    milli = round(float(level[1].replace(",", ".")) * 1000)
    if not 0 < milli <= 100_000:
        raise BadInput(f"{name} {shortened(fields[name])} is out of bounds; more than 0 and at most 100 is accepted.")
    return milli


def _integer(fields: dict[str, str], name: str) -> int:
    whole = _INTEGER.fullmatch(fields[name])
    if whole is None:
        raise BadInput(f"{name} {abbreviate(fields[name])} is no whole number; one such as 12 is accepted.")
    return int(whole[1])
