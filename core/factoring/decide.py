"""Factoring as a context: which decision answers which command."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from core.deciding import Answer, Asking, Command, Context, Decision
from core.events.envelope import Event
from core.factoring import correcting, importing, projects, proving, sharing
from core.factoring.answers import residues as residue_answers
from core.factoring.answers.rendering import answer
from core.factoring.answers.shapes import ANSWERS, LeaseAnswer
from core.factoring.assignment import assigning, p1, reserving, sieving
from core.factoring.commands.assignment import (
    AcknowledgeWork,
    EndWork,
    ExpireWork,
    RenewWork,
    RequestP1Work,
    RequestSieving,
    RequestWork,
    ReserveWork,
)
from core.factoring.commands.corrections import Correct
from core.factoring.commands.imports import DivideOut, ImportAttempt, ImportComposite, ImportCurves, ImportFactor
from core.factoring.commands.numbers import (
    ChangeComposite,
    DescribeNumber,
    SetDeadline,
    ShelveNumber,
    SubmitComposite,
    UnshelveNumber,
)
from core.factoring.commands.projects import CreateProject, DeleteProject, PauseProject, ResumeProject, SetShare
from core.factoring.commands.proofs import RecordGroupOrder, SettlePrimality
from core.factoring.commands.reports import ReportAttempt, ReportCurves, ShareFactors
from core.factoring.commands.residues import (
    ClaimResidue,
    CompleteResidue,
    ReleaseResidue,
    RemoveResidue,
    UploadResidues,
)
from core.factoring.events import (
    assignment,
    corrections,
    evidence,
    imports,
    numbers,
    prior_work,
    proofs,
    reports,
    residues,
)
from core.factoring.events import projects as project_events
from core.factoring.events.assignment import WorkAssignedBefore, for_no_said_reason
from core.factoring.events.numbers import CompositeChanged, CompositeSubmitted, NumberSplit, NumberUnshelved
from core.factoring.events.projects import ProjectResumed
from core.factoring.events.residues import CurvesIdentifiedBefore, ResidueCurvesBefore, of_none_known, without_checksums
from core.factoring.numbers import changing, shelving, submitting
from core.factoring.reporting import attempts, curves
from core.factoring.residues import claiming as residue_claims
from core.factoring.residues import keeping as residue_keeping
from core.factoring.state.factoring import FactoringState
from core.leases import holding
from core.leases.events import LeaseEnded
from core.steering.events import Resumed

_DECISIONS: dict[type[Command], Callable[[Any, Asking, FactoringState], Decision]] = {
    ReportCurves: curves.report,
    RequestWork: assigning.assign,
    RenewWork: assigning.renew,
    EndWork: assigning.end,
    ExpireWork: partial(holding.decide, kind=LeaseAnswer),
    AcknowledgeWork: assigning.acknowledge,
    SubmitComposite: submitting.submit,
    ReportAttempt: attempts.attempt,
    ShareFactors: attempts.share,
    RequestP1Work: p1.assign,
    RequestSieving: sieving.assign,
    ReserveWork: reserving.reserve,
    ChangeComposite: changing.change,
    DescribeNumber: changing.describe,
    ShelveNumber: shelving.shelve,
    UnshelveNumber: shelving.unshelve,
    Correct: correcting.correct,
    CreateProject: projects.create,
    DeleteProject: projects.delete,
    PauseProject: projects.pause,
    ResumeProject: projects.resume,
    SetShare: sharing.set_share,
    SetDeadline: sharing.set_deadline,
    UploadResidues: residue_keeping.upload,
    RemoveResidue: residue_keeping.remove,
    ClaimResidue: residue_claims.claim,
    ReleaseResidue: residue_claims.release,
    CompleteResidue: residue_claims.complete,
    ImportComposite: importing.composite,
    ImportCurves: importing.curves,
    ImportAttempt: importing.attempt,
    ImportFactor: importing.factor,
    DivideOut: importing.divide,
    RecordGroupOrder: proving.record_order,
    SettlePrimality: proving.settle_primality,
}


def _answer(events: Sequence[Event], state: FactoringState) -> Answer:
    facts = [event.fact for event in events]
    return residue_answers.answer(facts, state) or answer(facts, state)


FACTORING = Context(
    name="factoring",
    facts=(
        *numbers.FACTS,
        *project_events.FACTS,
        *assignment.FACTS,
        *reports.FACTS,
        *prior_work.FACTS,
        *evidence.FACTS,
        *residues.FACTS,
        *proofs.FACTS,
        *imports.FACTS,
        *corrections.FACTS,
    ),
    decisions=_DECISIONS,
    answer=_answer,
    answers=(*ANSWERS, *residue_answers.ANSWERS),
    expire=lambda lease: ExpireWork(lease=lease),
    upcasters={
        ResidueCurvesBefore: without_checksums,
        CurvesIdentifiedBefore: of_none_known,
        WorkAssignedBefore: for_no_said_reason,
    },
    openings=frozenset(
        {
            CompositeSubmitted.type,
            CompositeChanged.type,
            NumberSplit.type,
            NumberUnshelved.type,
            LeaseEnded.type,
            ProjectResumed.type,
            Resumed.type,
        }
    ),
)
