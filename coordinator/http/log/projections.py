"""Projections over HTTP, for administrators: how they stand, building them anew, and the snapshots of the past."""

import asyncio
import sqlite3

import msgspec
from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from coordinator.http.caller import needs
from coordinator.http.past import ONLY_NOW
from coordinator.http.places import AT_WRITER
from coordinator.http.responses.problems import may_answer
from coordinator.log.queries import event_at
from coordinator.node import Node
from coordinator.observing.storage import size_of
from coordinator.operations.projections import rebuilding
from coordinator.operations.projections.health import withheld
from coordinator.operations.projections.rebuilding import rebuild_of
from coordinator.past.snapshots import Snapshot, snapshots
from coordinator.processes.background import JobStatus
from coordinator.projecting.opening import path_of
from core.timestamps import to_iso
from projections.runtime import checkpoint
from projections.runtime.checkpoint import Degraded


class ProjectionRow(msgspec.Struct, frozen=True):
    """One context's projections.

    Attributes:
        name: of the context.
        version: that built the file; 0 while there is none, because it is being built anew.
        position: up to which the file holds the log; one that nothing concerns moves on now and then.
        bytes: how large the file is.
        degraded: views that have stopped; `state` when it is all of them.
    """

    name: str
    version: int
    position: int
    bytes: int
    degraded: list[Degraded]


class ProjectionList(msgspec.Struct, frozen=True):
    """Every context's projections, and the position of the log's newest event."""

    head: int
    projections: list[ProjectionRow]


class SnapshotRow(msgspec.Struct, frozen=True):
    """Projections as they were, from which moments after them are folded.

    Attributes:
        position: of the last event in them.
        recorded_at: when it was recorded.
        bytes: how much room they take.
    """

    position: int
    recorded_at: str
    bytes: int


class SnapshotList(msgspec.Struct, frozen=True):
    """Every snapshot, the oldest first, and how much room all of them take."""

    checkpoints: list[SnapshotRow]
    bytes: int


@get("/projections", summary="List projections", opt=ONLY_NOW)
async def list_projections(node: NamedDependency[Node]) -> ProjectionList:
    """Return how each context's projections stand."""
    rows = []
    for name, readers in node.readers.items():
        if name in node.withheld:
            rows.append(ProjectionRow(name, 0, 0, 0, withheld(node, name)))
            continue
        version, position, degraded = await readers.query(_standing)
        size = size_of(path_of(node.directory, name))
        rows.append(ProjectionRow(name, version, position, size, degraded))
    return ProjectionList(node.end, rows)


def _standing(connection: sqlite3.Connection) -> tuple[int, int, list[Degraded]]:
    version = checkpoint.version(connection)
    assert version is not None, "the file is open"
    return version, checkpoint.read(connection).position, checkpoint.degraded(connection)


@post(
    "/projections/{name:str}/rebuild",
    status_code=202,
    summary="Build projections anew",
    responses=may_answer(404, 409),
)
async def begin_rebuild(node: NamedDependency[Node], name: FromPath[str]) -> Response[JobStatus]:
    """Fold a context's projections anew from the log, beside the live ones, and put them in their place at the end.

    Reading and writing go on; `all` builds one context after the other.
    """
    return Response(rebuilding.begin_rebuild(node, name).status)


@get(
    "/projections/{name:str}/rebuild",
    opt=AT_WRITER,
    summary="See how far a rebuild is",
    responses=may_answer(404),
)
async def show_rebuild(node: NamedDependency[Node], name: FromPath[str]) -> JobStatus:
    """Return how the newest rebuild of a context's projections stands, or of all."""
    return node.background.of(rebuild_of(name)).status


@delete("/projections/{name:str}/rebuild", status_code=200, summary="Cancel a rebuild", responses=may_answer(404, 409))
async def cancel_rebuild(node: NamedDependency[Node], name: FromPath[str]) -> JobStatus:
    """End a rebuild; the live projections stay as they are."""
    return (await node.background.cancel(rebuild_of(name))).status


@get("/checkpoints", summary="List the snapshots of the past", opt=ONLY_NOW)
async def list_snapshots(node: NamedDependency[Node]) -> SnapshotList:
    """Return from where moments of the past are folded; what is deleted there is made again when there is time."""
    kept = await asyncio.to_thread(_sizes, node)
    rows = []
    for one, size in kept:
        event = await node.log_readers.query(event_at, one.position)
        if event is not None:
            rows.append(SnapshotRow(one.position, to_iso(event.recorded_at), size))
    return SnapshotList(rows, sum(row.bytes for row in rows))


def _sizes(node: Node) -> list[tuple[Snapshot, int]]:
    return [(one, one.bytes) for one in snapshots(node.directory)]


ROUTER = Router(
    "/api/v1/admin",
    route_handlers=[list_projections, begin_rebuild, show_rebuild, cancel_rebuild, list_snapshots],
    guards=[needs("admin")],
    tags=["Administration"],
)
