"""Commands about residue files."""

from typing import TypeAlias

from msgspec import Struct

from core.deciding import Command, Kind, Nothing
from core.factoring.answers.residues import ResidueAnswer, ResidueWorkAnswer
from core.factoring.answers.shapes import LeaseAnswer
from core.factoring.events.reports import AttemptMade, CurvesRun
from core.factoring.events.residues import BadLine
from core.factoring.state.residues import WantedResidue


class ReportedCurves(Struct, frozen=True, gc=False, tag="curves"):
    """A report of curves as it stands in the log, and where."""

    position: int
    fact: CurvesRun


class ReportedAttempt(Struct, frozen=True, gc=False, tag="attempt"):
    """A report of another attempt as it stands in the log, and where."""

    position: int
    fact: AttemptMade


class Uncounted(Struct, frozen=True, gc=False, tag="uncounted"):
    """The id of a report that does not count: it was withdrawn, or never made."""

    attempt: int


Reported: TypeAlias = ReportedCurves | ReportedAttempt
"""Two kinds, so that a command that holds one can be sent to another process: events bear no tag by which to tell them."""


def reported_at(position: int, fact: CurvesRun | AttemptMade) -> Reported:
    """Return a report as it stands in the log, and where."""
    return ReportedCurves(position, fact) if isinstance(fact, CurvesRun) else ReportedAttempt(position, fact)


class Contents(Struct, frozen=True, gc=False):
    """The contents of a residue file, as they were found.

    Attributes:
        value: the number, in decimal.
        b1: bound of stage 1.
        param: parametrisation.
        sigmas: of its curves, in the order of its lines.
        served_sha256: of the file without its bad lines and with every PARAM.
        bytes: the length of that.
        inferred: in how many lines PARAM was put in.
        bad: how many lines are bad.
        bad_lines: the first of those.
        checksums: of its residues, for each sigma, as they are served; None where the program writes none.
    """

    value: str
    b1: int
    param: int
    sigmas: tuple[str, ...]
    served_sha256: str
    bytes: int
    inferred: int
    bad: int
    bad_lines: tuple[BadLine, ...]
    checksums: tuple[int | None, ...] = ()


class UploadResidues(Command[ResidueAnswer], frozen=True):
    """Have a residue file kept for whoever runs its stage 2.

    Attributes:
        sha256: of the file as it came.
        contents: what was found in it.
        stage_1: the report of its stage 1; None when it was not said.
        keep_seconds: for how long to keep it at least, even if its stage 2 is done sooner.
    """

    context = "factoring"
    sha256: str
    contents: Contents
    stage_1: Reported | Uncounted | None
    keep_seconds: int


class ClaimResidue(Command[ResidueWorkAnswer | Nothing], frozen=True):
    """Be given a residue file to run the stage 2 of.

    Attributes:
        claim: a fresh UUID, the id of the lease.
        wanted: which file.
        lease_seconds: how long to hold it.
    """

    context = "factoring"
    hands_out = Kind("residues", "the stage 2 of residue files")
    claim: str
    wanted: WantedResidue
    lease_seconds: int


class CompleteResidue(Command[ResidueAnswer], frozen=True):
    """The stage 2 of a residue file is done, as a report shows; None when there is no such report."""

    context = "factoring"
    residue: int
    stage_2: Reported | None


class ReleaseResidue(Command[LeaseAnswer], frozen=True):
    """Hand a residue file back; others than its holder may only when `by_holder` is false."""

    context = "factoring"
    residue: int
    by_holder: bool = True
    reason: str = ""


class RemoveResidue(Command[ResidueAnswer], frozen=True):
    """Keep a residue file no longer; with `only_done`, only when nobody needs it any more and its time has come."""

    context = "factoring"
    residue: int
    reason: str
    only_done: bool = False
