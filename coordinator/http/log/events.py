"""The log over HTTP: pages of it, streams of it, single events; and handing in what happened, in bulk."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, PathParameter, QueryParameter

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.requests.parameters import MAX_INTEGER, name_in
from coordinator.http.responses.comma_separated import CSV
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.streamed import NDJSON, SSE, Streamed, keepalive, resumed, streamed_as
from coordinator.http.responses.tables import Tabular, form_of, header, lines
from coordinator.live.stream import Deliver, Frame, stream
from coordinator.log.queries import Selection, event_at, page, version_of
from coordinator.log.shown import ShownEvent, json_line, show, sse_message
from coordinator.node import Node
from core.events.envelope import StoredEvent
from core.refusals import Unknown
from core.timestamps import from_address
from core.wording import shortened

MAX_LIMIT = 1_000
DEFAULT_LIMIT = 100
_ROWS_AT_ONCE = 5_000

Position = Annotated[int, PathParameter(ge=1, le=MAX_INTEGER, description="The event's place in the log.")]
After = Annotated[int, QueryParameter(ge=0, le=MAX_INTEGER, description="The position that the events follow.")]
Limit = Annotated[
    int | None, QueryParameter(ge=1, le=MAX_LIMIT, description=f"How many, at most; {DEFAULT_LIMIT} on a page.")
]
OfStream = Annotated[str | None, QueryParameter(name="stream", description="Only of this stream, `composite-17`.")]
OfType = Annotated[
    str | None,
    QueryParameter(name="type", description="Only of this type, or of all that begin with it and a dot, `factoring`."),
]
Since = Annotated[str | None, QueryParameter(description="Recorded at this time or later, ISO 8601.")]
Until = Annotated[str | None, QueryParameter(description="Recorded before this time, ISO 8601.")]
OfCause = Annotated[
    int | None,
    QueryParameter(name="cause", ge=1, le=MAX_INTEGER, description="Only what the event at this position led to."),
]
OfRequest = Annotated[
    str | None, QueryParameter(name="correlation", description="Only what the request of this id led to.")
]


class EventPage(msgspec.Struct, frozen=True):
    """Events in the order of their positions.

    Attributes:
        events: the events.
        next: what to send as `after` for those that follow; null when there are none yet.
        head: the position of the newest event in the log.
    """

    events: list[ShownEvent]
    next: int | None
    head: int


@get("/events", summary="Read or follow the log", opt=streamed_as(NDJSON, SSE))
async def list_events(
    request: AnyRequest,
    node: NamedDependency[Node],
    after: After = 0,
    limit: Limit = None,
    of_stream: OfStream = None,
    of_type: OfType = None,
    since: Since = None,
    until: Until = None,
    of_cause: OfCause = None,
    of_request: OfRequest = None,
) -> Response[EventPage]:
    """Return a page of events.

    As NDJSON (`Accept: application/x-ndjson`) or CSV all there are are returned, or `limit` of them; as Server-Sent Events
    (`Accept: text/event-stream`) all there are and all that will be, after `after` or the header Last-Event-ID.
    """
    selection = Selection(
        stream=of_stream,
        type=of_type,
        since=None if since is None else from_address(since, "since"),
        until=None if until is None else from_address(until, "until"),
        cause=of_cause,
        correlation=of_request,
    )
    wanted = request.accept.best_match(["application/json", NDJSON, SSE], default="application/json")
    if wanted == SSE:
        return _followed(node, selection, resumed(request, after))
    if wanted == NDJSON:
        return Streamed(partial(_deliver_lines, node, selection, after, limit, _in_json), NDJSON)
    if form_of(request) == "csv":
        return Streamed(partial(_deliver_table, node, selection, after, limit), CSV)
    return Tabular(await _page(node, selection, after, limit or DEFAULT_LIMIT))


@get("/events/{position:int}", summary="Read one event", responses=may_answer(404))
async def read_event(node: NamedDependency[Node], position: Position) -> ShownEvent:
    """Return the event at a position."""
    event = await node.log_readers.query(event_at, position)
    if event is None:
        raise Unknown(f"There is no event {position}; the log ends at {node.end}.")
    return show(event)


@get("/streams/{name:path}", summary="Read one stream", responses=may_answer(404))
async def read_stream(
    node: NamedDependency[Node], name: FromPath[str], after: After = 0, limit: Limit = None
) -> EventPage:
    """Return what happened to one thing, `composite-17`, oldest first."""
    stream = name_in(name)
    found = await _page(node, Selection(stream=stream), after, limit or DEFAULT_LIMIT)
    if not found.events and not await node.log_readers.query(version_of, stream):
        raise Unknown(f"There is no stream {shortened(stream)!r}; streams have names such as composite-17.")
    return found


async def _page(node: Node, selection: Selection, after: int, limit: int) -> EventPage:
    found = await node.log_readers.query(page, after, limit, selection)
    return EventPage(
        events=[show(event) for event in found.events],
        next=found.upto if found.more else None,
        head=node.end,
    )


async def _deliver_table(node: Node, selection: Selection, after: int, limit: int | None, deliver: Deliver) -> None:
    await deliver(header(ShownEvent))
    await _deliver_lines(node, selection, after, limit, _in_rows, deliver)


def _in_json(events: Sequence[StoredEvent]) -> bytes:
    return b"".join(map(json_line, events))


def _in_rows(events: Sequence[StoredEvent]) -> bytes:
    return lines(map(show, events))


async def _deliver_lines(
    node: Node,
    selection: Selection,
    after: int,
    limit: int | None,
    written: Callable[[Sequence[StoredEvent]], bytes],
    deliver: Deliver,
) -> None:
    """Deliver events as lines, a page at a time; no cursor stays open while a slow client reads."""
    end, left = node.end, limit
    more = True
    while more and left != 0 and not node.live.growth.closed:
        found = await node.log_readers.query(page, after, min(left or _ROWS_AT_ONCE, _ROWS_AT_ONCE), selection, end)
        if found.events:
            await deliver(written(found.events))
        after, more = found.upto, found.more
        left = None if left is None else left - len(found.events)


def _followed(node: Node, selection: Selection, after: int) -> Streamed:
    """Follow the log; those who want the same are served from the same frames."""

    async def read(after: int, upto: int) -> Frame:
        found = await node.log_readers.query(page, after, _ROWS_AT_ONCE, selection, upto)
        return Frame(found.upto, b"".join(map(sse_message, found.events)))

    async def make(after: int, upto: int) -> Frame:
        return await node.live.frames.frame(selection, after, upto, read)

    return Streamed(partial(stream, node.live.pulse, make, after=after, idle=keepalive), SSE)


ROUTER = Router(
    "/api/v1", route_handlers=[list_events, read_event, read_stream], guards=[needs("read")], tags=["Events"]
)
