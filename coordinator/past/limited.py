"""Live files of which only what stood there at a moment of the past is to be seen.

The log only grows, and so does the list of clients, of which no copies are made: names must be erasable. A temporary
view hides what came later, under the table's own name, so that query functions need not know.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar

from coordinator.projecting.readers import Readers

P = ParamSpec("P")
T = TypeVar("T")


class LimitedReaders(Readers):
    """The connections of another pool, on which a table ends with a row of the past.

    Args:
        live: the pool; its file may be swapped at any time.
        table: that ends.
        column: an integer that grows from row to row, its primary key.
        last: the greatest value to be seen.
    """

    def __init__(self, live: Readers, table: str, column: str, last: int) -> None:
        super().__init__(live.path)
        self._live = live
        self._table = table
        self._rows = f"SELECT * FROM main.{table} WHERE {column} <= {last}"

    async def query(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a query function of the projections floor on what there was."""

        def limited(connection: sqlite3.Connection) -> T:
            with self._hidden(connection):
                return function(connection, *args, **kwargs)

        return await self._live.query(limited)

    async def read_through(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function that reads for long."""
        return await self.query(function)

    def companion(self, make: Callable[[Readers], T]) -> T:
        """Return what is made of what there was, anew for each who asks.

        Kept, it would be in memory as often as there are moments that somebody looked at, with names that were forgotten since.
        """
        return make(self)

    @contextmanager
    def _hidden(self, connection: sqlite3.Connection) -> Iterator[None]:
        connection.execute("PRAGMA query_only = OFF")
        connection.execute(f"CREATE TEMP VIEW {self._table} AS {self._rows}")
        connection.execute("PRAGMA query_only = ON")
        try:
            yield
        finally:
            connection.execute("PRAGMA query_only = OFF")
            connection.execute(f"DROP VIEW temp.{self._table}")
            connection.execute("PRAGMA query_only = ON")
