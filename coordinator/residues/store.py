"""Where residue files stand: `residues/SHA256` in the data directory, each named after what it holds."""

import asyncio
import hashlib
import re
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from coordinator.files.durable import rename_durably
from coordinator.files.held import UNFINISHED
from coordinator.unavailable import Unavailable
from core.refusals import BadInput, TooLarge

MAX_BYTES = 50 * 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")

_log = structlog.get_logger(__name__)


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


class SharedFiles(Protocol):
    """Where the residue files of all nodes are. Used in threads; every call may raise `Unavailable`."""

    def put(self, path: Path, sha256: str) -> None:
        """Have what a file holds kept there."""
        ...

    def fetch(self, sha256: str, path: Path) -> bool:
        """Write the file with this content; return whether it is there, and holds that."""
        ...

    def contents(self) -> dict[str, bool]:
        """Return which contents are there, and whether each is whole."""
        ...

    def remove(self, sha256: str) -> None:
        """Keep a file no longer; where another node has taken the pen since this one did, it stays."""
        ...


class ResidueStore:
    """The residue files of one data directory.

    Args:
        data_directory: of the running coordinator.
        shared: where the files of all nodes are; None where a coordinator is alone.

    Attributes:
        settling: held while a file is kept or removed together with what the log says of it.
    """

    def __init__(self, data_directory: Path, shared: SharedFiles | None = None) -> None:
        self.shared = shared
        self.settling = asyncio.Lock()
        self.directory = residues_in(data_directory)
        self.directory.mkdir(exist_ok=True)
        for partial in self.directory.glob(f"*{UNFINISHED}"):  # an upload that a stop has interrupted
            partial.unlink()

    def path(self, sha256: str) -> Path:
        """Return where the file with this content stands."""
        return self.directory / sha256

    def passing(self) -> Path:
        """Return a name for a file that whoever writes it removes; a stop that comes before is made good at the next start."""
        return self.directory / f"{uuid.uuid4()}{UNFINISHED}"

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
        rename_durably(path, self.path(sha256))

    async def keep_for_all(self, path: Path, sha256: str) -> None:
        """Give a file its name for good, here and where the other nodes get it.

        Raises:
            Unavailable: it can't be brought there; here it is kept.
        """
        await asyncio.to_thread(self.keep, path, sha256)
        if self.shared is not None:
            await asyncio.to_thread(self.shared.put, self.path(sha256), sha256)

    async def discard_for_all(self, sha256: str) -> bool:
        """Remove the file with this content, here and where the other nodes get it; return whether there was one here."""
        there = await asyncio.to_thread(self.discard, sha256)
        if self.shared is not None:
            try:
                await asyncio.to_thread(self.shared.remove, sha256)
            except Unavailable as error:  # nobody needs it, and somebody may clear up later
                _log.warning("residue_left_in_database", sha256=sha256, reason=str(error))
        return there

    async def has(self, sha256: str) -> bool:
        """Tell whether the file with this content stands here, getting it where the other nodes' are if need be.

        Raises:
            Unavailable: nobody can look there.
        """
        if self.path(sha256).exists():
            return True
        if self.shared is None:
            return False
        with self.fresh() as path:
            if not await asyncio.to_thread(self.shared.fetch, sha256, path):
                return False
            await asyncio.to_thread(self.keep, path, sha256)
        return True

    def discard(self, sha256: str) -> bool:
        """Remove the file with this content; return whether there was one."""
        try:
            self.path(sha256).unlink()
        except FileNotFoundError:
            return False
        return True

    def contents(self) -> set[str]:
        """Return which contents stand here, or where the other nodes get them.

        Raises:
            Unavailable: nobody can look there.
        """
        return {*kept_in(self.directory), *(self.shared.contents() if self.shared is not None else ())}
