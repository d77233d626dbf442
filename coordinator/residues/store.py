"""Where residue files stand: `residues/SHA256` in the data directory, each named after what it holds."""

import asyncio
import hashlib
import os
import re
import uuid
from collections.abc import AsyncIterator, Container, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import msgspec

from coordinator.durable import rename_durably
from core.refusals import BadInput, TooLarge

MAX_BYTES = 50 * 1024 * 1024
_PARTIAL = ".part"
_SHA256 = re.compile(r"[0-9a-f]{64}")


def residues_in(data_directory: Path) -> Path:
    """Return where the residue files of a data directory stand; a backup takes them along."""
    return data_directory / "residues"


def kept_in(directory: Path) -> list[str]:
    """Return the contents of the residue files in a directory, in order; what is still being written does not count."""
    return sorted(entry.name for entry in directory.glob("*") if _SHA256.fullmatch(entry.name))


class Arrived(msgspec.Struct, frozen=True):
    """A file as it came, under a name of its own until it is known to be good."""

    path: Path
    sha256: str


class ResidueStore:
    """The residue files of one data directory.

    Args:
        data_directory: of the running coordinator.

    Attributes:
        settling: held while a file is kept or removed together with what the log says of it.
    """

    def __init__(self, data_directory: Path) -> None:
        self.settling = asyncio.Lock()
        self.directory = residues_in(data_directory)
        self.directory.mkdir(exist_ok=True)
        for partial in self.directory.glob(f"*{_PARTIAL}"):  # an upload that a stop has interrupted
            partial.unlink()

    def path(self, sha256: str) -> Path:
        """Return where the file with this content stands."""
        return self.directory / sha256

    def passing(self) -> Path:
        """Return a name for a file that whoever writes it removes; a stop that comes before is made good at the next start."""
        return self.directory / f"{uuid.uuid4()}{_PARTIAL}"

    @contextmanager
    def fresh(self) -> Iterator[Path]:
        """Return a name for a file that is being written; what still bears it at the end is removed."""
        path = self.passing()
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    @asynccontextmanager
    async def arriving(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[Arrived]:
        """Write a file as it comes; it is gone at the end.

        Raises:
            BadInput: it is empty.
            TooLarge: it is longer than accepted.
        """
        digest, length = hashlib.sha256(), 0
        with self.fresh() as path:
            with path.open("wb") as file:
                async for piece in pieces:
                    length += len(piece)
                    if length > MAX_BYTES:
                        raise TooLarge(f"The file is too large; at most {MAX_BYTES} bytes are accepted.")
                    digest.update(piece)
                    await asyncio.to_thread(file.write, piece)
            if not length:
                raise BadInput("The file is empty; a file of residues, one line a curve, is accepted.")
            yield Arrived(path, digest.hexdigest())

    def keep(self, path: Path, sha256: str) -> None:
        """Give a file its name for good; it is on disk when this returns."""
        with path.open("rb") as file:
            os.fsync(file.fileno())
        rename_durably(path, self.path(sha256))

    def discard(self, sha256: str) -> bool:
        """Remove the file with this content; return whether there was one."""
        try:
            self.path(sha256).unlink()
        except FileNotFoundError:
            return False
        return True

    def orphans(self, known: Container[str]) -> list[str]:
        """Return which contents stand here that are not among those that are known, in order."""
        return [sha256 for sha256 in kept_in(self.directory) if sha256 not in known]
