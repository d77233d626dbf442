"""Decisions about which residue files are kept, and which curves they bring to light."""

from collections.abc import Sequence

from core.bigint import abbreviate
from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.answers.residues import number_of, residue_answer
from core.factoring.commands.residues import Contents, RemoveResidue, Reported, Uncounted, UploadResidues
from core.factoring.events.numbers import stream_of
from core.factoring.events.reports import AttemptMade, CurvesRun, portions
from core.factoring.events.residues import (
    CurvesIdentified,
    ResidueCurves,
    ResidueRemoved,
    ResiduesUploaded,
    StageOneNamed,
    residue_stream,
)
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.reporting.curves import known_already
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number
from core.factoring.state.residues import ResidueFile
from core.factoring.worth import CurveWorth, measured
from core.free_text import check_reason
from core.leases import decide as leases
from core.refusals import BadInput, Unknown
from core.timestamps import SECOND

_SIGMAS_OF_32_BITS = 2**32
SIGMAS_AN_EVENT = 2_000
"""So many fit into one event, with 20 digits each."""
_CURVES_AN_EVENT = 1_500
"""And so many with a checksum each."""


class NotOnRecord(BadInput):
    """Residues are of a number that nobody has submitted, or that was a part which vanished with its factor."""


def upload(command: UploadResidues, asking: Asking, state: FactoringState) -> Decision:
    """Record a residue file, and identify the curves of its stage-1 report.

    A file that is kept already stays as it is; where it came without the report of its stage 1, that may be said now. One
    that is not its report, or does not count, costs nobody the file: whose it was, it may count again.
    """
    kept = state.residues.with_content(command.sha256)
    if kept is not None:
        told = [] if kept.attempt else _told_later(command, kept, asking, state)
        return told or residue_answer(kept, "existing", state)
    contents = command.contents
    number = _number(contents.value, state)
    _check_parametrisation(contents, number, state)
    stage_1 = _stage_1(command.stage_1, number)
    residue = state.residues.next()
    fact = ResiduesUploaded(
        residue=residue,
        number=number.id,
        client=asking.client,
        attempt=stage_1.fact.attempt if stage_1 else 0,
        b1=contents.b1,
        param=contents.param,
        curves=len(contents.sigmas),
        sha256=command.sha256,
        served_sha256=contents.served_sha256,
        bytes=contents.bytes,
        keep_until=asking.now + command.keep_seconds * SECOND,
        inferred=contents.inferred,
        bad=contents.bad,
        bad_lines=contents.bad_lines,
    )
    stream = residue_stream(residue)
    events = [NewEvent(stream, fact, cause=number.submitted, opens=True)]
    start, checksums = 0, _not_told_before(stage_1, contents)
    for sigmas in portions(contents.sigmas, _CURVES_AN_EVENT):
        own = checksums[start : start + len(sigmas)]
        curves = ResidueCurves(residue=residue, offset=start, sigmas=sigmas, checksums=own)
        events.append(NewEvent(stream, curves, within=0))
        start += len(sigmas)
    named = [] if stage_1 else _named(command, residue, number, state)
    return [*events, *named, *_identified(stage_1, contents, residue, asking, state)]


def _told_later(command: UploadResidues, kept: ResidueFile, asking: Asking, state: FactoringState) -> list[NewEvent]:
    number = number_of(kept, state)
    told = _identified(_stage_1(command.stage_1, number), command.contents, kept.residue, asking, state)
    return [*told, *_named(command, kept.residue, number, state)]


def _named(command: UploadResidues, residue: int, number: Number, state: FactoringState) -> list[NewEvent]:
    """Keep which report was said to be of a file's stage 1, once; none that was never made."""
    said = command.stage_1
    attempt = 0 if said is None else said.attempt if isinstance(said, Uncounted) else said.fact.attempt
    if not 0 < attempt < state.next_attempt() or state.residues.is_named(residue, attempt):
        return []
    return [NewEvent(residue_stream(residue), StageOneNamed(residue=residue, attempt=attempt), cause=number.submitted)]


def _number(value: str, state: FactoringState) -> Number:
    number = state.number_of_value(value)
    if number is None:
        raise NotOnRecord(
            f"The residues are of {abbreviate(value)}, which is not known here; submit that number first."
        )
    if number.status == "prime":
        raise BadInput(f"{abbreviate(value)} is prime; there is nothing to find with its residues.")
    return number


def _stage_1(said: Reported | Uncounted | None, number: Number) -> Reported | None:
    """Return what was said to be the report of the stage 1 of a number's residues, when it can be."""
    return None if said is None or isinstance(said, Uncounted) or not may_be_stage_1(said.fact, number) else said


def may_be_stage_1(report: CurvesRun | AttemptMade, number: Number) -> bool:
    """Tell whether a report can be of the stage 1 of a number's residues."""
    return (report.number, report.method) == (number.id, "ecm")


def _not_told_before(stage_1: Reported | None, contents: Contents) -> tuple[int | None, ...]:
    """Return the checksums of a file's curves without those that the report of their stage 1 tells as well.

    A curve that is drawn by its report need not be drawn again by its file: where it is wrong, that would count as two.
    """
    fact = stage_1.fact if stage_1 else None
    if not isinstance(fact, CurvesRun) or (fact.b1, fact.param) != (contents.b1, contents.param):
        return contents.checksums
    told = dict(zip(fact.sigmas, fact.checksums, strict=False))
    curves = zip(contents.sigmas, contents.checksums, strict=False)
    return tuple(None if told.get(sigma) == checksum else checksum for sigma, checksum in curves)


def _check_parametrisation(contents: Contents, number: Number, state: FactoringState) -> None:
    """Refuse residues whose curves are known as others than they are said to be.

    GMP-ECM 7 resumes what it saved without -param as parametrisation 0, and saved again, a line says so, with a checksum
    that holds. For parametrisation 0 it draws sigmas of 64 bits: one of 32 that is known as 1 is one that was 1.
    """
    if contents.param != 0:
        return
    short = [sigma for sigma in contents.sigmas if 0 <= int(sigma) < _SIGMAS_OF_32_BITS]
    as_1, as_0 = (state.known_curves(number.id, param, short) for param in (1, 0))
    others = [sigma for sigma in short if sigma in as_1 and sigma not in as_0]
    if others:
        raise BadInput(
            f"The file says PARAM=0, and {len(others)} of its {len(contents.sigmas)} curves, sigma {others[0]} first, are known"
            " here as curves of parametrisation 1. They were saved without -param and resumed as others, whose stage 2 finds"
            " nothing; the file as it was saved first is accepted, and any saved with -param."
        )


def _identified(
    stage_1: Reported | None, contents: Contents, residue: int, asking: Asking, state: FactoringState
) -> list[NewEvent]:
    """Have curves of the stage-1 report that came without a sigma count by identity, as far as the file tells them."""
    if stage_1 is None or not isinstance(stage_1.fact, CurvesRun) or stage_1.fact.b1 != contents.b1:
        return []
    return identified(stage_1.fact, stage_1.position, residue, contents.param, contents.sigmas, asking, state)


def identified(
    run: CurvesRun,
    position: int,
    residue: int,
    param: int,
    sigmas: tuple[str, ...],
    asking: Asking,
    state: FactoringState,
) -> list[NewEvent]:
    """Have curves of a stage-1 report that came without a sigma count by identity, as far as a file tells them.

    Those that count nowhere yet come first, up to as many as the report has without a sigma. If it has more than these, they
    were those of the file that count already, from elsewhere, and don't count a second time.

    Args:
        run: the report.
        position: of its event.
        residue: id of the file.
        param: parametrisation, as the file says.
        sigmas: of its curves.
        asking: with which findings.
        state: of factoring.
    """
    bounds = Bounds(run.b1, run.b2, param)
    fresh, elsewhere, left = _told(run, bounds, sigmas, state)
    events: list[NewEvent] = []
    if fresh and state.worth(bounds) is None:
        events.append(measured(bounds, asking.found(CurveWorth(bounds))))
    portioned: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    portioned += [(portion, ()) for portion in portions(fresh, SIGMAS_AN_EVENT)]
    portioned += [((), portion) for portion in portions(elsewhere, SIGMAS_AN_EVENT)]
    for some, others in portioned:
        anonymous = min(len(some) + len(others), left)
        left -= anonymous
        fact = CurvesIdentified(
            attempt=run.attempt,
            number=run.number,
            residue=residue,
            b1=run.b1,
            b2=run.b2,
            param=param,
            was_param=run.param,
            sigmas=some,
            known=others,
            anonymous=anonymous,
        )
        events.append(NewEvent(stream_of(run.number), fact, cause=position))
    return events


def _told(
    run: CurvesRun, bounds: Bounds, sigmas: tuple[str, ...], state: FactoringState
) -> tuple[Sequence[str], Sequence[str], int]:
    """Return the sigmas that a file tells of curves that came without one: of those that count nowhere yet, and of others.

    The third is how many of the report's curves count without a sigma so far.
    """
    before = state.residues.identified(run.attempt)
    room = run.anonymous - len(before.sigmas)
    if room <= 0:
        return (), (), 0
    number = state.number(run.number)
    assert number is not None, "something was reported of it"
    known = known_already(number, bounds, sigmas, state)
    fresh = [sigma for sigma in sigmas if sigma not in known or known[sigma].reach < bounds.reach][:room]
    left = max(room - len(before.known), 0)
    own = before.of(bounds.param).union(fresh, run.sigmas if run.param == bounds.param else ())
    elsewhere = [sigma for sigma in sigmas if sigma in known and sigma not in own]
    return fresh, elsewhere[: max(left - len(fresh), 0)], left


def remove(command: RemoveResidue, asking: Asking, state: FactoringState) -> Decision:
    """Keep a residue file no longer; whoever holds it loses it."""
    check_reason(command.reason)
    file = sure_file(command.residue, state)
    if file.removed or (command.only_done and not _needless(file, asking, state)):
        return residue_answer(file, "removed" if file.removed else "existing", state)
    fact = ResidueRemoved(residue=file.residue, reason=command.reason)
    events = [NewEvent(residue_stream(file.residue), fact, cause=file.position)]
    lease = state.lease(file.claim) if file.claim else None
    return events + (leases.end(lease, "factoring", "revoked", "the residue file was removed") if lease else [])


def _needless(file: ResidueFile, asking: Asking, state: FactoringState) -> bool:
    """Tell whether a file's stage 2 is done, or can find nothing any more, and it was kept as long as was asked for."""
    done = file.completed_by or number_of(file, state).status in {"prime", "factored"}
    return bool(done) and file.keep_until <= asking.now


def sure_file(residue: int, state: FactoringState) -> ResidueFile:
    """Return a residue file.

    Raises:
        Unknown: there is none of this id.
    """
    file = state.residues.get(residue)
    if file is None:
        raise Unknown(f"There is no residue file with the id {residue}.")
    return file
