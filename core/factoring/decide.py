"""Factoring as a context: which decision answers which command."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from core.deciding import Answer, Asking, Command, Context, Decision
from core.events.envelope import Event
from core.factoring import attempting, events, evidence, prior_events, reporting, submitting
from core.factoring import commands as work
from core.factoring.answers import ANSWERS, LeaseAnswer, answer
from core.factoring.assignment import assigning, p1, reserving, sieving
from core.factoring.curation import commands as curation
from core.factoring.curation import correcting, curating, projects, sharing, shelving
from core.factoring.curation import events as curation_events
from core.factoring.curation.events import NumberUnshelved, ProjectResumed
from core.factoring.events import (
    CompositeChanged,
    CompositeSubmitted,
    NumberSplit,
    WorkAssignedBefore,
    for_no_said_reason,
)
from core.factoring.imports import commands as moving
from core.factoring.imports import events as import_events
from core.factoring.imports import importing
from core.factoring.proofs import commands as proofs
from core.factoring.proofs import events as proof_events
from core.factoring.proofs import proving
from core.factoring.residues import answers as residue_answers
from core.factoring.residues import claiming as residue_claims
from core.factoring.residues import commands as residue
from core.factoring.residues import events as residue_events
from core.factoring.residues import keeping as residue_keeping
from core.factoring.state import FactoringState
from core.leases import holding
from core.leases.events import LeaseEnded
from core.steering.events import Resumed

_DECISIONS: dict[type[Command], Callable[[Any, Asking, FactoringState], Decision]] = {
    work.ReportCurves: reporting.report,
    work.RequestWork: assigning.assign,
    work.RenewWork: assigning.renew,
    work.EndWork: assigning.end,
    work.ExpireWork: partial(holding.decide, kind=LeaseAnswer),
    work.AcknowledgeWork: assigning.acknowledge,
    work.SubmitComposite: submitting.submit,
    work.ReportAttempt: attempting.attempt,
    work.ShareFactors: attempting.share,
    work.RequestP1Work: p1.assign,
    work.RequestSieving: sieving.assign,
    work.ReserveWork: reserving.reserve,
    curation.ChangeComposite: curating.change,
    curation.DescribeNumber: curating.describe,
    curation.ShelveNumber: shelving.shelve,
    curation.UnshelveNumber: shelving.unshelve,
    curation.Correct: correcting.correct,
    curation.CreateProject: projects.create,
    curation.DeleteProject: projects.delete,
    curation.PauseProject: projects.pause,
    curation.ResumeProject: projects.resume,
    curation.SetShare: sharing.set_share,
    curation.SetDeadline: sharing.set_deadline,
    residue.UploadResidues: residue_keeping.upload,
    residue.RemoveResidue: residue_keeping.remove,
    residue.ClaimResidue: residue_claims.claim,
    residue.ReleaseResidue: residue_claims.release,
    residue.CompleteResidue: residue_claims.complete,
    moving.ImportComposite: importing.composite,
    moving.ImportCurves: importing.curves,
    moving.ImportAttempt: importing.attempt,
    moving.ImportFactor: importing.factor,
    moving.DivideOut: importing.divide,
    proofs.RecordGroupOrder: proving.record_order,
    proofs.SettlePrimality: proving.settle_primality,
}


def _answer(events: Sequence[Event], state: FactoringState) -> Answer:
    facts = [event.fact for event in events]
    return residue_answers.answer(facts, state) or answer(facts, state)


FACTORING = Context(
    name="factoring",
    facts=(
        *events.FACTS,
        *curation_events.FACTS,
        *residue_events.FACTS,
        *import_events.FACTS,
        *proof_events.FACTS,
        *prior_events.FACTS,
        *evidence.FACTS,
    ),
    decisions=_DECISIONS,
    answer=_answer,
    answers=(*ANSWERS, *residue_answers.ANSWERS),
    expire=lambda lease: work.ExpireWork(lease=lease),
    upcasters={
        residue_events.ResidueCurvesBefore: residue_events.without_checksums,
        residue_events.CurvesIdentifiedBefore: residue_events.of_none_known,
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
