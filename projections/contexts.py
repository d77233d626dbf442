"""Every projections file, one line each."""

import sqlite3
from collections.abc import Sequence

from core.access.decide import ACCESS
from core.clients.decide import CLIENTS
from core.counting.decide import COUNTING
from core.factoring.decide import FACTORING
from core.federation.decide import FEDERATION
from core.notifications.decide import NOTIFICATIONS
from core.simulations.decide import SIMULATIONS
from core.steering.decide import STEERING
from core.tasks.decide import TASKS
from core.trust.decide import TRUST
from projections.access import state as access
from projections.clients import state as clients
from projections.clients.state import ClientsState, Unseal
from projections.counting import state as counting
from projections.factoring import factors
from projections.factoring import state as factoring
from projections.factoring.credit import attempts, contributors, coverage
from projections.factoring.wholes import submitted
from projections.federation import agents, latest
from projections.federation import state as federation
from projections.notifications import state as notifications
from projections.runtime.projection import Projection
from projections.simulations import metrics, points
from projections.simulations import state as simulations
from projections.steering import state as steering
from projections.tasks import state as tasks
from projections.trust import state as trust

FACTORING_FILE = Projection(
    FACTORING,
    51,
    frozenset({"factoring", "leases"}),
    factoring.SCHEMA,
    factoring.FactoringState,
    (attempts, factors, contributors, coverage, submitted),
)
COUNTING_FILE = Projection(COUNTING, 7, frozenset({"counting", "leases"}), counting.SCHEMA, counting.CountingState, ())
SIMULATIONS_FILE = Projection(
    SIMULATIONS,
    3,
    frozenset({"simulations"}),
    simulations.SCHEMA,
    simulations.SimulationsState,
    (points, metrics),
)
FEDERATION_FILE = Projection(
    FEDERATION, 1, frozenset({"federation"}), federation.SCHEMA, federation.FederationState, (latest, agents)
)
TASKS_FILE = Projection(TASKS, 5, frozenset({"tasks", "leases"}), tasks.SCHEMA, tasks.TasksState, ())
NOTIFICATIONS_FILE = Projection(
    NOTIFICATIONS,
    2,
    frozenset({"notifications"}),
    notifications.SCHEMA,
    notifications.NotificationsState,
    (),
)

TRUST_FILE = Projection(TRUST, 4, frozenset({"trust", "leases"}), trust.SCHEMA, trust.TrustState, ())

BOUNDED = (FACTORING_FILE, COUNTING_FILE, SIMULATIONS_FILE, FEDERATION_FILE, TASKS_FILE, NOTIFICATIONS_FILE, TRUST_FILE)
"""Those of the contexts that a coordinator may do without."""


def projections(unseal: Unseal, bounded: Sequence[Projection] = BOUNDED) -> tuple[Projection, ...]:
    """Return every projection; `unseal` reads clients' names."""

    def clients_state(connection: sqlite3.Connection) -> ClientsState:
        return ClientsState(connection, unseal)

    return (
        Projection(CLIENTS, 4, frozenset({"clients"}), clients.SCHEMA, clients_state, ()),
        Projection(ACCESS, 2, frozenset({"access"}), access.SCHEMA, access.AccessState, ()),
        Projection(STEERING, 1, frozenset({"steering"}), steering.SCHEMA, steering.SteeringState, ()),
        *bounded,
    )
