"""Health: whether the coordinator can be used, told to people, to whoever spreads requests, to whoever starts it again."""

from collections.abc import Iterator, Sequence

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from coordinator.desks.office import Office
from coordinator.http.caller import PUBLIC, AnyRequest
from coordinator.http.past import ONLY_NOW
from coordinator.http.places import AT_OFFICE
from coordinator.http.responses.problems import may_answer
from coordinator.http.shared import Shared, shared_of
from coordinator.http.system.program import VERSION
from coordinator.http.workers.attendance import starting, unattended
from coordinator.log import engine, queries
from coordinator.node import Node
from coordinator.operations.projections.rebuilding import rebuild_of
from coordinator.operations.steering import StandingPause, standing
from coordinator.pen.pen import Pen
from coordinator.reactors.queue import TaskQueue
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from core.refusals import Unknown
from core.timestamps import to_iso
from projections.runtime.checkpoint import STATE, Degraded, degraded


class LogHealth(msgspec.Struct, frozen=True):
    """The log's backend with its version, and the position of its newest event."""

    backend: str
    version: str
    position: int


class SharedHealth(msgspec.Struct, frozen=True):
    """The log that nodes share, as this node sees it.

    Attributes:
        backend: `postgresql`.
        version: of the database; empty before it was reached.
        standby: `synchronous`, `asynchronous` (what was acknowledged can be lost), or `none`.
        pen: whether this node may append.
        term: the position at which it took the pen last; 0 for never.
        reason: why it may not append; null while it may.
        holder: the node that took it last, as far as is known here; empty while nobody is known to.
        heard_seconds: how long ago the shared log was last read here; 0 for who writes it.
        warnings: what is not as it should be with the database.
    """

    backend: str
    version: str
    standby: str
    pen: bool
    term: int
    reason: str | None
    holder: str
    heard_seconds: float
    warnings: tuple[str, ...]


class ProjectionHealth(msgspec.Struct, frozen=True):
    """Up to which position the projections show the log, and how many events they are behind it."""

    position: int
    lag: int


class DegradedView(msgspec.Struct, frozen=True):
    """A view that stopped at an event which it could not apply."""

    context: str
    view: str
    position: int
    reason: str


class BuiltAnew(msgspec.Struct, frozen=True):
    """A context of which nothing is shown or recorded until its projections are built.

    Attributes:
        context: its name.
        reason: why it waits, in words.
        done: how many events are in them.
        total: how many there are.
        seconds_left: until all are; null while nobody can tell.
    """

    context: str
    reason: str
    done: int
    total: int
    seconds_left: float | None


class Desks(msgspec.Struct, frozen=True):
    """How many processes answer requests before the office: how many there should be, and how many it is connected to."""

    wanted: int
    connected: int


class Health(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the coordinator is.

    Attributes:
        status: `healthy`, or `unhealthy` while the log can't be written, or a context has stopped at an event.
        timestamp: now.
        version: of the program.
        log: the log's end.
        projections: how far they are.
        workers: how many were seen in the last minute.
        starting: that workers which the coordinator starts itself have not turned up yet, in the minute after its start.
        valkey: `disabled`; `healthy` when it answers and lets tasks be written, else `unreachable`.
        role: `writer` or `follower`.
        reason: why it is unhealthy.
        shared: the log that nodes share; only where they do.
        clock: what is wrong with this machine's clock.
        degraded: views that have stopped.
        building: contexts whose projections are being built anew, and that wait for them.
        alarms: what is not as it should be, by the kind of alarm, each with a sentence.
        unattended: contexts whose work does not get to workers, or which no worker was seen to do in the last minute,
            each with what to do about it.
        paused: everything for which no work is handed out because somebody wants it so.
        desks: the processes that answer requests, where they are others than the one that writes.
    """

    status: str
    timestamp: str
    version: str
    log: LogHealth
    projections: ProjectionHealth
    workers: int
    valkey: str
    role: str
    starting: str | None = None
    reason: str | None = None
    shared: SharedHealth | None = None
    clock: str | None = None
    degraded: list[DegradedView] = []
    building: list[BuiltAnew] = []
    alarms: dict[str, list[str]] = {}
    unattended: dict[str, str] = {}
    paused: list[StandingPause] = []
    desks: Desks | None = None


class Living(msgspec.Struct, frozen=True):
    """The process lives, or is ready."""

    status: str


@get(
    ["/health", "/api/v1/health"],
    summary="How the coordinator is",
    opt={**ONLY_NOW, **AT_OFFICE},
    responses={
        503: ResponseSpec(
            Health, generate_examples=False, description="The log can't be written, or a context has stopped"
        )
    },
)
async def read_health(request: AnyRequest, node: NamedDependency[Node]) -> Response[Health]:
    """Say how the coordinator is; 503 while the log can't be written, or a context has stopped at an event."""
    stopped, unread = await _stopped(node)
    shared = _shared(node)
    reason = _why_apart(node) or node.unwritable or unread or _why_stopped(stopped)
    moment = now()
    health = Health(
        status="healthy" if reason is None else "unhealthy",
        timestamp=to_iso(moment),
        version=VERSION,
        log=LogHealth("sqlite", engine.VERSION, node.log.head().position),
        projections=ProjectionHealth(node.writer.applied, node.lag),
        workers=node.presence.count(moment),
        valkey=await _valkey(shared_of(request).find(TaskQueue)),
        role=node.standing.role,
        starting=starting(node, shared_of(request).settings) or None,
        reason=reason,
        shared=shared,
        clock=node.timekeeper.complaint,
        degraded=stopped,
        building=_waiting(node),
        alarms=await _alarms(shared_of(request)),
        unattended=unattended(node, shared_of(request).settings),
        paused=await _paused(node),
        desks=_desks(shared_of(request)),
    )
    return Response(health, status_code=200 if reason is None else 503, headers={"Cache-Control": "no-store"})


def _shared(node: Node) -> SharedHealth | None:
    pen, standing = node.pen, node.standing
    if pen is None:
        return None
    fit = pen.fitness
    return SharedHealth(
        backend="postgresql",
        version=fit.version if fit else "",
        standby=fit.standby if fit else "",
        pen=standing.holding,
        term=pen.term,
        reason=None if standing.holding else pen.why_idle,
        holder=standing.holder,
        heard_seconds=round(standing.silence, 3),
        warnings=(*(fit.warnings if fit else ()), *_shut_out(pen)),
    )


def _shut_out(pen: Pen) -> Iterator[str]:
    """Yield what it means that no further session is to be had, as while PostgreSQL shuts down at its leisure."""
    if pen.shut_out:
        yield (
            f"This node gets no further session with the database ({pen.shut_out}): residue files are not brought there, nor fetched, and"
            " a node whose session ends does not write before it is let in again."
        )


def _desks(shared: Shared) -> Desks | None:
    office = shared.find(Office)
    return None if office is None else Desks(shared.settings.desks, len(office.desks))


def _why_apart(node: Node) -> str | None:
    """Return why a node neither writes nor follows who does, in a sentence; None when it does."""
    standing = node.standing
    if standing.holding or not standing.trouble:
        return None
    return f"The shared log can't be read ({standing.trouble}); what is shown is as of event {node.position}."


async def _valkey(queue: TaskQueue | None) -> str:
    if queue is None:
        return "disabled"
    return "healthy" if await queue.takes_tasks() else "unreachable"


def _waiting(node: Node) -> list[BuiltAnew]:
    waiting = []
    for name, reason in node.withheld.sentences.items():
        try:
            job = node.background.of(rebuild_of(name)).status
        except Unknown:  # it could not be begun, as where the log is gone
            waiting.append(BuiltAnew(name, reason, 0, node.end, None))
        else:
            waiting.append(BuiltAnew(name, reason, job.done, job.total, job.seconds_left))
    return waiting


def _why_stopped(stopped: Sequence[DegradedView]) -> str | None:
    """Return why a context takes no writes, None when all that are served do."""
    for one in stopped:
        if one.view == STATE:
            return f"{one.context} takes no writes: its state stopped at event {one.position} ({one.reason})."
    return None


async def _paused(node: Node) -> list[StandingPause]:
    """Return what is paused; nothing where that can't be read, which `_stopped` tells, or will the next time."""
    try:
        return await standing(node)
    except Unavailable:
        return []


async def _stopped(node: Node) -> tuple[list[DegradedView], str | None]:
    """Return the views that have stopped, and which file can't be read, in a sentence; None when all can be."""
    stopped: list[DegradedView] = []
    unread: str | None = None
    try:
        await node.log_readers.query(queries.head)
    except Unavailable as error:
        unread = str(error)
    for name, readers in node.served.items():
        try:
            views: list[Degraded] = await readers.query(degraded)
        except Unavailable as error:
            unread = unread or str(error)
            continue
        stopped += (DegradedView(name, view.view, view.position, view.reason) for view in views)
    return stopped, unread


async def _alarms(shared: Shared) -> dict[str, list[str]]:
    """Return what is not as it should be; nothing while the tables that tell can't be read, of which `reason` tells then."""
    assert shared.metrics.watchman is not None, "metrics are attached at the start"
    found: dict[str, list[str]] = {}
    try:
        for one in await shared.metrics.watchman.conditions():
            found.setdefault(one.alarm, []).append(f"{one.subject}: {one.reason}")
    except Unavailable:
        return {}
    return found


@get(
    "/health/ready",
    summary="Whether all of it can be used",
    opt={**ONLY_NOW, **AT_OFFICE},
    responses=may_answer(503),
)
async def read_ready(node: NamedDependency[Node]) -> Living:
    """Answer, unless something can't be read or written, as when tables are built anew.

    Raises:
        Unavailable: says what.
    """
    stopped, unread = await _stopped(node)
    reason = _why_apart(node) or node.unwritable or unread or _why_stopped(stopped)
    for name, sentence in node.withheld.sentences.items():
        reason = reason or f"{name} is not served yet: {sentence}"
    if reason is not None:
        raise Unavailable(reason)
    return Living("ready")


@get("/health/live", summary="Whether the process lives")
async def read_living() -> Living:
    """Answer."""
    return Living("alive")


ROUTER = Router("/", route_handlers=[read_health, read_living, read_ready], guards=[PUBLIC], tags=["System"])
