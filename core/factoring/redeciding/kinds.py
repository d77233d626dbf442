"""The kinds of facts, by what becomes of them when their command is decided again."""

from collections.abc import Sequence

from core.events.fact import Fact
from core.factoring.events.assignment import WorkAssigned, WorkReserved
from core.factoring.events.evidence import FactorConfirmed, WishNoted
from core.factoring.events.imports import AttemptImported, CompositeImported, FactorImported
from core.factoring.events.numbers import (
    CompositeChanged,
    CompositeSubmitted,
    NumberNamed,
    NumberShelved,
    NumberSplit,
    NumberUnshelved,
    ProjectJoined,
    SnfsFormNoted,
)
from core.factoring.events.prior_work import PriorWorkDeclared
from core.factoring.events.projects import ProjectCreated
from core.factoring.events.proofs import GroupOrderComputed, PrimalitySettled
from core.factoring.events.reports import AttemptMade, CurvesRun, FactorFound
from core.factoring.events.residues import CurvesAssumed, CurvesIdentified, ResidueCompleted, ResiduesUploaded
from core.factoring.state.factoring import FactoringState
from core.leases.events import LeaseGranted

DECIDED = (
    CompositeSubmitted,
    CompositeChanged,
    ProjectCreated,
    ProjectJoined,
    CurvesRun,
    AttemptMade,
    FactorFound,
    NumberSplit,
    PriorWorkDeclared,
    NumberNamed,
    NumberShelved,
    NumberUnshelved,
    SnfsFormNoted,
    ResiduesUploaded,
    CurvesIdentified,
    ResidueCompleted,
    GroupOrderComputed,
    PrimalitySettled,
    CompositeImported,
    AttemptImported,
    FactorImported,
)
"""The facts of which a command decided again has others, or none."""

_MOVED = (WorkAssigned, WorkReserved, LeaseGranted)
_MAY_DIFFER = (*DECIDED, *_MOVED, WishNoted)


def amounts_to(facts: Sequence[Fact]) -> list[Fact]:
    """Return those of a command's facts that may become others when it is decided again."""
    return [fact for fact in facts if isinstance(fact, _MAY_DIFFER)]


def is_vain(fact: Fact, state: FactoringState) -> bool:
    """Tell whether a fact keeps what was said in a command that comes to nothing; it stands where it was said first."""
    return isinstance(fact, FactorConfirmed | CurvesAssumed) or (
        isinstance(fact, WishNoted) and state.number(fact.number) is None
    )
