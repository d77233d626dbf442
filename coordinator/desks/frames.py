"""Frames: how an office and its desks write to each other, over anything that carries bytes in order.

A frame is the length of its message (u32), a number (u64), and the message in MessagePack; all numbers big-endian.
"""

import struct
from collections.abc import Iterator

MAX_BYTES = 64 * 1024 * 1024
_HEAD = struct.Struct("!IQ")


class NotFrames(Exception):  # noqa: N818 - names what was met
    """The other side writes something else."""


def frame(number: int, message: bytes) -> bytes:
    """Return a message as it is written.

    Args:
        number: of the first submission that it is about; 0 when it is about none.
        message: encoded.
    """
    return _HEAD.pack(len(message), number) + message


class Unframing:
    """Finds the frames in what arrives in pieces."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def take(self, piece: bytes) -> Iterator[tuple[int, bytes]]:
        """Take a piece, and return the numbers and messages of the frames that are whole with it.

        Raises:
            NotFrames: a frame would be longer than any is.
        """
        kept = self._kept
        kept += piece
        start, end = 0, len(kept)
        try:
            while end - start >= _HEAD.size:
                length, number = _HEAD.unpack_from(kept, start)
                if length > MAX_BYTES:
                    raise NotFrames(f"A frame of {length} bytes was announced; up to {MAX_BYTES} are accepted.")
                body = start + _HEAD.size
                if end - body < length:
                    break
                start = body + length
                yield number, bytes(kept[body:start])
        finally:
            del kept[:start]
