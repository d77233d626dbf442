"""The whole log over HTTP, as the export that `verify` and `import` take and anybody can check by himself."""

from functools import partial
from typing import Annotated

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from coordinator.auditing.exporting import named
from coordinator.http.caller import AnyRequest, caller_of, needs
from coordinator.http.past import ONLY_NOW
from coordinator.http.requests.parameters import MAX_INTEGER
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.streamed import NDJSON, Streamed
from coordinator.live.stream import Deliver
from coordinator.log.ndjson import FORMAT, Header, event_lines, header_line
from coordinator.log.queries import EVERYTHING, event_at, page
from coordinator.node import Node
from core.events.envelope import StoredEvent
from core.log.events import LogOpened
from core.refusals import BadInput, Unknown

_ROWS_AT_ONCE = 2_000

Upto = Annotated[
    int | None, QueryParameter(ge=1, le=MAX_INTEGER, description="The last event that is wanted; else the newest.")
]
Since = Annotated[
    int | None,
    QueryParameter(
        name="from",
        ge=1,
        le=MAX_INTEGER,
        description="The first event that is wanted, to go on with an export that broke off: no header comes before it.",
    ),
]


@get("/log", media_type=NDJSON, summary="Take the whole log", responses=may_answer(404))
async def read_log(
    request: AnyRequest, node: NamedDependency[Node], since: Since = None, upto: Upto = None
) -> Response[str]:
    """Return an export of the log as NDJSON, as docs/reference/log-format.md describes it: `tallystick verify` takes it.

    Its header promises a position and a hash, so that what broke off is noticed. To go on with it ask for
    `from=` the position after its last whole line and `upto=` the position in its header, and append what comes.
    """
    last = await node.log_readers.query(event_at, upto or node.end)
    if last is None:
        raise Unknown(f"There is no event {upto}; the log ends at {node.end}.")
    if since is not None and since > last.position:
        raise BadInput(f"The query parameter from is {since}; a position from 1 to {last.position} is accepted.")
    beside = named(node.directory) if "admin" in caller_of(request).may else ()
    answer = Streamed(partial(_deliver, node, since, last, beside), NDJSON)
    answer.headers["Content-Disposition"] = f'attachment; filename="log-{last.position}.ndjson"'
    return answer


async def _deliver(node: Node, since: int | None, last: StoredEvent, beside: tuple[str, ...], deliver: Deliver) -> None:
    """Deliver the export a page at a time: no cursor stays open while a slow client reads.

    Nothing is checked on the way: whoever takes the log checks it, and finds the event that is not what it must be.
    """
    if since is None:
        opened = await node.log_readers.query(event_at, 1)
        assert opened is not None, "there are events, and they are counted from 1"
        log = msgspec.json.decode(opened.data, type=LogOpened).log
        await deliver(header_line(Header(FORMAT, log, last.position, last.hash.hex(), beside)))
    after, more = (since or 1) - 1, True
    while more and not node.live.growth.closed:
        found = await node.log_readers.query(page, after, _ROWS_AT_ONCE, EVERYTHING, last.position)
        if found.events:
            await deliver(event_lines(map(msgspec.structs.astuple, found.events)))
        after, more = found.upto, found.more


ROUTER = Router("/api/v1", route_handlers=[read_log], guards=[needs("read")], opt=ONLY_NOW, tags=["Events"])
