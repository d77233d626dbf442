"""Which number is a part of which: a DAG, for a part may have been known before, or come of two numbers."""

import sqlite3
from collections.abc import Sequence

from projections.runtime.rows import rows_among

SCHEMA = """
CREATE TABLE parts (
    number INTEGER NOT NULL,
    part INTEGER NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (number, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX parts_by_part ON parts (part, number);
"""


class Family:
    """Ancestors and descendants of numbers; most have neither, which is remembered."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._ancestors: dict[int, tuple[int, ...]] = {}
        self._descendants: dict[int, tuple[int, ...]] = {}

    def add(self, number: int, part: int, times: int) -> None:
        """Record a part."""
        self._connection.execute("INSERT OR IGNORE INTO parts VALUES (?, ?, ?)", (number, part, times))
        self._ancestors.clear()
        self._descendants.clear()

    def expect(self, numbers: Sequence[int]) -> None:
        """Look up together which of several numbers have no relatives at all."""
        unknown = [number for number in numbers if number not in self._ancestors or number not in self._descendants]
        for memory, column in ((self._descendants, "number"), (self._ancestors, "part")):
            keys = [(number,) for number in unknown if number not in memory]
            related = {
                row[0]
                for row in rows_among(self._connection, f"SELECT {column} FROM parts WHERE {column} IN (", keys, ")")
            }
            for (number,) in keys:
                if number not in related:
                    self._remember(memory, number, ())

    def parts(self, number: int) -> list[int]:
        """Return the parts that a number was split into, by id."""
        return self._column("SELECT part FROM parts WHERE number = ? ORDER BY part", number)

    def parents(self, number: int) -> list[int]:
        """Return the numbers that were split into this one among others, by id."""
        return self._column("SELECT number FROM parts WHERE part = ? ORDER BY number", number)

    def ancestors(self, number: int) -> tuple[int, ...]:
        """Return every number that this one divides as a part, however far up, by id."""
        known = self._ancestors.get(number)
        if known is None:
            known = self._remember(self._ancestors, number, self._closure(number, upward=True))
        return known

    def descendants(self, number: int) -> tuple[int, ...]:
        """Return the parts of a number, and their parts, however far down, by id."""
        known = self._descendants.get(number)
        if known is None:
            known = self._remember(self._descendants, number, self._closure(number, upward=False))
        return known

    def parts_only_of(self, number: int) -> set[int]:
        """Return the parts of a number, however far down, that are parts of nothing else."""
        own = {number}
        pending = self.parts(number)
        while pending:
            part = pending.pop()
            if part not in own and own.issuperset(self.parents(part)):
                own.add(part)
                pending += self.parts(part)
        return own - {number}

    def _column(self, statement: str, number: int) -> list[int]:
        return [row[0] for row in self._connection.execute(statement, (number,))]

    def _closure(self, number: int, *, upward: bool) -> tuple[int, ...]:
        step = self.parents if upward else self.parts
        seen: set[int] = set()
        pending = step(number)
        while pending:
            one = pending.pop()
            if one not in seen:
                seen.add(one)
                pending += step(one)
        return tuple(sorted(seen))

    @staticmethod
    def _remember(memory: dict[int, tuple[int, ...]], number: int, relatives: tuple[int, ...]) -> tuple[int, ...]:
        if len(memory) > 100_000:
            memory.clear()
        memory[number] = relatives
        return relatives
