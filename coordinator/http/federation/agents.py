"""Agents: who takes part, what each handed in when, and starting anew."""

from functools import partial
from typing import Annotated

import msgspec
from litestar import Response, delete, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, PathParameter

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.federation.rows import KnownAgent, KnownPush, known_agents, pushes_of
from coordinator.http.requests.parameters import PageNumber, SizeOrAll
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.node import Node
from core.federation.commands import ResetMerge
from core.refusals import Unknown
from core.timestamps import to_iso
from core.wording import shortened
from projections.federation import agents

AgentName = Annotated[str, PathParameter(description="What the agent calls itself.")]


class AgentList(msgspec.Struct, frozen=True):
    """A page of agents, in order of their ids."""

    agents: list[KnownAgent]
    total: int
    page: int
    size: int


class PushHistory(msgspec.Struct, frozen=True):
    """A page of what an agent handed in, the latest first by its own time."""

    agent_id: str
    pushes: list[KnownPush]
    total: int
    page: int
    size: int


class Reset(msgspec.Struct, frozen=True):
    """The merge has started anew."""

    status: str
    timestamp: str


@get("/agents", guards=[needs("read")], summary="List the agents", responses=may_answer(400))
async def list_agents(
    request: AnyRequest,
    node: NamedDependency[Node],
    page: FromQuery[PageNumber] = 1,
    size: FromQuery[SizeOrAll] = 100,
) -> Response[AgentList]:
    """Return who handed in summaries, when, and how much."""
    return await known_agents(node.readers["federation"]).answer(request, page, size, AgentList)


@get(
    "/agents/{agent_id:str}/history",
    guards=[needs("read")],
    summary="See what an agent handed in",
    responses=may_answer(400, 404),
)
async def read_history(
    request: AnyRequest,
    node: NamedDependency[Node],
    agent_id: AgentName,
    page: FromQuery[PageNumber] = 1,
    size: FromQuery[SizeOrAll] = 100,
) -> Response[PushHistory]:
    """Return every summary that an agent handed in, those before the merge started anew included."""
    readers = node.readers["federation"]
    known = await readers.query(agents.agent, agent_id)
    if known is None:
        raise Unknown(
            f"There is no agent {shortened(agent_id)!r}; /api/v1/federation/agents lists those that there are."
        )
    return await pushes_of(readers, known).answer(request, page, size, partial(PushHistory, agent_id))


@delete(
    "/admin/reset", status_code=200, guards=[needs("admin")], summary="Start the merge anew", responses=may_answer(503)
)
async def reset(request: AnyRequest) -> Response[Reset]:
    """Let nothing count that was handed in before; the history remains."""
    outcome = await perform(request, ResetMerge())
    return answered(outcome, Reset("reset", to_iso(outcome.answer.recorded_at)))
