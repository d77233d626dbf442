"""Why an agent has its topics in the merge: which of its summaries counts, and what that says of each topic."""

import sqlite3

import msgspec

from coordinator.node import Node
from core.refusals import Unknown
from core.timestamps import to_iso
from core.wording import shortened
from projections.federation import agents
from projections.federation.agents import Agent
from projections.federation.latest import topics_of
from projections.federation.state import Push, history, last_reset


class AgentSummary(msgspec.Struct, frozen=True):
    """A summary that the agent handed in.

    Attributes:
        position: of its event in the log.
        recorded_at: when it came in.
        timestamp: when the agent says that it was made.
        topics: how many it has.
        counts: whether it is the one in the merge.
        why_not: what speaks against it; null when it counts.
    """

    position: int
    recorded_at: str
    timestamp: str
    topics: int
    counts: bool
    why_not: str | None


class AgentTopic(msgspec.Struct, frozen=True):
    """The agent's part of a topic's count in the merge, and the event that says so."""

    topic: str
    count: int
    position: int


class WhyTheseTopics(msgspec.Struct, frozen=True):
    """An agent's topics in the merge, and the summaries that it handed in.

    Attributes:
        agent_id: what the agent calls itself.
        topics: those with the most facts first; a page of them.
        total: how many there are in all.
        summaries: the latest by the agent's own time, a page of them.
        summaries_total: how many there are in all.
        as_of: the position in the log up to which this is true.
    """

    agent_id: str
    topics: list[AgentTopic]
    total: int
    summaries: list[AgentSummary]
    summaries_total: int
    as_of: int


async def why_these_topics(node: Node, agent_id: str, page: int, size: int) -> WhyTheseTopics:
    """Explain what an agent adds to the merge.

    Raises:
        Unknown: there is no such agent.
    """
    as_of = node.position
    found = await node.readers["federation"].query(_find, agent_id, page, size, as_of)
    if found is None:
        raise Unknown(
            f"There is no agent {shortened(agent_id)!r}; /api/v1/federation/agents lists those that there are."
        )
    return found


def _find(connection: sqlite3.Connection, agent_id: str, page: int, size: int, as_of: int) -> WhyTheseTopics | None:
    known = agents.agent(connection, agent_id)
    if known is None:
        return None
    position = known.current.position if known.current else 0
    offset = (page - 1) * size
    topics = topics_of(connection, agent_id, offset + size)[offset:]
    reset = last_reset(connection)
    return WhyTheseTopics(
        agent_id=agent_id,
        topics=[AgentTopic(topic.topic, topic.facts, position) for topic in topics],
        total=known.current.topic_count if known.current else 0,
        summaries=[_summary(push, known, reset) for push in history(connection, agent_id, size, offset)],
        summaries_total=known.pushes,
        as_of=as_of,
    )


def _summary(push: Push, known: Agent, reset: int) -> AgentSummary:
    counts = push == known.current
    why_not = None
    if push.position < reset:
        why_not = f"The merge started anew with event {reset}."
    elif not counts and known.current is not None:
        why_not = f"The one of event {known.current.position} is later by the agent's own time, or came after it."
    return AgentSummary(
        push.position, to_iso(push.recorded_at), to_iso(push.stated_at), push.topic_count, counts, why_not
    )
