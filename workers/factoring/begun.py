"""Stage 1 of P-1 and P+1 as far as it was run, on disk until the run is over: it is gone on with where the same run comes again.

What is kept is the line that GMP-ECM saved, which says how far stage 1 was run; its checksum is verified before it is kept, and
again before it is used. A run comes again to this machine or to another one: what nobody has gone on with for a month
is forgotten.
"""

import time
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from core.factoring.formats.gmp_ecm.sentences import Method
from core.factoring.formats.residues.lines import read_residues
from core.refusals import BadInput
from workers.held import write_whole

_FORGOTTEN_SECONDS = 30 * 86_400


class Begun(Struct, frozen=True):
    """A stage 1 that was begun: where GMP-ECM finds it, and up to which prime it was run."""

    path: Path
    b1: int


class BegunRuns:
    """The runs that were begun, one for each number and method, in a directory that is made when it is needed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def of(self, number: str, method: Method) -> Begun | None:
        """Return how far a run on a number, in decimal, was brought; None when that is not known. What is damaged is removed."""
        path = self._path(number, method)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        b1 = _b1_of(content, number, method)
        if b1 is None:
            path.unlink(missing_ok=True)
            return None
        return Begun(path, b1)

    def keep(self, number: str, method: Method, saved: Path, beyond: int) -> bool:
        """Keep what GMP-ECM has saved, if it is of this run, and farther than so far.

        Raises:
            OSError: it can't be kept.
        """
        content = saved.read_bytes() if saved.exists() else b""
        b1 = _b1_of(content, number, method)
        if b1 is None or b1 <= beyond:
            return False
        self._directory.mkdir(parents=True, exist_ok=True)
        self._forget()
        write_whole(self._path(number, method), content)
        return True

    def discard(self, number: str, method: Method) -> None:
        """Forget a run: it is over."""
        self._path(number, method).unlink(missing_ok=True)

    def _path(self, number: str, method: Method) -> Path:
        return self._directory / f"{method}-{sha256(number.encode()).hexdigest()[:32]}.residue"

    def _forget(self) -> None:
        for path in self._directory.glob("*.residue"):
            if time.time() - path.stat().st_mtime > _FORGOTTEN_SECONDS:
                path.unlink(missing_ok=True)


def _b1_of(content: bytes, number: str, method: Method) -> int | None:
    """Return how far a saved stage 1 was run; None when there is none of this number, or its line is damaged or cut off."""
    if not content.endswith(b"\n"):
        return None
    try:
        for residue in read_residues(content.splitlines(), ceiling_digits=len(number)):
            if (residue.number, residue.method) == (number, method) and residue.checksum is not None:
                return residue.b1
    except BadInput:
        return None
    return None
