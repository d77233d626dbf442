"""Algebraic forms of the numbers that were handed in, by which a factor of one is looked for in others."""

import sqlite3
from collections.abc import Iterable

from core.factoring.events import CompositeSubmitted
from core.factoring.formats.forms import Form, form_of

SCHEMA = """
CREATE TABLE forms (
    number INTEGER PRIMARY KEY,
    base INTEGER NOT NULL,         -- the number divides base^exponent - 1
    exponent INTEGER NOT NULL
) STRICT;
CREATE INDEX forms_by_base ON forms (base, exponent, number);
"""


class FormTable:
    """The forms in one projections file; those of a base that was asked for are held in memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._by_base: dict[int, dict[int, list[int]]] = {}

    def add(self, fact: CompositeSubmitted) -> None:
        """Note the form of a number that was handed in, if it is a composite that has one."""
        form = form_of(fact.expression, fact.value) if fact.primality == "composite" else None
        if form is not None:
            row = (fact.number, form.base, form.exponent)
            self._connection.execute("INSERT INTO forms VALUES (?, ?, ?)", row)
            if form.base in self._by_base:
                self._by_base[form.base].setdefault(form.exponent, []).append(fact.number)

    def of(self, numbers: Iterable[int]) -> list[Form]:
        """Return the forms that some numbers have."""
        found = [
            self._connection.execute("SELECT base, exponent FROM forms WHERE number = ?", (number,)).fetchone()
            for number in numbers
        ]
        return [Form(*row) for row in found if row is not None]

    def exponents_of(self, base: int) -> dict[int, list[int]]:
        """Return the numbers of a base by their exponents; it must not be changed."""
        if base not in self._by_base:
            kept = self._by_base[base] = {}
            for exponent, number in self._connection.execute(
                "SELECT exponent, number FROM forms WHERE base = ? ORDER BY exponent, number", (base,)
            ):
                kept.setdefault(exponent, []).append(number)
        return self._by_base[base]
