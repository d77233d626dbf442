"""How a submitted number stands as a whole: what is left of it when its prime factors are divided out."""

import sqlite3
from collections.abc import Sequence

from gmpy2 import mpz
from msgspec import Struct

from core.factoring.notation.expressions import number_from
from core.factoring.state.numbers import Number
from core.refusals import BadInput
from projections.factoring.credit.attempts import attempt_by_id
from projections.factoring.credit.prior import declared
from projections.factoring.lists import catalogue
from projections.factoring.numbers.curation import snfs_difficulty
from projections.factoring.numbers.family import Family
from projections.factoring.numbers.table import COLUMNS, number_of

_COUNTED = "SELECT count(*), max(attempt) FROM attempts WHERE number IN"
_LONGEST_ID = 15
_BY_B1 = "SELECT b1, sum(curves) FROM curves_done WHERE curves > 0 AND number IN"


class NumberStatus(Struct, frozen=True):
    """A number and what is left of it.

    Attributes:
        number: as it was submitted.
        left: its composite parts, or itself; none when all parts are prime.
        current: their product, in decimal; 1 when nothing is left.
        primes: its known prime factors, each as often as it divides, in decimal, ascending.
        snfs_difficulty: in digits; None without such a form.
        prior_milli: the t-level that it is declared to have reached elsewhere, 0 for none.
    """

    number: Number
    left: list[Number]
    current: str
    primes: list[str]
    snfs_difficulty: int | None
    prior_milli: int

    @property
    def workable(self) -> Number:
        """The number whose progress counts: the part that is furthest from its target, else the number itself."""
        return max(self.left, key=lambda part: part.target_milli - part.t_milli, default=self.number)


class WorkSoFar(Struct, frozen=True):
    """The work on a number, its ancestors and its parts: how many attempts, the last of them, and curves by B1."""

    attempts: int
    newest: int | None
    by_b1: list[tuple[int, int]]


class Progress(Struct, frozen=True):
    """One number of a list by progress; `root` is what it is a part of, or itself."""

    number: Number
    root: Number
    snfs_difficulty: int | None
    projects: list[str]
    prior_milli: int


class ByProgress(Struct, frozen=True, kw_only=True):
    """Which numbers to list, the nearest to their targets first.

    Attributes:
        project: only numbers of this project.
        min_priority: at least this.
        finished_too: also those of which nothing is left.
        texts: only these, spelled as they were submitted, or parts of them; all when there are none.
        min_difficulty: digits, or the difficulty for the special number field sieve where that is less.
        max_difficulty: likewise.
        limit: how many.
    """

    project: str | None = None
    min_priority: int | None = None
    finished_too: bool = False
    texts: tuple[str, ...] = ()
    min_difficulty: float | None = None
    max_difficulty: float | None = None
    limit: int = 50


def find(connection: sqlite3.Connection, text: str, ceiling_digits: int) -> Number | None:
    """Return a number by its value or by an expression for it, however that is written; None when it is not on record."""
    text = text.strip()
    known = catalogue.number_by_text(connection, text)
    if known is None:
        try:
            known = catalogue.number_by_text(connection, number_from(text, ceiling_digits).digits())
        except BadInput:
            return None
    return None if known is None or known.shelf == "deleted" else known


def meant(connection: sqlite3.Connection, text: str, ceiling_digits: int) -> Number | None:
    """Return the number that somebody means by its value, an expression, or its id."""
    known = find(connection, text, ceiling_digits)
    text = text.strip()
    if known is None and text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID:
        known = catalogue.number_by_id(connection, int(text))
    return None if known is None or known.shelf == "deleted" else known


def standing_of(connection: sqlite3.Connection, number: Number) -> NumberStatus:
    """Return how a number stands."""
    family = (number.id, *Family(connection).descendants(number.id))
    parts = sorted(catalogue.numbers_by_id(connection, family).values(), key=lambda part: part.id)
    leaves = [part for part in parts if part.status not in {"split", "factored"}]
    rest, primes = mpz(number.value), []
    for leaf in leaves:
        if leaf.primality != "composite":
            prime = mpz(leaf.value)
            while rest % prime == 0:
                rest //= prime
                primes.append(prime)
    return NumberStatus(
        number=number,
        left=[leaf for leaf in leaves if leaf.primality == "composite"],
        current=rest.digits(),
        primes=[prime.digits() for prime in sorted(primes)],
        snfs_difficulty=snfs_difficulty(connection, number.id),
        prior_milli=declared(connection, number.id).t_milli,
    )


def left_of(connection: sqlite3.Connection, number: int) -> str:
    """Return what is left of a number when its known prime factors are divided out, in decimal; 1 for nothing."""
    return standing_of(connection, catalogue.numbers_by_id(connection, (number,))[number]).current


def known_primes(connection: sqlite3.Connection, text: str, ceiling_digits: int) -> tuple[str, ...]:
    """Return the primes that are known to divide a number, by its value or an expression; none when it is not on record."""
    number = find(connection, text, ceiling_digits)
    return () if number is None else tuple(standing_of(connection, number).primes)


def work_on(connection: sqlite3.Connection, number: int) -> WorkSoFar:
    """Return what was run towards a number's factors."""
    ancestors, descendants = catalogue.relatives_of(connection, number)
    family = (number, *ancestors, *descendants)
    marks = f"({', '.join('?' * len(family))})"
    attempts, newest = connection.execute(f"{_COUNTED} {marks}", family).fetchone()
    last = attempt_by_id(connection, newest) if newest else None
    by_b1 = connection.execute(f"{_BY_B1} {marks} GROUP BY b1 ORDER BY b1", family).fetchall()
    return WorkSoFar(attempts, last.recorded_at if last else None, by_b1)


def by_progress(connection: sqlite3.Connection, wanted: ByProgress) -> list[Progress]:
    """List numbers by how near they are to their targets, in parts of the way."""
    where, values = _conditions(wanted)
    rows = connection.execute(
        f"SELECT {COLUMNS}, difficulty FROM numbers LEFT JOIN snfs_forms USING (number) WHERE {where}"
        " ORDER BY min(t_milli * 1.0 / max(target_milli, 1), 1) DESC, priority DESC, number LIMIT ?",
        (*values, wanted.limit),
    ).fetchall()
    family = Family(connection)
    found = []
    for *row, difficulty in rows:
        number = number_of(tuple(row))
        root = _root(connection, family, number)
        form = difficulty if root is number else snfs_difficulty(connection, root.id)
        prior = declared(connection, root.id).t_milli
        found.append(Progress(number, root, form, catalogue.projects_of(connection, number.id), prior))
    return found


def _conditions(wanted: ByProgress) -> tuple[str, Sequence[object]]:
    statuses = "'open', 'finished'" + (", 'factored', 'prime'" if wanted.finished_too else "")
    conditions = [f"status IN ({statuses})", "shelf <> 'deleted'"]
    values: list[object] = []
    if wanted.finished_too:
        conditions.append(
            "(status IN ('open', 'finished') OR NOT EXISTS (SELECT 1 FROM parts WHERE part = numbers.number))"
        )
    for condition, value in (
        ("number IN (SELECT number FROM projects WHERE project = ?)", wanted.project),
        ("priority >= ?", wanted.min_priority),
        ("min(digits, coalesce(difficulty, digits)) >= ?", wanted.min_difficulty),
        ("min(digits, coalesce(difficulty, digits)) <= ?", wanted.max_difficulty),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if wanted.texts:
        marks = ", ".join("?" * len(wanted.texts))
        conditions.append(
            f"number IN (WITH RECURSIVE one(number) AS (SELECT number FROM numbers WHERE value IN ({marks})"
            f" UNION SELECT number FROM numbers WHERE expression <> '' AND expression IN ({marks})"
            " UNION SELECT part FROM parts JOIN one USING (number)) SELECT number FROM one)"
        )
        values += [*wanted.texts, *wanted.texts]
    return " AND ".join(conditions), values


def _root(connection: sqlite3.Connection, family: Family, number: Number) -> Number:
    """Return the number that this one is a part of in the end; of several, the one with the least id."""
    ancestors = [one for one in family.ancestors(number.id) if not family.parents(one)]
    return catalogue.number_by_id(connection, ancestors[0]) or number if ancestors else number
