"""Every bounded context, one line each; the log's registry of event types, and the kinds of work, follow from it."""

from collections.abc import Iterable, Mapping

from core.access.decide import ACCESS
from core.clients.decide import CLIENTS
from core.corrections.events import FACTS as CORRECTION_FACTS
from core.counting.decide import COUNTING
from core.deciding import Context, Kind
from core.events.registry import Registry
from core.factoring.decide import FACTORING
from core.federation.decide import FEDERATION
from core.leases.events import FACTS as LEASE_FACTS
from core.log.events import FACTS as LOG_FACTS
from core.notifications.decide import NOTIFICATIONS
from core.simulations.decide import SIMULATIONS
from core.steering.decide import STEERING
from core.tasks.decide import TASKS
from core.trust.decide import TRUST

CONTEXTS: tuple[Context, ...] = (
    CLIENTS,
    ACCESS,
    STEERING,
    FACTORING,
    COUNTING,
    SIMULATIONS,
    FEDERATION,
    TASKS,
    NOTIFICATIONS,
    TRUST,
)
KINDS: Mapping[str, Kind] = {kind.name: kind for context in CONTEXTS for kind in context.kinds}
"""The kinds of work by their names; those that a worker can be started for are among them."""


def registry(contexts: Iterable[Context] | None = None) -> Registry:
    """Return the register of every event type, or of those of some contexts and those that belong to none."""
    known = CONTEXTS if contexts is None else tuple(contexts)
    facts = [fact for context in known for fact in context.facts]
    upcasters = {old: upcast for context in known for old, upcast in context.upcasters.items()}
    return Registry([*LOG_FACTS, *LEASE_FACTS, *CORRECTION_FACTS, *facts], upcasters)
