"""Why figures are what they are, and what led to an event."""

from typing import Annotated

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, PathParameter, QueryParameter

from coordinator.explaining.agents import WhyTheseTopics, why_these_topics
from coordinator.explaining.composites import WhyThisTLevel, why_this_t_level
from coordinator.explaining.events import caused_by
from coordinator.explaining.jobs import WhyThisCount, why_this_count
from coordinator.http.caller import needs
from coordinator.http.log.events import After, Position
from coordinator.http.requests.parameters import Id, PageNumber, PageSize, name_in
from coordinator.http.responses.problems import may_answer
from coordinator.log.queries import event_at
from coordinator.log.shown import ShownEvent, show
from coordinator.node import Node
from core.refusals import Unknown

AgentName = Annotated[str, PathParameter(description="What the agent calls itself.")]
Shares = Annotated[int, QueryParameter(ge=1, le=1_000, description="How many events, at most.")]


class Causes(msgspec.Struct, frozen=True):
    """The causes of an event: its own, the cause of that, and so on; the nearest first."""

    position: int
    causes: list[ShownEvent]


@get("/explain/composites/{composite_id:int}", summary="See why a number has its t-level", responses=may_answer(404))
async def explain_composite(
    node: NamedDependency[Node], composite_id: FromPath[Id], after: After = 0, limit: FromQuery[Shares] = 100
) -> WhyThisTLevel:
    """Return the events that made a number's t-level, each with its exact share of the effort."""
    return await why_this_t_level(node, composite_id, after, limit)


@get("/explain/jobs/{job_id:str}", summary="See why a job has its count", responses=may_answer(404))
async def explain_job(node: NamedDependency[Node], job_id: FromPath[str]) -> WhyThisCount:
    """Return the chunks of a counting job with all reports, and what was checked where two chunks meet."""
    return await why_this_count(node, job_id)


@get("/explain/agents/{agent_id:path}", summary="See why an agent has its topics", responses=may_answer(404))
async def explain_agent(
    node: NamedDependency[Node],
    agent_id: AgentName,
    page: FromQuery[PageNumber] = 1,
    size: FromQuery[PageSize] = 100,
) -> WhyTheseTopics:
    """Return what an agent adds to the merge, the event that says so, and what it handed in besides."""
    return await why_these_topics(node, name_in(agent_id), page, size)


@get("/events/{position:int}/causes", summary="See what led to an event", responses=may_answer(404))
async def read_causes(node: NamedDependency[Node], position: Position) -> Causes:
    """Return the chain of causes of an event; what it led to, `/api/v1/events?cause=` tells."""
    if await node.log_readers.query(event_at, position) is None:
        raise Unknown(f"There is no event {position}; the log ends at {node.end}.")
    return Causes(position, [show(event) for event in await node.log_readers.query(caused_by, position)])


def _router(handler: HTTPRouteHandler) -> Router:
    return Router("/api/v1", route_handlers=[handler], guards=[needs("read")], tags=["Explanations"])


ROUTER = _router(read_causes)
COMPOSITES, JOBS, AGENTS = map(_router, (explain_composite, explain_job, explain_agent))
"""Each belongs to the context that it explains."""
