"""The shapes of what is sent over the wire about residue files."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from core.factoring.answers.residues import ResidueAnswer, ResidueWorkAnswer
from core.timestamps import to_naive_iso
from core.wording import count_of
from projections.factoring.residues.status import ListedResidue

_LARGEST_SUGGESTED_B2 = 10**13


class UploadedResidues(msgspec.Struct, frozen=True, kw_only=True):
    """A residue file that is kept; `message` names the lines that were not taken."""

    residue_id: int
    composite_id: int
    composite: str
    b1: int
    parametrization: int
    curve_count: int
    file_size_bytes: int
    expires_at: str
    message: str


class ResidueWork(msgspec.Struct, frozen=True, kw_only=True):
    """A residue file to run the stage 2 of, or nulls and the reason why there is none."""

    residue_id: int | None = None
    composite_id: int | None = None
    composite: str | None = None
    digit_length: int | None = None
    b1: int | None = None
    parametrization: int | None = None
    curve_count: int | None = None
    stage1_attempt_id: int | None = None
    download_url: str | None = None
    suggested_b2: int | None = None
    expires_at: str | None = None
    message: str


class Stage2Done(msgspec.Struct, frozen=True):
    """Which report showed that the stage 2 is done."""

    stage2_attempt_id: Annotated[int, Meta(ge=1, le=2**63 - 1)]


class CompletedResidue(msgspec.Struct, frozen=True, kw_only=True):
    """A residue file whose stage 2 is done or ended at a factor, and the t-level of its number."""

    residue_id: int
    stage1_attempt_id: int | None
    stage2_attempt_id: int
    composite_id: int
    new_t_level: float
    message: str


class ReleasedResidue(msgspec.Struct, frozen=True):
    """A residue file that others can claim."""

    residue_id: int
    status: str
    message: str


class ResidueDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A residue file; `status` is `available`, `claimed`, `completed`, or `expired` when it is not wanted any more."""

    residue_id: int
    composite_id: int
    composite: str
    client_id: str | None
    stage1_attempt_id: int | None
    b1: int
    parametrization: int
    curve_count: int
    file_size_bytes: int
    status: str
    created_at: str
    expires_at: str
    claimed_at: str | None
    claimed_by: str | None
    completed_at: str | None
    stage2_attempt_id: int | None
    sha256: str
    file_kept: bool


class ResidueSummary(msgspec.Struct, frozen=True):
    """How many residue files stand how, and how many curves wait for their stage 2."""

    total_available: int
    total_claimed: int
    total_completed: int
    total_expired: int
    total_curves_pending: int


def uploaded(answer: ResidueAnswer, attempt: int) -> UploadedResidues:
    """Describe a file that was handed in; `attempt` is what was said to be the report of its stage 1, 0 when nothing was."""
    told = _told_of_upload(answer)
    if attempt not in {0, answer.attempt}:
        told += f" Attempt {attempt} does not count as the report of its stage 1, and the file tells nothing of it."
    return UploadedResidues(
        residue_id=answer.residue,
        composite_id=answer.number,
        composite=answer.value,
        b1=answer.b1,
        parametrization=answer.param,
        curve_count=answer.curves,
        file_size_bytes=answer.bytes,
        expires_at=to_naive_iso(answer.keep_until),
        message=told,
    )


def _told_of_upload(answer: ResidueAnswer) -> str:
    if answer.outcome == "existing":
        return f"The file is known as residue file {answer.residue}; nothing was added."
    if answer.outcome == "identified":
        return (
            f"The file is known as residue file {answer.residue}; the curves of attempt {answer.attempt} that came without a"
            " sigma count by those of the file from now on."
        )
    curves = count_of(answer.curves, "curve")
    told = [f"Kept for stage 2: {curves}."]
    if answer.factored:
        told = [f"Kept: {curves}. The number is factored, and nobody is given them."]
    if answer.inferred:
        told.append(
            f"PARAM was missing ({answer.inferred} of the curves) and was put in as {answer.param}; without it stage 2"
            " would have found nothing. Run ecm with -param."
        )
    if answer.bad:
        named = "; ".join(f"line {bad.line}: {bad.fault.rstrip('.')}" for bad in answer.bad_lines)
        further = answer.bad - len(answer.bad_lines)
        told.append(f"Not taken: {named}{f'; and {further} more' if further else ''}.")
    return " ".join(told)


def work_of(answer: ResidueWorkAnswer) -> ResidueWork:
    """Describe a file that was claimed."""
    return ResidueWork(
        residue_id=answer.residue,
        composite_id=answer.number,
        composite=answer.value,
        digit_length=answer.digits,
        b1=answer.b1,
        parametrization=answer.param,
        curve_count=answer.curves,
        stage1_attempt_id=answer.attempt or None,
        download_url=f"/api/v1/residues/{answer.residue}/download",
        suggested_b2=min(100 * answer.b1, _LARGEST_SUGGESTED_B2),
        expires_at=to_naive_iso(answer.expires_at),
        message=f"Stage 2 of {count_of(answer.curves, 'curve')}.",
    )


def completed(answer: ResidueAnswer, attempt: int) -> CompletedResidue:
    """Describe a file whose stage 2 is done, or ended at a factor, as a report shows."""
    done = f"The stage 2 of {count_of(answer.curves, 'curve')} is done; stage 1 is counted with it."
    returned = "The curves that were run are credited; others can claim the file to run the rest."
    return CompletedResidue(
        residue_id=answer.residue,
        stage1_attempt_id=answer.attempt or None,
        stage2_attempt_id=answer.completed_by or attempt,
        composite_id=answer.number,
        new_t_level=answer.t_milli / 1000,
        message=returned if answer.outcome == "returned" else done,
    )


def detail_of(standing: ListedResidue, names: Mapping[int, str]) -> ResidueDetail:
    """Describe a file as it stands."""
    file = standing.file
    return ResidueDetail(
        residue_id=file.residue,
        composite_id=file.number,
        composite=standing.value,
        client_id=names.get(file.client),
        stage1_attempt_id=file.attempt or None,
        b1=file.b1,
        parametrization=file.param,
        curve_count=file.curves,
        file_size_bytes=file.bytes,
        status=standing.standing,
        created_at=to_naive_iso(file.uploaded_at),
        expires_at=to_naive_iso(file.keep_until),
        claimed_at=None if standing.taken_at is None else to_naive_iso(standing.taken_at),
        claimed_by=None if standing.taker is None else names.get(standing.taker),
        completed_at=None if file.completed_at is None else to_naive_iso(file.completed_at),
        stage2_attempt_id=file.completed_by or None,
        sha256=file.served_sha256,
        file_kept=not file.removed,
    )
