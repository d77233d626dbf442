"""Projections files packed with Zstandard, which leaves a fifth of them; what one holds is known before it is unpacked.

A packed file begins with a frame that Zstandard passes over, in which its mark stands. `zstd -d` makes the SQLite file of it.
"""

import shutil
import sqlite3
import struct
import sys
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import msgspec

from coordinator.files.databases import uri_for_reading
from coordinator.log.sqlite import UNREADABLE
from coordinator.projecting.damage import is_blameless
from projections.runtime import checkpoint

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACKED = ".zst"
_OPTIONS: dict[int, int] = {zstd.CompressionParameter.compression_level: 3, zstd.CompressionParameter.checksum_flag: 1}
_PASSED_OVER = 0x184D2A50  # the magic number of a skippable frame; its size follows (RFC 8878, section 3.1.2)
_FRAME = struct.Struct("<II")
_LONGEST_MARK = 1_000


class Spoilt(Exception):  # noqa: N818 - names what was met
    """A file is cut, or does not hold what it should; says in which way."""


class Mark(msgspec.Struct, frozen=True):
    """The state of the log that a projections file holds.

    Attributes:
        version: of the projection that built it, None when it is so old that it has none.
        position: of the last event that is folded into it.
        hash: of that event.
        corrected: position of the newest correction that it takes into account.
        stopped: whether one of its views, or the state, has stopped.
    """

    version: int | None
    position: int
    hash: bytes
    corrected: int
    stopped: bool


def mark_of(path: Path) -> Mark:
    """Return what a file holds, packed or not.

    Raises:
        Spoilt: it is damaged.
        FileNotFoundError: it is not there.
        OSError, sqlite3.Error: it can't be read.
    """
    if path.suffix == PACKED:
        with path.open("rb") as file:
            return _mark_before(file)
    path.stat()
    try:
        with closing(sqlite3.connect(uri_for_reading(path), uri=True)) as connection:
            version, head = checkpoint.version(connection), checkpoint.read(connection)
            corrected, stopped = checkpoint.corrected(connection), bool(checkpoint.degraded(connection))
    except UNREADABLE as error:
        if is_blameless(error):
            raise
        raise Spoilt(str(error)) from error
    return Mark(version, head.position, head.hash, corrected, stopped)


def _mark_before(file: BinaryIO) -> Mark:
    """Read the mark, at which a packed file begins."""
    try:
        magic, size = _FRAME.unpack(file.read(_FRAME.size))
        if magic == _PASSED_OVER and size <= _LONGEST_MARK:
            return msgspec.json.decode(file.read(size), type=Mark)
    except (struct.error, msgspec.DecodeError) as error:
        raise Spoilt(f"it does not say what it holds: {error}") from error
    raise Spoilt("it does not begin with what it holds")


def pack(source: Path, target: Path) -> None:
    """Write a projections file packed.

    Raises:
        OSError: there is no room, or it can't be read or written.
    """
    mark = msgspec.json.encode(mark_of(source))
    with source.open("rb") as whole, target.open("wb") as file:
        file.write(_FRAME.pack(_PASSED_OVER, len(mark)) + mark)
        with zstd.open(file, "wb", options=_OPTIONS) as packed:
            shutil.copyfileobj(whole, packed)


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file, unpacked.

    Raises:
        Spoilt: it is damaged, or cut.
        OSError: there is no room, or it can't be read or written.
    """
    if source.suffix != PACKED:
        shutil.copyfile(source, target)
        return
    with source.open("rb") as file, target.open("wb") as whole:
        mark = _mark_before(file)
        try:
            with zstd.open(file) as packed:
                shutil.copyfileobj(packed, whole)
        except (zstd.ZstdError, EOFError) as error:
            raise Spoilt(str(error)) from error
    if mark_of(target) != mark:
        raise Spoilt("it holds something else than it says")
