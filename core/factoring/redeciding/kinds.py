"""The kinds of facts, by what becomes of them when their command is decided again."""

from collections.abc import Sequence

from core.events.fact import Fact
from core.factoring.curation.events import (
    NumberNamed,
    NumberShelved,
    NumberUnshelved,
    ProjectCreated,
    SnfsFormNoted,
)
from core.factoring.events import (
    AttemptMade,
    CompositeChanged,
    CompositeSubmitted,
    CurvesRun,
    FactorFound,
    NumberSplit,
    ProjectJoined,
    WorkAssigned,
    WorkReserved,
)
from core.factoring.evidence import FactorConfirmed, WishNoted
from core.factoring.imports.events import AttemptImported, CompositeImported, FactorImported
from core.factoring.prior_events import PriorWorkDeclared
from core.factoring.proofs.events import GroupOrderComputed, PrimalitySettled
from core.factoring.residues.events import CurvesAssumed, CurvesIdentified, ResidueCompleted, ResiduesUploaded
from core.factoring.state import FactoringState
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
