"""What was reported is withdrawn."""

from core.factoring.commands.reports import Claim
from tests.golden.scenes.residues import keep_residues
from tests.golden.staging import leads_to, report, submitted


@leads_to(
    *("corrections.withdrawn.v2", "corrections.reinstated.v1", "corrections.restated.v1", "corrections.concluded.v1"),
    *("factoring.ids_given_out.v1", "factoring.residue_ids_given_out.v1"),
)
def withdraw_an_attempt(office):
    """What was reported turns out to be wrong, and then right after all."""
    keep_residues(office)
    _, small, large = submitted(office)
    wrong = office.result(report(small * large, 1_000, claims=(Claim(str(small)),)))
    position = next(
        row.position for row in office.log.read(0, wrong.position)[::-1] if row.type.startswith("factoring.curves_run.")
    )
    office.perform(report(small * large, 2, claims=(Claim(str(small)),)))
    office.correct(position, reason="a broken machine")
    office.correct(position, undo=True, reason="it was sound")
