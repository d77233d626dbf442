"""Following how a simulation converges: first what is there, then each new point as it is committed."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec
from litestar import WebSocket, websocket
from litestar.params import FromPath

from coordinator.http.caller import needs
from coordinator.http.requests.parameters import MAX_INTEGER
from coordinator.http.responses.streamed import Following, ShutOut, until_gone
from coordinator.http.shared import shared_of
from coordinator.http.simulations.shapes import Graph, GraphPoint, graph_point, points_in
from coordinator.live.stream import Deliver, FellBehind, Frame, Idle, stream
from coordinator.live.tails import Tail
from coordinator.node import Node
from core.events.envelope import Event
from core.refusals import Unknown
from core.simulations.events import SimulationDeleted, SimulationFinished
from core.simulations.placing import no_simulation, simulation_stream
from core.wording import shortened
from projections.simulations.points import BEGINNING, course

UNKNOWN_SIMULATION = 4404
_STOPPING = 1012
_TRY_AGAIN_LATER = 1013
_SHUT_OUT = 4401
_FAREWELL_SECONDS = 5.0
_POINTS_A_FRAME = 10_000
"""Of what is there already; such a frame stays below a megabyte, the most that many clients take."""

_DIGITS = len(str(MAX_INTEGER))
_encode = msgspec.json.Encoder().encode

Wrap = Callable[[int, bytes], bytes]
"""From the position up to which a graph tells, and the graph, to what is delivered."""


class _Page(msgspec.Struct, frozen=True):
    """Some of the points that are there: the place of the last of them, and whether it is the last of all."""

    points: list[GraphPoint]
    reached: tuple[int, int]
    last: bool
    complete: bool


async def follow(
    node: Node,
    simulation: int,
    wrap: Wrap,
    deliver: Deliver,
    *,
    beyond: tuple[int, int] = BEGINNING,
    after: int = 0,
    idle: Idle | None = None,
) -> None:
    """Deliver a simulation's graph part by part, until the coordinator stops.

    Args:
        node: where it is.
        simulation: its number.
        wrap: makes a part into what is delivered.
        deliver: hands it over.
        beyond: of what is there, only points behind this time and number.
        after: of what is there, only points recorded behind this position.
        idle: makes what is delivered when there was nothing else for a while.

    Raises:
        Unknown: there is no such simulation, or no more.
        FellBehind: the subscriber is too slow.
    """
    with node.live.tails.watch(simulation_stream(simulation)) as tail:
        here = node.live.tails.position
        complete = False
        async for page in _history(node, simulation, beyond, after, here):
            # One that has finished since is said to be complete with the points that came before its end.
            complete = page.last and page.complete and tail.last.get(SimulationFinished.type, 0) <= here
            # Who is cut off between two pages resumes where it began: the points are in the order of their times.
            await deliver(wrap(here if page.last else after, _encode(Graph(simulation, page.points, complete))))
        frames = _frames(simulation, tail, wrap, complete=complete)
        await stream(tail.pulse, frames, deliver, after=here, idle=idle)


def _frames(simulation: int, tail: Tail, wrap: Wrap, *, complete: bool) -> Callable[[int, int], Awaitable[Frame]]:
    """Return what makes frames of the events that come; `complete` says whether the simulation had finished before."""

    async def make(after: int, upto: int) -> Frame:
        if SimulationDeleted.type in tail.last:
            raise no_simulation(simulation)
        finished = tail.last.get(SimulationFinished.type, upto + 1)

        def encode(events: list[Event]) -> bytes:
            points = points_in(events)
            if not points and not after < finished <= upto:
                return b""  # it was renamed, say
            return wrap(upto, _encode(Graph(simulation, points, complete or finished <= upto)))

        return Frame(upto, tail.frame((wrap, complete), after, upto, encode))

    return make


async def _history(node: Node, simulation: int, beyond: tuple[int, int], after: int, upto: int) -> AsyncIterator[_Page]:
    """Yield what is there, in the order of the points' times; at least one page."""
    last = False
    while not last:
        page = await node.readers["simulations"].query(_page, simulation, beyond, after, upto)
        if page is None:
            raise no_simulation(simulation)
        yield page
        beyond, last = page.reached, page.last


def _page(
    connection: sqlite3.Connection, simulation: int, beyond: tuple[int, int], after: int, upto: int
) -> _Page | None:
    found = course(connection, simulation, beyond=beyond, after=after, upto=upto, limit=_POINTS_A_FRAME)
    if found is None:
        return None
    reached = (found.points[-1].at, found.points[-1].point) if found.points else beyond
    last = len(found.points) < _POINTS_A_FRAME
    return _Page([graph_point(point) for point in found.points], reached, last, found.complete)


def plain(_: int, graph: bytes) -> bytes:
    """Deliver a graph as it is."""
    return graph


def message(position: int, graph: bytes) -> bytes:
    """Deliver a graph as a Server-Sent Event, from whose id a client resumes."""
    return b"id: %d\ndata: %b\n\n" % (position, graph)


@websocket("/ws/convergence/{number:str}", guards=[needs("read")])
async def watch_convergence(socket: WebSocket[Any, Any, Any], number: FromPath[str]) -> None:
    """Send a simulation's graph: first what is there, then the new points of each commit, at least 20 ms apart."""
    await socket.accept()
    node = shared_of(socket).node

    following = Following(socket.scope)

    async def deliver(graph: bytes) -> None:
        following.check()
        await socket.send({"type": "websocket.send", "bytes": None, "text": graph.decode()})

    try:
        ended = await until_gone(follow(node, _read(number), plain, deliver), socket.receive)
        farewell = (_STOPPING, "The coordinator is stopping.") if ended else None
    except Unknown as unknown:
        farewell = UNKNOWN_SIMULATION, unknown.sentence
    except FellBehind:
        farewell = _TRY_AGAIN_LATER, "The points were not taken as fast as they came."
    except ShutOut:
        farewell = _SHUT_OUT, "The key opens this no more."
    if farewell is not None:
        with suppress(TimeoutError):  # one that takes nothing does not take this either; the connection is cut
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await socket.close(*farewell)


def _read(number: str) -> int:
    """Read a simulation's number; what is not a number is the number of no simulation, for which there is a close code."""
    if number.isascii() and number.isdigit() and len(number) < _DIGITS:
        return int(number)
    raise Unknown(f"There is no simulation {shortened(number)!r}.")
