"""Trust as a context: which decision answers which command."""

from core.deciding import Context
from core.leases import holding
from core.leases.events import LeaseEnded
from core.steering.events import Resumed
from core.trust import checking, weighing
from core.trust.answers import ANSWERS, answer
from core.trust.commands import (
    AnswerCheck,
    CheckEarlier,
    CommitChain,
    EndCheck,
    ExpireCheck,
    NoteDoubtHeeded,
    OpenSecret,
    RecordMissed,
    RenewCheck,
    RequestCheck,
    SettleDoubt,
    WeighReports,
)
from core.trust.events import (
    FACTS,
    CheckDrawn,
    ReportsWeighedBefore,
    ReportsWeighedFreely,
    without_a_budget,
    without_files,
)

TRUST = Context(
    name=weighing.CONTEXT,
    facts=FACTS,
    decisions={
        CommitChain: weighing.commit_chain,
        OpenSecret: weighing.open_secret,
        WeighReports: weighing.weigh_reports,
        CheckEarlier: weighing.check_earlier,
        RecordMissed: weighing.record_missed,
        RequestCheck: checking.assign,
        AnswerCheck: checking.report,
        NoteDoubtHeeded: checking.note_heeded,
        SettleDoubt: checking.settle,
        RenewCheck: holding.decide,
        EndCheck: holding.decide,
        ExpireCheck: holding.decide,
    },
    answer=answer,
    answers=ANSWERS,
    expire=lambda lease: ExpireCheck(lease=lease),
    openings=frozenset({CheckDrawn.type, LeaseEnded.type, Resumed.type}),
    upcasters={ReportsWeighedFreely: without_a_budget, ReportsWeighedBefore: without_files},
    credits=False,
)
