"""Algebraic forms of the numbers that were handed in, by which a factor of one is looked for in others."""

import sqlite3
from collections.abc import Iterable

from core.factoring.events.numbers import CompositeSubmitted
from core.factoring.notation.forms import Form, LucasSequence, form_of

SCHEMA = """
CREATE TABLE forms (
    number INTEGER PRIMARY KEY,
    p INTEGER NOT NULL,            -- the number divides a term of the Lucas sequence U(p, q)
    q INTEGER NOT NULL,
    term INTEGER NOT NULL          -- the index of that
) STRICT;
CREATE INDEX forms_by_sequence ON forms (p, q, term, number);
"""


class FormTable:
    """The forms in one projections file; those of a sequence that was asked for are held in memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._by_sequence: dict[LucasSequence, dict[int, list[int]]] = {}

    def add(self, fact: CompositeSubmitted) -> None:
        """Note the form of a number that was handed in, if it is a composite that has one."""
        form = form_of(fact.expression, fact.value) if fact.primality == "composite" else None
        if form is not None:
            sequence = form.sequence
            row = (fact.number, sequence.p, sequence.q, form.index)
            self._connection.execute("INSERT INTO forms VALUES (?, ?, ?, ?)", row)
            if sequence in self._by_sequence:
                self._by_sequence[sequence].setdefault(form.index, []).append(fact.number)

    def of(self, numbers: Iterable[int]) -> list[Form]:
        """Return the forms that some numbers have."""
        found = [
            self._connection.execute("SELECT p, q, term FROM forms WHERE number = ?", (number,)).fetchone()
            for number in numbers
        ]
        return [Form(LucasSequence(p, q), term) for p, q, term in filter(None, found)]

    def numbers_of(self, sequence: LucasSequence) -> dict[int, list[int]]:
        """Return the numbers of a sequence by their indices; it must not be changed."""
        if sequence not in self._by_sequence:
            kept = self._by_sequence[sequence] = {}
            for term, number in self._connection.execute(
                "SELECT term, number FROM forms WHERE p = ? AND q = ? ORDER BY term, number", (sequence.p, sequence.q)
            ):
                kept.setdefault(term, []).append(number)
        return self._by_sequence[sequence]
