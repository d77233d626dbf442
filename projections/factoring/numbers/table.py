"""The table of numbers: each exists once, by value, with the effort that counts for it."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import TypeVar

from core.factoring.mathematics.curves.parametrisation import fastest_param
from core.factoring.mathematics.levels import effort
from core.factoring.state.numbers import Number, Wanted
from projections.factoring.numbers.ahead import Ahead, promise_of
from projections.factoring.numbers.held import Held, held_of
from projections.factoring.numbers.ordering import (
    WITH_RESIDUES,
    bounds_of,
    first_narrowed,
    fits,
    free_numbers,
    rank_columns,
    select,
)
from projections.factoring.numbers.pairs import pairs_of
from projections.runtime.rows import columns_of, insert_named, insert_rows, row_of, rows_among

SCHEMA = """
CREATE TABLE numbers (
    number INTEGER PRIMARY KEY,
    value TEXT NOT NULL UNIQUE,
    expression TEXT NOT NULL,
    digits INTEGER NOT NULL,
    primality TEXT NOT NULL,       -- composite, proven, probable
    status TEXT NOT NULL,          -- open, finished, prime, split, factored
    target_milli INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    t_milli INTEGER NOT NULL,
    effort BLOB NOT NULL,          -- lanes of 128 bits, little-endian; see core.factoring.mathematics.levels.effort
    cpu_milliseconds INTEGER NOT NULL,
    leases INTEGER NOT NULL,       -- how many are live
    submitted INTEGER NOT NULL,    -- position of the event that brought it here
    exclusive INTEGER NOT NULL,    -- how many of the leases allow nobody else a share
    shelf TEXT NOT NULL,           -- inactive, complete, deleted; empty when it is assigned
    name TEXT NOT NULL,            -- under which people know it; may be empty
    charged_microseconds INTEGER NOT NULL, -- spent on it, and what was declared of work elsewhere at its nominal cost
    promise INTEGER NOT NULL,      -- the most finds for a CPU-second that curves promise, 2^-48; see ...mathematics.choice
    minus_one_b1 INTEGER NOT NULL, -- to which P-1 was run on it, or on what it divides; 0 for none
    plus_one_b1 INTEGER NOT NULL,  -- and P+1
    param INTEGER NOT NULL,        -- parametrisation of the curves that are handed out on it
    pairs_low INTEGER NOT NULL,    -- which digits stand in it, and which two in a row; see pairs.py
    pairs_high INTEGER NOT NULL,
    distance INTEGER NOT NULL GENERATED ALWAYS AS (target_milli - t_milli) VIRTUAL
) STRICT;
CREATE INDEX numbers_by_expression ON numbers (expression) WHERE expression <> '';
CREATE INDEX numbers_by_name ON numbers (name) WHERE name <> '';
-- What lists and counts look at, without the effort: a row of the table takes two kilobytes, one of this a fiftieth.
CREATE INDEX in_brief ON numbers
    (number, shelf, status, pairs_low, pairs_high, digits, priority, t_milli, target_milli, cpu_milliseconds, leases);
CREATE INDEX by_distance ON numbers (distance, number) WHERE status = 'open' AND shelf <> 'deleted';
CREATE INDEX probable_primes ON numbers (digits, number) WHERE primality = 'probable';
-- Whatever may be asked of a number that nobody holds stands in these, so that a look at many reads no row of the table.
CREATE INDEX free_by_yield ON numbers (priority DESC, promise DESC, number, digits, target_milli, t_milli)
    WHERE status = 'open' AND shelf = '' AND leases = 0;
CREATE INDEX free_by_size ON numbers (digits, priority DESC, promise DESC, number, target_milli, t_milli)
    WHERE status = 'open' AND shelf = '' AND leases = 0;
CREATE INDEX free_by_ladder ON numbers (priority DESC, distance, number, digits, target_milli, t_milli)
    WHERE status = 'open' AND shelf = '' AND leases = 0;
CREATE INDEX free_by_progress ON numbers (priority DESC, charged_microseconds, number, digits, target_milli, t_milli)
    WHERE status = 'open' AND shelf = '' AND leases = 0;
CREATE INDEX held ON numbers (priority DESC, distance, number, digits, exclusive)
    WHERE status = 'open' AND shelf = '' AND leases > 0;
CREATE INDEX leftovers ON numbers (priority DESC, digits, number) WHERE status = 'finished' AND shelf = '' AND leases = 0;
"""
COLUMNS = ", ".join(columns_of(Number))
_FIXED = frozenset({"number", "value", "expression", "digits", "submitted", "param"})
_COMPUTED = ("promise", "effort")
_PLAIN = [column for column in columns_of(Number) if column not in _FIXED.union(_COMPUTED)]
_plain_of = attrgetter("id", *_PLAIN)
_CHANGING = (*_PLAIN, *_COMPUTED)
_FRESH = f"WITH fresh (number, {', '.join(_CHANGING)}) AS ("
_UPDATE = (
    f") UPDATE numbers SET ({', '.join(_CHANGING)}) = ({', '.join(f'fresh.{column}' for column in _CHANGING)})"
    " FROM fresh WHERE numbers.number = fresh.number"
)
_KEPT = 4_096
_WISHES = 16
"""Of so many kinds of wishes, those that came last, it is kept which numbers are the first."""


T = TypeVar("T")


def number_of(row: tuple[object, ...]) -> Number:
    """Read a row of `COLUMNS`."""
    number = Number(*row)  # type: ignore[arg-type] # the schema is STRICT
    number.effort = effort.from_bytes(number.effort)  # type: ignore[arg-type] # a BLOB until here
    return number


def _changed_row(number: Number) -> tuple[object, ...]:
    return *_plain_of(number), promise_of(number), effort.to_bytes(number.effort)


def _new_row(number: Number) -> dict[str, object]:
    low, high = pairs_of(f"{number.value} {number.expression}")
    promise, packed = promise_of(number), effort.to_bytes(number.effort)
    return row_of(number, promise=promise, effort=packed) | {"pairs_low": low, "pairs_high": high}


class NumberTable:
    """The numbers that decisions read and events change.

    What a batch adds and changes is held here and written once, by `flush`; queries that look at more than one number
    flush first.

    Args:
        connection: to the projections file.
        rests: whether a number belongs to a project that is paused.
    """

    def __init__(self, connection: sqlite3.Connection, rests: Callable[[int], bool]) -> None:
        self._connection = connection
        self._rests = rests
        self._kept: dict[int, Number] = {}
        self._by_value: dict[str, Number] = {}
        self._added: dict[int, Number] = {}
        self._changed: dict[int, Number] = {}
        self._newest: int = connection.execute("SELECT coalesce(max(number), 0) FROM numbers").fetchone()[0]
        self._changes: list[Number] = []  # the same, one after the other as they are changed
        self._ahead: dict[Wanted, Ahead] = {}
        self._held: dict[Wanted, Held] = {}
        self._full: set[int] = set()  # numbers on which nothing more can be planned, until they change
        self._with_residues: frozenset[int] | None = None

    def get(self, number: int) -> Number | None:
        """Return a number by its id; it must not be changed but through `change`."""
        known = self._kept.get(number)
        if known is None:
            if number > self._newest:
                return None
            row = self._connection.execute(f"SELECT {COLUMNS} FROM numbers WHERE number = ?", (number,)).fetchone()
            if row is None:
                return None
            known = self._keep(number_of(row))
        return known

    def with_value(self, value: str) -> Number | None:
        """Return a number by its value in decimal."""
        known = self._by_value.get(value)
        if known is None:
            row = self._connection.execute("SELECT number FROM numbers WHERE value = ?", (value,)).fetchone()
            known = self.get(row[0]) if row else None
        return known

    def expect(self, values: Iterable[str]) -> None:
        """Look up together several numbers that are going to be asked for."""
        keys = [(value,) for value in dict.fromkeys(values) if value not in self._by_value]
        for row in rows_among(self._connection, f"SELECT {COLUMNS} FROM numbers WHERE value IN (", keys, ")"):
            self._keep(number_of(row))

    def kept(self, value: str) -> Number | None:
        """Return a number by its value if it is at hand without a look into the table."""
        return self._by_value.get(value)

    def _keep(self, number: Number) -> Number:
        self._kept[number.id] = self._by_value[number.value] = number
        return number

    def next(self) -> int:
        """Return the id that the next number gets."""
        return self._newest + 1

    def add(self, number: Number) -> None:
        """Add a new number; `write_added` or `flush` inserts it."""
        number.param = fastest_param(number.value)
        self._added[number.id] = number
        self._newest = max(self._newest, number.id)
        self.residues_changed()
        self._keep(number)

    def write_added(self) -> None:
        """Insert the new numbers as they stand: before anything is written that refers to their rows."""
        if self._added:
            insert_named(self._connection, "numbers", list(map(_new_row, self._added.values())))
            for number in self._added:
                self._changed.pop(number, None)
            self._added.clear()

    def change(self, number: int) -> Number:
        """Return a number in order to change it; `flush` writes it."""
        known = self.get(number)
        assert known is not None, f"number {number} is on record"
        self._changed[number] = known
        self._note_change(known)
        return known

    def plan_anew(self, number: int) -> None:
        """Have a number be asked about again: what is handed out that counts for it has changed."""
        known = self.get(number)
        if known is not None:
            self._note_change(known)

    def _note_change(self, number: Number) -> None:
        self._changes.append(number)
        self._full.discard(number.id)

    def flush(self) -> None:
        """Write what is new, and what has changed."""
        self.write_added()
        if self._changed:
            insert_rows(self._connection, _FRESH, list(map(_changed_row, self._changed.values())), _UPDATE)
            for looked_up in (self._ahead, self._held):
                for wanted in list(looked_up)[:-_WISHES]:
                    del looked_up[wanted]
                for wanted, following in looked_up.items():
                    self._follow(following, wanted)
                    following.followed = 0
            self._changed.clear()
            self._changes.clear()
        if len(self._kept) > _KEPT:
            self._kept.clear()
            self._by_value.clear()

    def free(self, wanted: Wanted) -> Number | None:
        """Return the first number below its target that nobody holds."""
        if (
            wanted.project or wanted.unclaimed or wanted.among
        ):  # a number joins a project without being changed, so what was looked up before may be stale
            self.flush()
            first = first_narrowed(self._connection, wanted, self._apart(wanted))
            return None if first is None else self.get(first)
        ahead = self._ahead[wanted] = self._ahead.pop(wanted, Ahead())  # so that the newest wish is the last
        self._follow(ahead, wanted)
        if ahead.is_over:
            self.flush()
            ahead.refill(free_numbers(self._connection, wanted, self._apart(wanted), ahead.many))
        return self.get(ahead.ranks[0][-1]) if ahead.ranks else None

    def _follow(self, following: Ahead | Held, wanted: Wanted) -> None:
        """Have what was looked up keep up with the numbers that have changed."""
        apart = self.with_residues() if wanted.without_residues else ()
        changed = {number.id: number for number in self._changes[following.followed :]}
        following.followed = len(self._changes)
        following.follow(changed.values(), wanted, lambda number: number in apart or self._rests(number))

    def leftover(self, wanted: Wanted) -> Number | None:
        """Return the first number at its target that nobody holds, the shortest first."""
        self.flush()
        row = self._connection.execute(
            f"SELECT number FROM numbers INDEXED BY leftovers WHERE status = 'finished' AND shelf = '' AND leases = 0"
            f" AND {fits(wanted)} ORDER BY priority DESC, digits, number LIMIT 1",
            bounds_of(wanted),
        ).fetchone()
        return self.get(row[0]) if row else None

    def with_residues(self) -> frozenset[int]:
        """Return the ids of numbers on which residues wait for their stage 2: their own, or of a number that they divide."""
        if self._with_residues is None:
            self._with_residues = frozenset(row[0] for row in self._connection.execute(WITH_RESIDUES))
        return self._with_residues

    def rests_changed(self) -> None:
        """Look up anew, when it is asked for, which numbers there are: a project was paused, or one that is was joined."""
        self._ahead.clear()
        self._held.clear()

    def residues_changed(self) -> None:
        """Look up anew, when it is asked for, on which numbers residues wait."""
        self._with_residues = None
        self._ahead.clear()
        self._held = {wanted: held for wanted, held in self._held.items() if not wanted.without_residues}

    def plans_with_residues(self, wanted: Wanted, plan: Callable[[Number], T | None]) -> Iterator[T]:
        """Return what can be planned on the numbers that nobody holds and on which residues wait, as `plans_on_held` does."""
        if self.with_residues():
            yield from self._plans(select(wanted, f"leases = 0 AND number IN ({WITH_RESIDUES})"), wanted, plan)

    def plans_on_held(self, wanted: Wanted, plan: Callable[[Number], T | None]) -> Iterator[T]:
        """Return what can be planned on the numbers below their targets that somebody holds, the first first.

        Where nothing can, which does not depend on who asks, that is remembered until something about the number changes.
        """
        if wanted.project or wanted.unclaimed or wanted.among:  # as in `free`
            yield from self._plans(self._select_held(wanted, "number"), wanted, plan)
            return
        held = self._held.pop(wanted, None) or self._read_held(wanted)
        self._held[wanted] = held  # so that the newest wish is the last
        self._follow(held, wanted)
        for number in held.each():
            planned = self._planned(number, plan)
            if planned is None:
                held.drop(number)
            else:
                yield planned

    def _read_held(self, wanted: Wanted) -> Held:
        self.flush()
        return held_of(self._connection.execute(self._select_held(wanted, rank_columns(wanted)), bounds_of(wanted)))

    def _select_held(self, wanted: Wanted, what: str) -> str:
        return select(wanted, f"leases > 0 AND exclusive = 0{self._apart(wanted)}", what=what)

    def _plans(self, statement: str, wanted: Wanted, plan: Callable[[Number], T | None]) -> Iterator[T]:
        self.flush()
        for (number,) in self._connection.execute(statement, bounds_of(wanted)):
            planned = self._planned(number, plan)
            if planned is not None:
                yield planned

    def _planned(self, number: int, plan: Callable[[Number], T | None]) -> T | None:
        """Return what can be planned on a number; that it is nothing is remembered."""
        known = None if number in self._full else self.get(number)
        planned = None if known is None else plan(known)
        if planned is None:
            self._full.add(number)
        return planned

    def _apart(self, wanted: Wanted) -> str:
        """Return the condition that no residues wait on a number, where that is wanted and some do."""
        return f" AND number NOT IN ({WITH_RESIDUES})" if wanted.without_residues and self.with_residues() else ""
