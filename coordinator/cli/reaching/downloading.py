"""Downloading a log from an address, line by line; a download that broke off goes on where it stopped."""

import time
from collections.abc import Generator
from urllib.parse import urlsplit

from coordinator.auditing.importing import EXPORTED_AT
from coordinator.cli.ending import Exit, Failure
from coordinator.cli.reaching.wire import Broken, Coordinator
from coordinator.log.ndjson import NotALine, read_header

_ATTEMPTS = 5
"""In a row without a further event."""
_PAUSE_SECONDS = 1.0


def is_address(text: str) -> bool:
    """Tell an address from the name of a file."""
    return urlsplit(text).scheme in {"http", "https"}


class TakenLog:
    """The export at an address, read as a file would be.

    Args:
        url: of a coordinator, with or without a slash, or with one where it has a path of its own; of its log; or of an
            export that somebody serves, which can't be resumed.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._path = (
            parts.path if parts.path.strip("/") and parts.path[-1] != "/" else parts.path.rstrip("/") + EXPORTED_AT
        )
        self._query = f"?{parts.query}" if parts.query else ""
        self._resumable = self._path.endswith(EXPORTED_AT) and not self._query
        self._there = Coordinator(f"{parts.scheme}://{parts.netloc}")
        self._lines = self._read()

    def readline(self, _longest: int = -1, /) -> bytes:
        """Return the next line, nothing at the end.

        Raises:
            Failure: nobody answers, or the answer is an error, or it breaks off again and again.
        """
        return next(self._lines, b"")

    def close(self) -> None:
        """Go away from there."""
        self._lines.close()
        self._there.close()

    def _read(self) -> Generator[bytes, None, None]:
        """Yield the header, and every event once, however often the way breaks off."""
        query, taken, end, attempts = self._query, 0, None, 0
        while attempts < _ATTEMPTS:
            before = taken
            try:
                with self._there.lines(self._path + query) as lines:
                    if end is None:
                        header = next(lines, b"")
                        end = _end_in(header)
                        yield header
                    for line in lines:
                        taken += 1
                        yield line
            except Broken as broken:
                if end is None:
                    raise Failure(Exit.UNREACHABLE, str(broken)) from None
            if end is None or taken >= end or not self._resumable:
                return
            attempts = attempts + 1 if taken == before else 0
            query = f"?from={taken + 1}&upto={end}"
            time.sleep(_PAUSE_SECONDS if attempts else 0)
        raise Failure(
            Exit.UNREACHABLE,
            f"The log broke off at event {taken} of {end}, {_ATTEMPTS} times in a row; try again later.",
        )


def _end_in(header: bytes) -> int:
    """Return how many events a header promises; none where it is no header, which whoever reads it says."""
    try:
        return read_header(header).position
    except NotALine:
        return 0
