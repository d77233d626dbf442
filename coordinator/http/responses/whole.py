"""Whole lists in one go, `size=all`: as CSV, of one moment, however long they are and however slowly they are taken.

The rows are read within one snapshot as fast as they come, into a file without a name, and are sent from there
meanwhile. So a list is never in memory, and no snapshot stays open while a slow client reads: the write-ahead log would
grow as long.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count, islice
from tempfile import TemporaryFile
from typing import Any, Final, TypeVar

import msgspec
from litestar import Response

from coordinator.http.caller import AnyRequest
from coordinator.http.requests.sentences import shown
from coordinator.http.responses.comma_separated import CSV
from coordinator.http.responses.streamed import Streamed
from coordinator.http.responses.tables import Kind, Tabular, Whole, as_file, form_of, header, lines
from coordinator.live.stream import Deliver
from coordinator.projecting.readers import Readers
from core.refusals import BadInput

T = TypeVar("T")

ALL: Final = "all"
_MOST = 1_000
_ROWS_AT_ONCE = 500
_LISTED_AT_ONCE = 5_000
"""Each time some lists are sorted anew."""
_BYTES_AT_ONCE = 256 * 1024


def limit_of(size: int | str) -> int | None:
    """Return how many rows are asked for, None for all.

    Raises:
        BadInput: it is no such number.
    """
    if isinstance(size, str):
        return None
    if not 1 <= size <= _MOST:
        raise BadInput(
            f"The query parameter size is {shown(size)}; a whole number from 1 to {_MOST}, or all, is accepted."
        )
    return size


def give_whole(request: AnyRequest, name: str, whole: Whole) -> Streamed:
    """Answer with all rows of a list.

    Raises:
        BadInput: it is asked for in another form than CSV.
        Unavailable: it can't be read yet.
    """
    whole.readers.check()
    if form_of(request, ("html", "json", "csv")) != "csv":
        raise BadInput("size is 'all', and the list is asked for as JSON; with size=all, format=csv is accepted.")
    answer = Streamed(partial(_deliver, whole), CSV)
    answer.headers.update(as_file(name))
    return answer


class Listing(msgspec.Struct, frozen=True):
    """A list that is shown a page at a time, and given whole to whoever asks for that.

    Attributes:
        name: of the table.
        kind: what stands in its rows.
        readers: where they are read.
        read: reads some rows, by a limit and an offset, and how many there are in all.
    """

    name: str
    kind: Kind
    readers: Readers
    read: Callable[[sqlite3.Connection, int, int], tuple[Sequence[Any], int]]

    @property
    def whole(self) -> Whole:
        """All of it."""
        return Whole(self.kind, self.readers, self._rows)

    def _rows(self, connection: sqlite3.Connection) -> Iterator[Any]:
        for offset in count(0, _LISTED_AT_ONCE):
            found, _ = self.read(connection, _LISTED_AT_ONCE, offset)
            yield from found
            if len(found) < _LISTED_AT_ONCE:
                return

    async def answer(
        self, request: AnyRequest, page: int, size: int | str, shown: Callable[[Any, int, int, int], T]
    ) -> Response[T]:
        """Answer with a page, as `shown` makes it of its rows, the total, its number and its size; or with all rows.

        Raises:
            BadInput: there is no such size, or all is asked for in another form than CSV.
        """
        limit = limit_of(size)
        if limit is None:
            return give_whole(request, self.name, self.whole)
        rows, total = await self.readers.query(self.read, limit, (page - 1) * limit)
        return Tabular(shown(rows, total, page, limit))


async def _deliver(whole: Whole, deliver: Deliver) -> None:
    loop, grown = asyncio.get_running_loop(), asyncio.Event()
    wanted, written, sent = True, 0, 0
    with TemporaryFile(buffering=0) as file:

        def read(connection: sqlite3.Connection) -> None:
            nonlocal written
            rows = iter(whole.rows(connection))
            text = header(whole.kind)
            while text and wanted:
                file.write(text)
                written += len(text)
                loop.call_soon_threadsafe(grown.set)
                text = lines(islice(rows, _ROWS_AT_ONCE))

        reading = asyncio.ensure_future(whole.readers.read_through(read))
        reading.add_done_callback(lambda _: grown.set())
        try:
            while sent < written or not reading.done():
                grown.clear()
                while sent < written:
                    piece = os.pread(file.fileno(), _BYTES_AT_ONCE, sent)
                    await deliver(piece)
                    sent += len(piece)
                if not reading.done():
                    await grown.wait()
            reading.result()
        finally:
            wanted = False
            await asyncio.wait([reading])
