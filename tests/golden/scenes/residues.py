"""Residue files between stage 1 and stage 2."""

from core.factoring.commands.residues import ClaimResidue, CompleteResidue, Contents, RemoveResidue, UploadResidues
from core.factoring.state.residues import WantedResidue
from tests.golden.staging import B1, STAGE_1, fresh, leads_to, name, report, reported, submitted


@leads_to(
    *("factoring.residues_uploaded.v1", "factoring.residue_curves.v2"),
    *("factoring.residue_claimed.v1", "factoring.residue_completed.v1", "factoring.residue_removed.v1"),
)
def keep_residues(office):
    """Stage 1 is handed in as a file, somebody else runs its stage 2, the file goes."""
    value, sigmas = _stage_1_kept(office)
    claimed = _claimed(office, value, "bob")
    stage_2 = office.perform(report(value, sigmas=sigmas), client="bob")
    done = CompleteResidue(residue=claimed.residue, stage_2=reported(office, stage_2.attempt))
    office.perform(done, client="bob")
    office.perform(RemoveResidue(residue=claimed.residue, reason="done"), client=None)


@leads_to("factoring.curves_identified.v2")
def keep_residues_some_of_which_are_known(office):
    """Two curves are told by somebody else before their report, which names none, and the file that names all."""
    _stage_1_kept(office, known=2)


@leads_to("factoring.curves_assumed.v1")
def run_some_of_somebodys_curves(office):
    """Somebody runs the stage 2 of some curves of a file, and nobody knows of which."""
    value, sigmas = _stage_1_kept(office)
    _claimed(office, value, "bob")
    office.perform(report(value, 4, sigmas=sigmas[:4], assumed=4), client="bob")


@leads_to("factoring.residue_curves_skipped.v1")
def finish_the_stage_2_of_somebody_else(office):
    """Somebody runs the stage 2 of most of a file, and somebody else that of the rest."""
    value, sigmas = _stage_1_kept(office)
    for client, own in (("bob", sigmas[:8]), ("carol", sigmas[8:])):
        claimed = _claimed(office, value, client)
        stage_2 = office.perform(report(value, sigmas=own), client=client)
        done = CompleteResidue(residue=claimed.residue, stage_2=reported(office, stage_2.attempt))
        office.perform(done, client=client)


@leads_to("factoring.residue_stage_1_named.v1")
def keep_residues_whose_report_is_named_later(office):
    """A file comes, and once more with the report of its stage 1."""
    _stage_1_kept(office, named_later=True)


def _stage_1_kept(office, known=0, *, named_later=False):
    """Have ten curves of stage 1 reported, some of them by their sigmas before, and kept as a file; return the number, and their sigmas."""
    _, small, large = submitted(office)
    sigmas, digest = tuple(str(1_000 * fresh(office) + i) for i in range(10)), f"{fresh(office):064x}"
    if known:
        office.perform(report(small * large, known, bounds=STAGE_1, sigmas=sigmas[:known]), client="bob")
    stage_1 = office.perform(report(small * large, bounds=STAGE_1))
    contents = Contents(
        value=str(small * large),
        b1=B1,
        param=1,
        sigmas=sigmas,
        served_sha256=digest,
        bytes=1_234,
        inferred=0,
        bad=0,
        bad_lines=(),
        checksums=(None, *range(1, 10)),
    )
    of = reported(office, stage_1.attempt)
    if named_later:
        office.perform(UploadResidues(sha256=digest, contents=contents, stage_1=None, keep_seconds=1))
    office.perform(UploadResidues(sha256=digest, contents=contents, stage_1=of, keep_seconds=1))
    return small * large, sigmas


def _claimed(office, value, client):
    wanted = WantedResidue(min_priority=office.factoring.number_of_value(str(value)).priority)
    return office.perform(ClaimResidue(claim=name(office), wanted=wanted, lease_seconds=600), client=client)
