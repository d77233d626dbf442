"""Decisions about who runs the stage 2 of a residue file, and whether it is done."""

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.answers.rendering import lease_answer
from core.factoring.answers.residues import number_of, residue_answer
from core.factoring.assignment.assigning import check_lease, no_work
from core.factoring.commands.residues import ClaimResidue, CompleteResidue, ReleaseResidue
from core.factoring.events.reports import AttemptMade, CurvesRun, portions
from core.factoring.events.residues import ResidueClaimed, ResidueCompleted, ResidueCurvesSkipped, residue_stream
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY, Bounds
from core.factoring.residues.keeping import SIGMAS_AN_EVENT, sure_file
from core.factoring.state.factoring import FactoringState
from core.factoring.state.residues import ResidueFile
from core.free_text import check_reason
from core.leases import decide as leases
from core.refusals import BadInput, Forbidden, Unknown
from core.wording import count_of

_CONTEXT = "factoring"
_ENOUGH = 0.75
"""Of a file's curves; the system replaced takes this for a stage 2, and its client completes what it stopped beyond it."""


class TooFewCurves(BadInput):
    """A stage 2 was run on so few curves that its file has to be handed back."""


def claim(command: ClaimResidue, asking: Asking, state: FactoringState) -> Decision:
    """Give a client the first residue file that nobody holds, but for curves whose stage 2 is done already."""
    check_lease(command.lease_seconds)
    wanted = command.wanted
    for what, least, most in (("digits", wanted.min_digits, wanted.max_digits), ("b1", wanted.min_b1, wanted.max_b1)):
        if least > most:
            raise BadInput(f"min_{what} {least} exceeds max_{what} {most}; no residue file fits.")
    file = state.residues.free(wanted)
    if file is None:
        return no_work("There is no residue file that fits and waits for its stage 2; ask again later.", state)
    fact = ResidueClaimed(residue=file.residue, claim=command.claim, client=asking.client)
    claimed = NewEvent(leases.stream_of(command.claim), fact, cause=file.position, opens=True)
    subject = residue_stream(file.residue)
    grant = leases.grant(command.claim, _CONTEXT, subject, asking.client, command.lease_seconds, asking.now)
    events = [claimed, NewEvent(grant.stream, grant.fact, within=0)]
    for sigmas in portions(_to_skip(file, state), SIGMAS_AN_EVENT):
        skipped = ResidueCurvesSkipped(residue=file.residue, claim=command.claim, sigmas=sigmas)
        events.append(NewEvent(subject, skipped, within=0))
    return events


def _to_skip(file: ResidueFile, state: FactoringState) -> list[str]:
    """Return the curves of a file whose stage 2 is done; none when all are, for somebody has to complete the file.

    Those that were only taken for the ones that were run are handed out again: others may have been.
    """
    composites = [leaf.id for leaf in state.leaves(file.number) if leaf.primality == "composite"]
    done = _done_on(file.number, file, state) if composites else frozenset[str]()
    sure = done.difference(state.residues.assumed([file.number, *composites], file.param))
    return [sigma for sigma in state.residues.sigmas(file.residue) if sigma in sure] if len(sure) < file.curves else []


def release(command: ReleaseResidue, asking: Asking, state: FactoringState) -> Decision:
    """Put a residue file back for others; what was reported from it stays credited.

    Who held it once and says so again, or after its time had run out, is answered alike.
    """
    file = sure_file(command.residue, state)
    lease = _holding(file, state)
    own = state.residues.claim_of(asking.client, file.residue)
    if command.by_holder and own and (lease is None or lease.client != asking.client):
        return lease_answer(own, state)
    if lease is None:
        raise BadInput(f"Nobody holds the residue file {file.residue}; only one that is claimed can be handed back.")
    if command.by_holder and lease.client != asking.client:
        raise BadInput(f"The residue file {file.residue} is held by another client; only its holder may hand it back.")
    check_reason(command.reason)
    outcome: leases.Outcome = "released" if command.by_holder else "revoked"
    return leases.end(lease, _CONTEXT, outcome, command.reason) or lease_answer(lease.id, state)


def complete(command: CompleteResidue, asking: Asking, state: FactoringState) -> Decision:
    """End a claim by the report of its stage 2; credit came with that report.

    Done with every curve, the stage 2 of the file is done. Done with three quarters of them, or stopped at a factor, the
    claim ends all the same, and the file waits for somebody to run the others. Who says so again is answered alike.
    """
    file = sure_file(command.residue, state)
    own = _own(file, asking.client, state)
    if command.stage_2 is None:
        raise Unknown(
            "stage2_attempt_id is not the id of a report of curves that counts here; that of the stage 2 is accepted."
        )
    report = command.stage_2.fact
    _check_origin(report, file, state)
    if file.completed_by:
        return residue_answer(file, "completed", state)
    done = _curves_done(report, file, state)
    ended = leases.end(own, _CONTEXT, "completed")
    if len(done) >= file.curves:
        fact = ResidueCompleted(residue=file.residue, attempt=report.attempt)
        return [NewEvent(residue_stream(file.residue), fact, cause=command.stage_2.position), *ended]
    skipped = state.residues.skipped(own.id)
    given, run = file.curves - len(skipped), len(done.difference(skipped))
    enough = max(int(given * _ENOUGH), 1)
    if not report.factors and run < enough:
        raise TooFewCurves(
            f"Stage 2 is done for {run} of the {count_of(given, 'curve')} that {'was' if given == 1 else 'were'} handed out of residue file {file.residue}, which are"
            f" credited; from {enough} on, or with a factor, it can be completed. Others can claim the file."
        )
    return ended or residue_answer(file, "returned", state)


def _own(file: ResidueFile, client: int, state: FactoringState) -> leases.Lease:
    """Return a client's newest claim on a file, live or ended; one that was completed may be completed again.

    Raises:
        Forbidden: it has none, or somebody else took the file after its time had run out.
    """
    holding = _holding(file, state)
    if holding is not None and holding.client == client:
        return holding
    claim = state.residues.claim_of(client, file.residue)
    own = state.lease(claim) if claim else None
    if holding is not None and (own is None or own.outcome != "completed"):
        raise Forbidden(f"The residue file {file.residue} is held by another client; only its holder may complete it.")
    if own is None:
        raise Forbidden(
            f"The residue file {file.residue} was never claimed by this client; only who claimed it may complete it."
        )
    return own


def _holding(file: ResidueFile, state: FactoringState) -> leases.Lease | None:
    return state.lease(file.claim) if file.claim else None


def _check_origin(report: CurvesRun | AttemptMade, file: ResidueFile, state: FactoringState) -> None:
    """Refuse a report that is not of this file's stage 2."""
    if not _is_of(report, file, state):
        raise BadInput(
            f"The attempt {report.attempt} is not of the stage 2 of residue file {file.residue}: it was not reported"
            f" with its residue_checksum, or with 'Stage 2 from residue {file.residue}' by its holder."
        )


def is_done_by(report: CurvesRun | AttemptMade, file: ResidueFile, state: FactoringState) -> bool:
    """Tell whether a report is of a file's stage 2, and with it that is done for every curve."""
    return _is_of(report, file, state) and len(_curves_done(report, file, state)) >= file.curves


def _curves_done(report: CurvesRun | AttemptMade, file: ResidueFile, state: FactoringState) -> frozenset[str]:
    """Return the curves of a file whose stage 2 is done; all of them when there is nothing left to find."""
    if number_of(file, state).status == "factored":
        return frozenset(state.residues.sigmas(file.residue))
    return _done_on(report.number, file, state)


def _done_on(number: int, file: ResidueFile, state: FactoringState) -> frozenset[str]:
    stage_1 = Bounds(file.b1, STAGE_1_ONLY, file.param).reach
    known = state.known_of_what_is_left(number, file.param, state.residues.sigmas(file.residue))
    return frozenset(sigma for sigma, bounds in known.items() if bounds.reach > stage_1)


def _is_of(report: CurvesRun | AttemptMade, file: ResidueFile, state: FactoringState) -> bool:
    """Tell whether a report is of the stage 2 of a file's curves; one without any has to have found a factor."""
    if report.number != file.number and not state.is_part(report.number, file.number):
        return False
    if isinstance(report, AttemptMade):
        return report.method == "ecm" and bool(report.factors)
    of_the_file = bool(report.sigmas) and set(report.sigmas).issubset(state.residues.sigmas(file.residue))
    return of_the_file and (report.b1, report.param) == (file.b1, file.param) and report.b2 != STAGE_1_ONLY
