"""A test of the connection to Valkey."""

import msgspec
from litestar import get
from litestar.di import NamedDependency

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.past import ONLY_NOW
from coordinator.http.places import AT_OFFICE
from coordinator.http.requests.refusals import Unreachable
from coordinator.http.responses.problems import may_answer
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.reactors.queue import QueueAway, TaskQueue
from projections.tasks.table import waiting_count


class ValkeyTest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How Valkey is.

    Attributes:
        valkey: `disabled`, or `healthy`.
        message: in words.
        ping: what it answered to PING.
        version: of the server.
        round_trip_ms: how long that took.
        queue_length: how many tasks are in its streams.
        waiting_outside: how many more wait in the log, until there is room in the streams.
    """

    valkey: str
    message: str
    ping: str | None = None
    version: str | None = None
    round_trip_ms: float | None = None
    queue_length: int | None = None
    waiting_outside: int | None = None


@get(
    "/valkey_test",
    guards=[needs("read")],
    opt={**ONLY_NOW, **AT_OFFICE},
    summary="See what Valkey answers",
    responses=may_answer(503),
)
async def test_valkey(request: AnyRequest, node: NamedDependency[Node]) -> ValkeyTest:
    """Ask Valkey, and try to write there, or say that there is none; 503 when it can't be reached or takes no tasks."""
    queue = shared_of(request).find(TaskQueue)
    if queue is None:
        return ValkeyTest(valkey="disabled", message="No Valkey server is configured; workers take tasks over HTTP.")
    waiting = await node.readers["tasks"].query(waiting_count)
    try:
        found = await queue.probe()
    except QueueAway as away:
        raise Unreachable(f"{away} Tasks that wait outside, in the log: {waiting}.") from away
    return ValkeyTest(
        valkey="healthy",
        message=f"Valkey {found.version} answered in {found.round_trip_ms} ms.",
        ping=found.ping,
        version=found.version,
        round_trip_ms=found.round_trip_ms,
        queue_length=found.queue_length,
        waiting_outside=max(waiting - found.queue_length, 0),
    )


HANDLERS = (test_valkey,)
