"""Residue files between stage 1 and stage 2."""

from msgspec.structs import replace

from core.factoring.commands.residues import (
    ClaimResidue,
    CompleteResidue,
    Contents,
    ReleaseResidue,
    RemoveResidue,
    Uncounted,
    UploadResidues,
)
from core.factoring.state.residues import WantedResidue
from tests.twins.steps.step import LEASE_SECONDS, Step, name_of


class Upload(Step, frozen=True):
    """Hand in residues of stage 1, of a report or of none; or once more what another step handed in."""

    value: int
    b1: int
    sigmas: tuple[str, ...]
    of: int | None = None
    again: int | None = None

    def command(self, here):
        told = here.index if self.again is None else self.again
        contents = Contents(
            value=str(here.nearest(self.value)),
            b1=self.b1,
            param=1,
            sigmas=self.sigmas,
            served_sha256=f"{told:064x}",
            bytes=100,
            inferred=0,
            bad=0,
            bad_lines=(),
        )
        stage_1 = None
        if self.of is not None:
            stage_1 = here.reported(self.of) or Uncounted(here.answer(self.of).attempt)
        return UploadResidues(sha256=f"{told:064x}", contents=contents, stage_1=stage_1, keep_seconds=1)

    def without(self, gone, _own):
        return replace(self, of=None) if self.of is not None and gone.get(self.of) == frozenset() else self


class ClaimFile(Step, frozen=True):
    """Be given the residue file that a step handed in."""

    of: int

    def command(self, here):
        b1 = here.sent(self.of).b1
        wanted = WantedResidue(min_b1=b1, max_b1=b1)
        return ClaimResidue(claim=name_of(here.index), wanted=wanted, lease_seconds=LEASE_SECONDS)


class File(Step, frozen=True):
    """The residue file that a step handed in is released, removed, or done with (by what another step reported)."""

    of: int
    by: int | None = None
    how: str = "released"

    def command(self, here):
        residue = here.answer(self.of).residue
        if self.how == "done":
            return CompleteResidue(residue=residue, stage_2=None if self.by is None else here.reported(self.by))
        if self.how == "removed":
            return RemoveResidue(residue=residue, reason="")
        return ReleaseResidue(residue=residue)

    def without(self, gone, _own):
        return None if self.how == "done" and gone.get(self.by) == frozenset() else self
