"""The routes of convergence data: recording points, and the graph that they make."""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.places import AT_DESK
from coordinator.http.requests.parameters import Id
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.http.responses.streamed import SSE, Streamed, keepalive, resumed, streamed_as
from coordinator.http.responses.tables import Tabular
from coordinator.http.simulations.following import follow, message
from coordinator.http.simulations.shapes import Graph, Metrics, Number, PointShown, graph_point, metrics_of, point_shown
from coordinator.live.stream import Deliver
from coordinator.node import Node
from core.refusals import Unknown
from core.simulations.commands import RecordPoint
from core.simulations.placing import no_simulation
from core.timestamps import from_address, from_iso
from projections.simulations.catalogue import simulation
from projections.simulations.points import BEGINNING, Course, course, end_of

_encode = msgspec.json.Encoder().encode


class NewPoint(msgspec.Struct, frozen=True):
    """A loss, the time that it belongs to (without one, that of its recording), and what else was measured, by name."""

    simulation_id: Number
    loss_value: float
    timestamp: str | None = None
    metrics: Metrics | None = None


@post(
    "/convergence/data",
    opt=AT_DESK,
    guards=[needs("submit")],
    summary="Record a point",
    status_code=200,
    responses=may_answer(404),
)
async def record_point(request: AnyRequest, data: JSONBody[NewPoint]) -> Response[PointShown]:
    """Record a point. The same content sent twice is two points, unless an Idempotency-Key says that it is one."""
    at = None if data.timestamp is None else from_iso(data.timestamp, "timestamp")
    command = RecordPoint(
        simulation=data.simulation_id, loss=data.loss_value, at=at, metrics=metrics_of(data.metrics or {})
    )
    return await _recorded(request, command)


@post(
    "/convergence/{number:int}/add-bare-sql",
    guards=[needs("submit")],
    summary="Record a point from a query parameter",
    status_code=200,
    responses=may_answer(404),
)
async def record_from_query(
    request: AnyRequest, number: FromPath[Id], loss_value: FromQuery[float]
) -> Response[PointShown]:
    """Record a point, as `POST /convergence/data` does."""
    return await _recorded(request, RecordPoint(simulation=number, loss=loss_value))


async def _recorded(request: AnyRequest, command: RecordPoint) -> Response[PointShown]:
    outcome = await perform(request, command)
    return answered(outcome, point_shown(command.simulation, outcome.answer))


@get("/convergence/{number:int}/data", guards=[needs("read")], summary="Read the points", responses=may_answer(404))
async def read_points(node: NamedDependency[Node], number: FromPath[Id]) -> Response[list[PointShown]]:
    """Return every point of a simulation, in the order of their times."""
    return await _drawn(node, number, lambda found: [point_shown(number, point) for point in found.points])


@get("/convergence/{number:int}/graph", guards=[needs("read")], summary="Read the graph", responses=may_answer(404))
async def read_graph(node: NamedDependency[Node], number: FromPath[Id]) -> Response[Graph]:
    """Return the graph of a simulation, in the order of the points' times."""
    return await _drawn(node, number, partial(_graph, number))


@get(
    "/convergence/{number:int}/stream",
    guards=[needs("read")],
    opt=streamed_as(SSE),
    summary="Read or follow what came after a time",
    responses=may_answer(404),
)
async def read_news(
    request: AnyRequest,
    node: NamedDependency[Node],
    number: FromPath[Id],
    last_timestamp: FromQuery[str | None] = None,
) -> Response[Graph]:
    """Return the points that belong to later times than `last_timestamp`.

    As Server-Sent Events (`Accept: text/event-stream`), return them and each new point as it is recorded; a client
    that was cut off resumes by the header Last-Event-ID, with whatever was recorded since.
    """
    beyond = BEGINNING if last_timestamp is None else end_of(from_address(last_timestamp, "last_timestamp"))
    if request.accept.best_match(["application/json", SSE], default="application/json") != SSE:
        return await _drawn(node, number, partial(_graph, number), beyond)
    after = resumed(request)
    if after:  # what was recorded since was not sent, to whatever time it belongs
        beyond = BEGINNING
    if await node.readers["simulations"].query(simulation, number) is None:
        raise no_simulation(number)

    async def produce(deliver: Deliver) -> None:
        try:
            await follow(node, number, message, deliver, beyond=beyond, after=after, idle=keepalive)
        except Unknown:  # deleted meanwhile: the stream ends
            return

    return Streamed(produce, SSE)


def _graph(number: int, found: Course) -> Graph:
    return Graph(number, [graph_point(point) for point in found.points], found.complete)


async def _drawn(
    node: Node, number: int, draw: Callable[[Course], Any], beyond: tuple[int, int] = BEGINNING
) -> Response[Any]:
    """Answer with what is drawn of a simulation's points, off the event loop: there may be many."""

    def drawn(connection: sqlite3.Connection) -> bytes | None:
        found = course(connection, number, beyond=beyond)
        return None if found is None else _encode(draw(found))

    body = await node.readers["simulations"].query(drawn)
    if body is None:
        raise no_simulation(number)
    return Tabular(body, media_type="application/json")


HANDLERS = (record_point, record_from_query, read_points, read_graph, read_news)
