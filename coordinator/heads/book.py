"""The heads that were signed, in a file that only grows: one a line, in the order of their positions.

Whoever looks one up halves the file, so that neither memory nor time grows with it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from coordinator.files.durable import write_at
from core.events.heads import HEAD_FORMAT, SignedHead
from core.wording import fault_of, shortened

FILE = "heads.ndjson"
_LONGEST_LINE = 1024
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(SignedHead).decode


class NotAHead(ValueError):  # noqa: N818 - names what was met
    """The text is not a signed head; says why."""


def read_head(line: bytes) -> SignedHead:
    """Read a head.

    Raises:
        NotAHead: it is none, or of a format that this version does not read.
    """
    try:
        head = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NotAHead(f"This is not a signed head: {fault_of(error)}.") from error
    if head.format != HEAD_FORMAT:
        raise NotAHead(f"The head has the format {shortened(head.format)!r}, and this version reads {HEAD_FORMAT!r}.")
    return head


def line_of(head: SignedHead) -> bytes:
    """Write a head as it stands in the file."""
    return _encode(head) + b"\n"


class HeadBook:
    """The file; it is made when it is not there, unless it is only read.

    Args:
        path: the file.
        read_only: look at it beside the one who writes it.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._file = os.open(path, os.O_RDONLY if read_only else os.O_RDWR | os.O_CREAT, 0o644)
        self._end = self._end_of_the_last_line()

    def _end_of_the_last_line(self) -> int:
        """Return where a line that was written to its end ends; what follows was cut off by a crash."""
        size = os.fstat(self._file).st_size
        start = max(0, size - _LONGEST_LINE)
        return start + os.pread(self._file, _LONGEST_LINE, start).rfind(b"\n") + 1

    def add(self, head: SignedHead) -> None:
        """Write down the newest head; it is on disk when this returns.

        Raises:
            OSError: the disk is full, or can't be written; the head is not in the file.
        """
        line = line_of(head)
        os.ftruncate(self._file, self._end)  # a crash or a full disk may have left part of a line
        write_at(self._file, line, self._end)
        os.fsync(self._file)
        self._end += len(line)

    def newest(self) -> SignedHead | None:
        """Return the newest head, None when none was signed yet.

        Raises:
            NotAHead: the file is damaged there; so do the other functions.
        """
        if not self._end:
            return None
        return read_head(self._line(self._start_of_line(self._end - 1)))

    def at(self, position: int) -> SignedHead | None:
        """Return the head that was signed at a position."""
        found = next(self.after(position - 1), None)
        return found if found is not None and found.position == position else None

    def after(self, position: int) -> Iterator[SignedHead]:
        """Yield the heads at later positions, in their order."""
        start = self._first_after(position)
        while start < self._end:
            line = self._line(start)
            yield read_head(line)
            start += len(line)

    def _first_after(self, position: int) -> int:
        """Return where the first line about a later position begins; the end of the file when there is none."""
        low, high = 0, self._end
        while low < high:
            start = self._start_of_line((low + high) // 2)
            line = self._line(start)
            if read_head(line).position <= position:
                low = start + len(line)
            else:
                high = start
        return low

    def _start_of_line(self, offset: int) -> int:
        """Return where the line begins in which a byte stands."""
        start = max(0, offset - _LONGEST_LINE)
        return start + os.pread(self._file, offset - start, start).rfind(b"\n") + 1

    def _line(self, start: int) -> bytes:
        return os.pread(self._file, _LONGEST_LINE, start).partition(b"\n")[0] + b"\n"

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
