"""Facts about residue files: what stage 1 of many curves left behind, for whoever runs their stage 2."""

import msgspec
from msgspec.structs import astuple

from core.events.fact import Fact

_STREAM = "residue-"


def residue_stream(residue: int) -> str:
    """Return the stream of a residue file's events; leases on it have it as their subject."""
    return f"{_STREAM}{residue}"


def residue_of_subject(subject: str) -> int | None:
    """Return on which residue file a lease is, by its subject; None when it is on something else."""
    return int(subject.removeprefix(_STREAM)) if subject.startswith(_STREAM) else None


class BadLine(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A line that was not taken, and why."""

    line: int
    fault: str


class ResiduesUploaded(Fact, frozen=True):
    """A client handed in a residue file; the file itself stands in the data directory.

    Attributes:
        residue: its id, from 1.
        number: of which the residues are; they serve its parts as well.
        client: who handed it in, 0 for an unnamed caller.
        attempt: the report of their stage 1; 0 when it was not said.
        b1: bound of stage 1, the same for all.
        param: parametrisation, the same for all.
        curves: how many good lines it has; `ResidueCurves` says which they are.
        sha256: of the file as it came.
        served_sha256: of the file as it is kept and handed out: without bad lines, with every PARAM.
        bytes: the length of the latter.
        keep_until: when it may be removed at the earliest, if its stage 2 is done by then; microseconds UTC.
        inferred: in how many lines PARAM was missing and was put in.
        bad: how many lines were not taken.
        bad_lines: the first of those.
    """

    type = "factoring.residues_uploaded.v1"
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
    inferred: int
    bad: int
    bad_lines: tuple[BadLine, ...]


class ResidueCurvesBefore(Fact, frozen=True):
    """The sigmas of a residue file, from before their checksums were kept."""

    type = "factoring.residue_curves.v1"
    residue: int
    offset: int
    sigmas: tuple[str, ...]


class ResidueCurves(Fact, frozen=True):
    """The curves of a residue file, in the order of its lines; a long file takes several of these.

    Attributes:
        residue: which file.
        offset: how many stand before these.
        sigmas: in decimal.
        checksums: of the state after stage 1, for each sigma; None where the program writes none, or the report of their
            stage 1 tells the same. Empty when they were not kept yet.
    """

    type = "factoring.residue_curves.v2"
    residue: int
    offset: int
    sigmas: tuple[str, ...]
    checksums: tuple[int | None, ...]


def without_checksums(old: ResidueCurvesBefore) -> ResidueCurves:
    """Read curves from before their checksums were kept."""
    return ResidueCurves(residue=old.residue, offset=old.offset, sigmas=old.sigmas, checksums=())


class StageOneNamed(Fact, frozen=True):
    """Somebody said which report was of the stage 1 of a residue file; kept where nothing else of what he said does.

    So it is when that report does not count just then, or is named only when the file comes once more. By itself it changes
    nothing; a correction decides by it again what the file tells of curves.
    """

    type = "factoring.residue_stage_1_named.v1"
    residue: int
    attempt: int


class CurvesIdentifiedBefore(Fact, frozen=True):
    """`CurvesIdentified` as it was before it told which of the curves counted already."""

    type = "factoring.curves_identified.v1"
    attempt: int
    number: int
    residue: int
    b1: int
    b2: int
    param: int
    was_param: int
    sigmas: tuple[str, ...]


class CurvesIdentified(Fact, frozen=True):
    """Curves of a report that counted without a sigma turned out to be these; from now on they count by identity.

    Attributes:
        attempt: the report.
        number: on which they were run.
        residue: the file that tells.
        b1: bound of stage 1.
        b2: -1 for GMP-ECM's default, 0 for stage 1 only.
        param: parametrisation, as the file says.
        was_param: as the report said.
        sigmas: of the curves.
        known: sigmas of further ones, which count already from elsewhere.
        anonymous: how many curves of the report no longer count without identity.
    """

    type = "factoring.curves_identified.v2"
    attempt: int
    number: int
    residue: int
    b1: int
    b2: int
    param: int
    was_param: int
    sigmas: tuple[str, ...]
    known: tuple[str, ...]
    anonymous: int


def of_none_known(old: CurvesIdentifiedBefore) -> CurvesIdentified:
    """Read which curves were identified from before it was told that others counted already."""
    return CurvesIdentified(*astuple(old), known=(), anonymous=len(old.sigmas))  # type: ignore[misc] # so many fields are there


class ResidueClaimed(Fact, frozen=True):
    """A client takes on the stage 2 of a residue file; the lease of the same id says for how long."""

    type = "factoring.residue_claimed.v1"
    residue: int
    claim: str
    client: int


class ResidueCurvesSkipped(Fact, frozen=True):
    """Curves of a file that the holder of a claim is not given: their stage 2 was done before; many take several of these.

    Attributes:
        residue: which file.
        claim: the claim.
        sigmas: in decimal.
    """

    type = "factoring.residue_curves_skipped.v1"
    residue: int
    claim: str
    sigmas: tuple[str, ...]


class CurvesAssumed(Fact, frozen=True):
    """Curves of a report that are taken for those that were run: as many were, and nothing shows which of a file's they were.

    Attributes:
        attempt: the report.
        number: on which they were run.
        param: parametrisation.
        sigmas: in decimal.
    """

    type = "factoring.curves_assumed.v1"
    attempt: int
    number: int
    param: int
    sigmas: tuple[str, ...]


class ResidueCompleted(Fact, frozen=True):
    """The stage 2 of every curve of a residue file is done; `attempt` is the report that ended it."""

    type = "factoring.residue_completed.v1"
    residue: int
    attempt: int


class ResidueRemoved(Fact, frozen=True):
    """A residue file is kept no longer."""

    type = "factoring.residue_removed.v1"
    residue: int
    reason: str


class ResidueIdsGivenOut(Fact, frozen=True):
    """So far have ids of residue files been given out; recorded with a correction, as `IdsGivenOut` is."""

    type = "factoring.residue_ids_given_out.v1"
    residue: int


FACTS = (
    ResiduesUploaded,
    ResidueCurvesBefore,
    ResidueCurves,
    StageOneNamed,
    CurvesIdentifiedBefore,
    CurvesIdentified,
    CurvesAssumed,
    ResidueClaimed,
    ResidueCurvesSkipped,
    ResidueCompleted,
    ResidueRemoved,
    ResidueIdsGivenOut,
)
