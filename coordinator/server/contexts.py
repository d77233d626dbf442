"""Every bounded context with all that it brings to a coordinator; nothing else names them one by one."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from litestar.types import ControllerRouterHandler
from msgspec import Struct

from coordinator.http.bulk.ingest import Ingest
from coordinator.http.counting import items as counting_items
from coordinator.http.counting import routes as counting_routes
from coordinator.http.factoring import items as factoring_items
from coordinator.http.factoring import routes as factoring_routes
from coordinator.http.federation import items as federation_items
from coordinator.http.federation import routes as federation_routes
from coordinator.http.log import explaining
from coordinator.http.middleware import routes as middleware_routes
from coordinator.http.notifications import routes as notifications_routes
from coordinator.http.shared import Shared
from coordinator.http.simulations import items as simulations_items
from coordinator.http.simulations import routes as simulations_routes
from coordinator.http.tasks import items as tasks_items
from coordinator.http.tasks import routes as tasks_routes
from coordinator.http.trust import routes as trust_routes
from coordinator.intake.uploads import Uploads
from coordinator.node import Node
from coordinator.observing import figures
from coordinator.observing.figures import Figures
from coordinator.operations import searching
from coordinator.operations.residues import exchanging
from coordinator.operations.seeding import seed_machines
from coordinator.operations.upkeep import clock, mending
from coordinator.pages import federation as federation_pages
from coordinator.pages import tasks as tasks_pages
from coordinator.pages import trust as trust_pages
from coordinator.pages.contributing.contribution import Contribution
from coordinator.pages.counting import contribution as counting_pages
from coordinator.pages.factoring import contribution as factoring_pages
from coordinator.pages.notifications import contribution as notifications_pages
from coordinator.pages.simulations import contribution as simulations_pages
from coordinator.reactors import alarms, delivering, drawing, powers, proving, relatives
from coordinator.reactors import tasks as tasks_reactor
from coordinator.reactors.queue import TaskQueue
from coordinator.residues.store import ResidueStore, SharedFiles
from projections import contexts as projections
from projections.runtime.projection import Projection

Duty = Callable[[], Coroutine[Any, Any, None]]
"""Begins something that goes on by itself until it is cancelled."""


class Going(Struct, frozen=True):
    """Things that go on by themselves as long as the application is there.

    Attributes:
        here: on every node.
        writing: on the node that writes, while it does.
    """

    here: Sequence[Duty] = ()
    writing: Sequence[Duty] = ()


Life = Callable[[Shared, AsyncExitStack], Awaitable[Going]]
"""Opens what a context needs besides its tables, and returns what goes on by itself until the application ends."""


class BoundedContext(Struct, frozen=True, kw_only=True):
    """A context with all that it brings.

    Attributes:
        projection: its state and views; with it come its facts and its decisions.
        routers: its addresses.
        ingests: the kinds of item of which the bulk address takes what is its own.
        bodies: types from which bodies are described that Litestar can not describe, by the handler's name.
        pages: what it brings to the pages.
        figures: what makes its figures for metrics; None for none.
        results: the routes that take results of its work.
        life: what begins and ends with the application; None for nothing.
    """

    projection: Projection
    routers: Sequence[ControllerRouterHandler] = ()
    ingests: Sequence[Ingest[Any]] = ()
    bodies: Mapping[str, Any] = {}
    pages: Contribution = Contribution()
    figures: Figures | None = None
    results: Sequence[str] = ()
    life: Life | None = None


async def _factoring(shared: Shared, stack: AsyncExitStack) -> Going:
    node, settings = shared.node, shared.settings
    residues = shared.open(ResidueStore(settings.data_dir, _shared_residues(node)))
    uploads = shared.open(Uploads(node, settings.number_ceiling_digits))
    stack.push_async_callback(uploads.close)
    if node.standing.holding:
        await uploads.resume()
    return Going(
        here=(
            partial(mending.run, node),
            partial(searching.run, node),
            partial(exchanging.run, node, residues),
        ),
        writing=(
            partial(clock.run_clearing, node, residues),
            partial(powers.run, node),
            partial(proving.run, node),
            partial(relatives.run, node),
        ),
    )


def _shared_residues(node: Node) -> SharedFiles | None:
    if node.pen is None:
        return None
    from coordinator.pen.residues import SharedResidues  # noqa: PLC0415 - who has no database need not have its client

    return SharedResidues(node.pen)


async def _simulations(shared: Shared, _: AsyncExitStack) -> Going:
    # A start at which they can't be asked for leaves seeding to the next.
    if not shared.settings.seed_machines or "simulations" in shared.node.withheld:
        return Going()
    if not shared.node.standing.holding:
        return Going(writing=(partial(seed_machines, shared.node),))
    await seed_machines(shared.node)
    return Going()


async def _tasks(shared: Shared, stack: AsyncExitStack) -> Going:
    if not shared.settings.valkey:
        return Going()
    from coordinator.reactors.valkey_server import ValkeyServer  # noqa: PLC0415 - most have none, and its client is large

    queue = shared.open(TaskQueue(ValkeyServer(shared.settings.valkey)))
    stack.push_async_callback(queue.close)
    return Going(writing=(partial(tasks_reactor.run, shared.node, queue),))


async def _notifications(shared: Shared, _: AsyncExitStack) -> Going:
    watchman = shared.metrics.watchman
    assert watchman is not None, "metrics are attached before"
    return Going(
        writing=(
            partial(delivering.run, shared.node, shared.settings),
            partial(alarms.run, shared.node, watchman),
        )
    )


async def _trust(shared: Shared, _: AsyncExitStack) -> Going:
    # Without factoring there is nothing to check.
    return Going(writing=(partial(drawing.run, shared.node),) if "factoring" in shared.node.contexts else ())


CONTEXTS = (
    BoundedContext(
        projection=projections.FACTORING_FILE,
        routers=(*factoring_routes.ROUTERS, *middleware_routes.ROUTERS, explaining.COMPOSITES),
        ingests=factoring_items.INGESTS,
        pages=factoring_pages.FACTORING,
        figures=figures.of_factoring,
        results=(*factoring_routes.RESULTS, *middleware_routes.RESULTS),
        life=_factoring,
    ),
    BoundedContext(
        projection=projections.COUNTING_FILE,
        routers=(*counting_routes.ROUTERS, explaining.JOBS),
        ingests=counting_items.INGESTS,
        bodies=counting_routes.BODIES,
        pages=counting_pages.COUNTING,
        figures=figures.of_counting,
        results=counting_routes.RESULTS,
    ),
    BoundedContext(
        projection=projections.SIMULATIONS_FILE,
        routers=simulations_routes.ROUTERS,
        ingests=simulations_items.INGESTS,
        bodies=simulations_routes.BODIES,
        pages=simulations_pages.SIMULATIONS,
        life=_simulations,
    ),
    BoundedContext(
        projection=projections.FEDERATION_FILE,
        routers=(*federation_routes.ROUTERS, explaining.AGENTS),
        ingests=federation_items.INGESTS,
        bodies=federation_routes.BODIES,
        pages=federation_pages.FEDERATION,
    ),
    BoundedContext(
        projection=projections.TASKS_FILE,
        routers=tasks_routes.ROUTERS,
        ingests=tasks_items.INGESTS,
        bodies=tasks_routes.BODIES,
        pages=tasks_pages.TASKS,
        figures=figures.of_tasks,
        results=tasks_routes.RESULTS,
        life=_tasks,
    ),
    BoundedContext(
        projection=projections.NOTIFICATIONS_FILE,
        routers=notifications_routes.ROUTERS,
        pages=notifications_pages.NOTIFICATIONS,
        figures=figures.of_notifications,
        life=_notifications,
    ),
    BoundedContext(
        projection=projections.TRUST_FILE, routers=trust_routes.ROUTERS, pages=trust_pages.TRUST, life=_trust
    ),
)
