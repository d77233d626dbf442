"""Standard output that loses nothing in silence, and says that it was what could not be written."""

import errno
import io
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Unwritten(OSError):  # noqa: N818 - where standard output leads to is no fault of the program
    """Standard output can't be written, as where a disk is full; of whoever has had enough of a pipe Python tells itself."""


def attentive(stream: TextIO) -> TextIO:
    """Return a stream in the place of standard output that writes all it is given, or fails as standard output.

    What Python makes under PYTHONUNBUFFERED, which images of containers set, takes no notice of how much of a text the system
    has written: where a disk fills up, the rest is lost in silence. And no error of a write says which file it was.

    Args:
        stream: standard output. It can be used as before.

    Returns:
        Another of the same encoding, flushed after each line where the given one is or has no buffer. What is no file of the
        system is returned itself.
    """
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    try:
        raw = _Told(stream.fileno(), "w", closefd=False)
    except OSError:
        return stream
    lines = stream.line_buffering or stream.write_through
    return io.TextIOWrapper(io.BufferedWriter(raw), stream.encoding, stream.errors, line_buffering=lines)


class _Told(io.FileIO):
    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise Unwritten(error.errno or errno.EIO, error.strerror) from None
