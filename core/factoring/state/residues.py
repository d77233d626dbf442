"""The state that decisions about residue files need."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from core.factoring.mathematics.curves.bounds import Bounds


class WantedResidue(Struct, frozen=True, gc=False):
    """Of which residue files a client is willing to run the stage 2; digits, priority, target and project are the number's."""

    min_digits: int = 0
    max_digits: int = 10**9
    min_priority: int = -(2**31)
    min_target_milli: int = 0
    max_target_milli: int = 10**9
    min_b1: int = 0
    max_b1: int = 2**63 - 1
    project: str = ""


class ResidueFile(Struct, frozen=True, gc=False):
    """A residue file as it stands; see `ResiduesUploaded` for what is not said here.

    Attributes:
        uploaded_at: microseconds UTC.
        position: of the event that brought it here.
        claim: the live lease on it; empty when nobody holds it.
        completed_by: the report that ended its stage 2; 0 while that is not done.
        completed_at: microseconds UTC; None while that is not done.
        removed: whether the file itself is gone.
    """

    residue: int
    number: int
    client: int
    attempt: int
    b1: int
    param: int
    curves: int
    sha256: str
    served_sha256: str
    bytes: int
    keep_until: int
    uploaded_at: int
    position: int
    claim: str
    completed_by: int
    completed_at: int | None
    removed: bool


class Identified(Struct, frozen=True, gc=False):
    """The curves of a report that came without a sigma and were identified since, each as its param and sigma.

    Attributes:
        sigmas: those that count as the report's.
        known: those that counted already, from elsewhere.
    """

    sigmas: frozenset[tuple[int, str]] = frozenset()
    known: frozenset[tuple[int, str]] = frozenset()

    def of(self, param: int) -> frozenset[str]:
        """Return the sigmas of both that are of one parametrisation."""
        return frozenset(sigma for of, sigma in self.sigmas | self.known if of == param)


class ResidueFiles(Protocol):
    """The state that decisions need of residue files."""

    def next(self) -> int:
        """Return the id that the next file gets."""
        ...

    def get(self, residue: int) -> ResidueFile | None:
        """Return a file by its id, a removed one too."""
        ...

    def with_content(self, sha256: str) -> ResidueFile | None:
        """Return the file that came, or is handed out, with these bytes and has not been removed."""
        ...

    def sigmas(self, residue: int) -> tuple[str, ...]:
        """Return the sigmas of a file's curves, in the order of its lines."""
        ...

    def waiting(self, number: int) -> Mapping[Bounds, int]:
        """Return how many curves of a number, and of those that it divides, wait in files for their stage 2, by stage 1."""
        ...

    def skipped(self, claim: str) -> tuple[str, ...]:
        """Return the sigmas of the curves that a claim's holder was not given: their stage 2 was done before."""
        ...

    def assumed(self, numbers: Sequence[int], param: int) -> frozenset[str]:
        """Return the curves on some numbers that were taken for those that were run, without being known."""
        ...

    def free(self, wanted: WantedResidue) -> ResidueFile | None:
        """Return the first file that waits for its stage 2 and that nobody holds."""
        ...

    def claim_of(self, client: int, residue: int) -> str:
        """Return a client's newest claim on a file, live or ended; empty when it never had one."""
        ...

    def is_named(self, residue: int, attempt: int) -> bool:
        """Tell whether somebody said of a file, and nothing else keeps it, that this report was of its stage 1."""
        ...

    def identified(self, attempt: int) -> Identified:
        """Return the curves of a report that came without a sigma and were identified since."""
        ...
