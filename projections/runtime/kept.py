"""Rows of a table held in memory: found there or read from the table, changed there, and written together."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row")


class Kept(Generic[Key, Row]):
    """The rows of one table by their keys.

    Args:
        read: finds a row in the table by its key, None when there is none.
        write: writes changed rows over those of the table; they come in the order of their keys, which is how a table is
            written in the fewest steps.
        most: `flush` forgets the rows when there are more than this.
    """

    def __init__(self, read: Callable[[Key], Row | None], write: Callable[[Sequence[Row]], None], most: int) -> None:
        self._read = read
        self._write = write
        self._most = most
        self._rows: dict[Key, Row] = {}
        self._changed: dict[Any, Row] = {}
        self.at_hand = self._rows.get

    def get(self, key: Key) -> Row | None:
        """Return a row, None when there is none."""
        row = self._rows.get(key)
        if row is None:
            row = self._read(key)
            if row is not None:
                self._rows[key] = row
        return row

    def sure(self, key: Key) -> Row:
        """Return a row that there is."""
        row = self.get(key)
        assert row is not None, f"{key} is on record"
        return row

    def put(self, key: Key, row: Row) -> Row:
        """Add a row, or put it in the place of the one with its key; `flush` writes it."""
        self._rows[key] = self._changed[key] = row
        return row

    def flush(self) -> None:
        """Write what has changed."""
        if self._changed:
            self._write([self._changed[key] for key in sorted(self._changed)])
            self._changed.clear()
        if len(self._rows) > self._most:
            self._rows.clear()
