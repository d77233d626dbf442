"""Deciding again about residue files: a file that was handed in stays, and so does one that was removed."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from core.deciding import Asking
from core.events.envelope import Event, NewEvent
from core.events.fact import Fact
from core.factoring.answers.residues import number_of
from core.factoring.events.reports import AttemptMade, CurvesRun
from core.factoring.events.residues import (
    CurvesIdentified,
    ResidueCompleted,
    ResidueCurves,
    ResiduesUploaded,
    StageOneNamed,
    residue_stream,
)
from core.factoring.redeciding.names import Names
from core.factoring.residues.claiming import is_done_by
from core.factoring.residues.keeping import identified, may_be_stage_1
from core.factoring.state.factoring import FactoringState

Report = Callable[[int], CurvesRun | AttemptMade | None]
"""From the id of a report to what counts of it now; None when nothing does."""


def uploaded_again(
    event: Event, said: Sequence[Fact], names: Names, report: Report, asking: Asking, state: FactoringState
) -> list[NewEvent]:
    """Decide again about a file, and which curves of its stage 1 it tells."""
    fact = event.fact
    assert isinstance(fact, ResiduesUploaded), "looked for before"
    number = names.present(fact.number, state)
    if number is None:
        return []
    attempt = fact.attempt or next((one.attempt for one in said if isinstance(one, StageOneNamed)), 0)
    stage_1 = report(attempt) if attempt else None
    of_it = stage_1 is not None and may_be_stage_1(stage_1, number)
    again = replace(fact, number=number.id, attempt=attempt if of_it else 0)
    sigmas = tuple(sigma for one in said if isinstance(one, ResidueCurves) for sigma in one.sigmas)
    events = [NewEvent(residue_stream(fact.residue), again)]
    if isinstance(stage_1, CurvesRun) and of_it and stage_1.b1 == fact.b1:
        told = identified(stage_1, event.position, fact.residue, fact.param, sigmas, asking, state)
        events += [one for one in told if isinstance(one.fact, CurvesIdentified)]
    return events


def identified_again(event: Event, report: Report, asking: Asking, state: FactoringState) -> list[NewEvent]:
    """Decide again which curves a file tells of a report that was named only when it was handed in once more."""
    fact = event.fact
    assert isinstance(fact, CurvesIdentified | StageOneNamed), "looked for before"
    file, stage_1 = state.residues.get(fact.residue), report(fact.attempt)
    if file is None or file.removed or file.attempt or not isinstance(stage_1, CurvesRun):
        return []
    if not may_be_stage_1(stage_1, number_of(file, state)) or stage_1.b1 != file.b1:
        return []
    sigmas = state.residues.sigmas(file.residue)
    told = identified(stage_1, event.position, file.residue, file.param, sigmas, asking, state)
    return [one for one in told if isinstance(one.fact, CurvesIdentified)]


def completed_again(done: ResidueCompleted, report: Report, state: FactoringState) -> list[NewEvent]:
    """Decide again whether the stage 2 of a file is done; when its report does not count, it is not."""
    file, stage_2 = state.residues.get(done.residue), report(done.attempt)
    if file is None or stage_2 is None or not is_done_by(stage_2, file, state):
        return []
    return [NewEvent(residue_stream(file.residue), done)]
