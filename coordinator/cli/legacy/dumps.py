"""Reading whole dumps: nothing is sent to a coordinator before all of them have been read."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from coordinator.cli.ending import Exit, Failure
from core.factoring.formats.middleware.dumps import ATTEMPTS, COMPOSITES, FACTORS, LONGEST_CELL, Row, Table, rows_of
from core.factoring.formats.middleware.moving_in import (
    OldAttempt,
    OldComposite,
    OldFactor,
    attempt_of,
    composite_of,
    factor_of,
)
from core.refusals import BadInput

T = TypeVar("T")


class Problem(Struct, frozen=True):
    """Why a line was not taken, or what of it was not."""

    line: int
    sentence: str


class Read(Struct):
    """The rows of the dumps, each in the order of its ids; None for a dump that there is not.

    Attributes:
        composites: by the ids that they had.
        attempts: see `OldAttempt`.
        factors: see `OldFactor`.
        problems: of lines that can't be read, by table.
        rows: how many each table has.
    """

    composites: dict[int, OldComposite]
    attempts: list[OldAttempt] | None
    factors: list[OldFactor] | None
    problems: dict[str, list[Problem]]
    rows: dict[str, int]


def read(composites: Path, attempts: Path | None, factors: Path | None) -> Read:
    """Read dumps.

    Raises:
        Failure: a file can't be read, has a wrong header, or is no CSV.
    """
    found = Read({}, None, None, {table.name: [] for table in (COMPOSITES, ATTEMPTS, FACTORS)}, {})
    numbers = _read(composites, COMPOSITES, composite_of, found)
    for number in sorted(numbers, key=lambda one: (one.row, one.line)):
        before = found.composites.setdefault(number.row, number)
        if before is not number:
            sentence = f"The id {number.row} stands on line {before.line} already."
            found.problems[COMPOSITES.name].append(Problem(number.line, sentence))
    by_attempt: dict[int, list[OldFactor]] = {}
    if factors is not None:
        found.factors = sorted(_read(factors, FACTORS, factor_of, found), key=lambda one: one.row)
        for factor in found.factors:
            by_attempt.setdefault(factor.attempt, []).append(factor)
    if attempts is not None:

        def attempt(row: Row) -> OldAttempt:
            of = found.composites.get(row.integer("composite_id") or 0)
            return attempt_of(row, by_attempt.get(row.needed("id"), ()), of.number if of else "")

        found.attempts = sorted(_read(attempts, ATTEMPTS, attempt, found), key=lambda one: one.row)
    return found


def _read(path: Path, table: Table, made_of: Callable[[Row], T], found: Read) -> list[T]:
    rows: list[T] = []
    problems = found.problems[table.name]
    count = 0
    # The limit is the whole process's; others read lists whose cells may not be as long.
    usual = csv.field_size_limit(LONGEST_CELL)
    try:
        for row in rows_of(_lines(path), table):
            count += 1
            if not isinstance(row, Row):
                problems.append(Problem(*row))
                continue
            try:
                rows.append(made_of(row))
            except BadInput as refusal:
                problems.append(Problem(row.line, refusal.sentence))
    except BadInput as refusal:
        raise Failure(Exit.USAGE, f"{path}: {refusal.sentence} Nothing was imported.") from None
    except UnicodeDecodeError:
        raise Failure(Exit.USAGE, f"{path} is not a text in UTF-8. Nothing was imported.") from None
    except OSError as error:
        raise Failure(Exit.USAGE, f"{path} can't be read: {error.strerror}. Nothing was imported.") from None
    finally:
        csv.field_size_limit(usual)
    found.rows[table.name] = count
    return rows


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from file
