"""Checking a residue file line by line; it runs in a child process and keeps nothing of the file in memory."""

import hashlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import IO

from core.encodings import encoding_of
from core.factoring.commands.residues import Contents
from core.factoring.formats.residues.sifting import Sieve
from core.refusals import BadInput

_LONGEST_LINE = 1024 * 1024
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf": "7-Zip",
}
"""What the files of packing programs begin with."""


def check(source: Path, target: Path, ceiling_digits: int, told_b1: int | None) -> Contents:
    """Read a residue file, and write what is kept of it.

    Args:
        source: the file as it came.
        target: where to write.
        ceiling_digits: the most digits that a number may have.
        told_b1: bound of stage 1, for files of Prime95.

    Raises:
        BadInput: nothing of it can be kept.
    """
    sieve = Sieve(ceiling_digits, told_b1)
    digest, length = hashlib.sha256(), 0
    with source.open("rb") as file, target.open("wb") as kept:
        for line in sieve.sift(lines_of(file)):
            digest.update(line)
            length += kept.write(line)
    return Contents(
        value=sieve.value,
        b1=sieve.b1,
        param=sieve.param,
        sigmas=tuple(sieve.sigmas),
        served_sha256=digest.hexdigest(),
        bytes=length,
        inferred=sieve.inferred,
        bad=sieve.bad,
        bad_lines=tuple(sieve.bad_lines),
        checksums=tuple(sieve.checksums),
    )


def lines_of(file: IO[bytes]) -> Iterator[bytes]:
    """Return the lines of a residue file in UTF-8; one without an end comes in pieces, of which none is a residue.

    Files that PowerShell has joined are in UTF-16, which GMP-ECM could not resume.

    Raises:
        BadInput: it was packed, by its first bytes.
    """
    first = file.readline(_LONGEST_LINE)
    for packed, program in _PACKED.items():
        if first.startswith(packed):
            raise BadInput(f"The file was packed by {program}; a file of residues is accepted as GMP-ECM writes it.")
    if (encoding := encoding_of(first)) != "utf-8":
        file.seek(0)
        text = TextIOWrapper(file, encoding, errors="replace", newline="\n")
        while joined := text.readline(_LONGEST_LINE):
            yield joined.encode()
        return
    if first := first.removeprefix(BOM_UTF8):
        yield first
    while line := file.readline(_LONGEST_LINE):
        yield line
