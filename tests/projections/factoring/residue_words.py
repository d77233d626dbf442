"""Words for stories about residue files: what clients do with one, and what it counts for."""

from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.commands.residues import (
    ClaimResidue,
    CompleteResidue,
    Contents,
    Uncounted,
    UploadResidues,
    reported_at,
)
from core.factoring.events.reports import AttemptMade, CurvesRun
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.state.residues import WantedResidue
from core.factoring.worth import CurveWorth

P, Q, R = 10_007, 20_011, 30_011
N = P * Q * R
B1 = 2000
STAGE_1, FULL, WRONG_PARAM = bounds_of(B1, 0, 1), bounds_of(B1, None, 1), bounds_of(B1, 0, 3)
SIGMAS = tuple(str(sigma) for sigma in range(101, 111))


def worth(bounds):
    return CurveWorth(bounds).find()


def reported(office, attempt):
    """The report with this id, as the log has it."""
    rows = office.log.read(0, 10_000)
    events = [office.committer.registry.event(row) for row in rows]
    event = next(e for e in events if isinstance(e.fact, CurvesRun | AttemptMade) and e.fact.attempt == attempt)
    return reported_at(event.position, event.fact)


def report(office, curves, *, bounds=STAGE_1, sigmas=(), client="alice-box1", value=N, factors=()):
    command = ReportCurves(
        work="",
        value=str(value),
        bounds=bounds,
        curves=curves,
        sigmas=tuple(sigmas),
        claims=tuple(Claim(str(factor)) for factor in factors),
    )
    return office.perform(command, client=client)


def upload(
    office,
    *,
    sha="a" * 64,
    value=N,
    sigmas=SIGMAS,
    attempt=None,
    counts=True,
    b1=B1,
    param=1,
    client="alice",
    **contents,
):
    """Hand in a file, of a report that counts, or does not, or of none."""
    stage_1 = (reported(office, attempt) if counts else Uncounted(attempt)) if attempt else None
    contents = {"served_sha256": sha, "bytes": 1234, "inferred": 0, "bad": 0, "bad_lines": (), **contents}
    command = UploadResidues(
        sha256=sha,
        contents=Contents(value=str(value), b1=b1, param=param, sigmas=sigmas, **contents),
        stage_1=stage_1,
        keep_seconds=3600,
    )
    return office.perform(command, client=client)


def claim(office, claim="c1", *, client="bob", **wanted):
    return office.perform(ClaimResidue(claim=claim, wanted=WantedResidue(**wanted), lease_seconds=600), client=client)


def complete(office, attempt, *, residue=1, client="bob"):
    stage_2 = reported(office, attempt) if attempt else None
    return office.perform(CompleteResidue(residue=residue, stage_2=stage_2), client=client)


def effort(office, value=N):
    return office.factoring.number_of_value(str(value)).effort


def withdraw(office, attempt, *, undo=False):
    office.correct(reported(office, attempt).position, undo=undo)
    office.reopen(rebuild=True)
