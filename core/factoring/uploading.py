"""Lists of numbers as files: one a line, or CSV with a header; each line becomes commands."""

import csv
from collections.abc import Iterator

from msgspec import Struct

from core.bigint import abbreviate
from core.deciding import Command
from core.factoring.commands import ReportCurves, SubmitComposite
from core.factoring.curves import bounds_of
from core.factoring.numberlist import entries
from core.factoring.standard import prior_work
from core.factoring.worklist import Work, parse
from core.refusals import BadInput

COLUMNS = ("number", "target_t_level", "priority", "project", "prior_t_level", "work")
_PROGRAM = "prior work"


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
        BadInput: the header names a column that is not known, or none for the number.
    """
    if kind != "csv":
        for entry in entries(text):
            yield Line(entry.line, {"number": entry.text})
        return
    reader = csv.DictReader(text, skipinitialspace=True)
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    for name in names:
        if name not in COLUMNS:
            raise BadInput(f"The column {name[:40]!r} is not known; the columns are {', '.join(COLUMNS)}.")
    if "number" not in names:
        raise BadInput(f"The header names no column number; the columns are {', '.join(COLUMNS)}.")
    reader.fieldnames = names
    for row in reader:
        yield Line(reader.line_num, {name: (value or "").strip() for name, value in row.items() if name in COLUMNS})


def commands_of(line: Line, ceiling_digits: int, priority: int | None, project: str) -> list[Command]:
    """Return what a line asks for: the number, and the work that was done on it before.

    Raises:
        BadInput: a column does not hold what it should.
    """
    fields = line.fields
    text = fields["number"]
    submit = SubmitComposite(
        text=text,
        ceiling_digits=ceiling_digits,
        target_milli=_milli(fields, "target_t_level"),
        priority=_integer(fields, "priority") if fields.get("priority") else priority,
        project=fields.get("project") or project,
    )
    return [submit, *(_report(text, work) for work in _prior(fields))]


def _prior(fields: dict[str, str]) -> Iterator[Work]:
    if fields.get("work"):
        yield from parse(fields["work"])
    level = _milli(fields, "prior_t_level")
    if level:
        stands_for = prior_work(level)
        yield Work(stands_for.curves, stands_for.b1)


def _report(text: str, work: Work) -> ReportCurves:
    bounds = bounds_of(work.b1, work.b2, work.param)
    return ReportCurves(work="", value=text, bounds=bounds, curves=work.curves, program=_PROGRAM)


def _milli(fields: dict[str, str], name: str) -> int | None:
    if not fields.get(name):
        return None
    try:
        milli = round(float(fields[name].removeprefix("t")) * 1000)
    except (ValueError, OverflowError):
        raise BadInput(f"{name} {abbreviate(fields[name])} is not a t-level; digits such as 35 or 35.2 are.") from None
    if not 0 < milli <= 100_000:
        raise BadInput(f"{name} {fields[name][:20]} is out of bounds; more than 0 and at most 100 is accepted.")
    return milli


def _integer(fields: dict[str, str], name: str) -> int:
    try:
        return int(fields[name])
    except ValueError:
        raise BadInput(f"{name} {abbreviate(fields[name])} is not a whole number.") from None
