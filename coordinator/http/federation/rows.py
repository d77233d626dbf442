"""Rows of the tables of federation, and of the lists of answers."""

import sqlite3
from typing import Annotated

import msgspec
from msgspec import Meta

from coordinator.http.responses.whole import Listing
from coordinator.projecting.readers import Readers
from core.timestamps import to_iso
from projections.federation.agents import Agent, agents
from projections.federation.state import Push, history


class KnownPush(msgspec.Struct, frozen=True):
    """A summary that an agent handed in.

    Attributes:
        position: of its event in the log, which has the summary itself.
        recorded_at: when it came in.
        timestamp: when the agent says that it was made.
        topics: how many topics it has.
        facts: how many facts it has.
        counts: whether it is the one of the agent's that is in the merge.
    """

    position: Annotated[int, Meta(title="Event")]
    recorded_at: Annotated[str, Meta(title="Received")]
    timestamp: Annotated[str, Meta(title="Made")]
    topics: int
    facts: int
    counts: Annotated[bool, Meta(title="In the merge")]


class KnownAgent(msgspec.Struct, frozen=True):
    """An agent that handed in summaries.

    Attributes:
        agent_id: what it calls itself.
        pushes: how many summaries it handed in.
        first_push: when the first came in.
        last_push: when the last came in.
        current: the summary that is in the merge; null when none is, since the merge started anew.
    """

    agent_id: str
    pushes: int
    first_push: str
    last_push: str
    current: KnownPush | None


def agent_row(agent: Agent) -> KnownAgent:
    """Describe an agent."""
    return KnownAgent(
        agent_id=agent.agent_id,
        pushes=agent.pushes,
        first_push=to_iso(agent.first_at),
        last_push=to_iso(agent.last_at),
        current=None if agent.current is None else push_row(agent.current, counts=True),
    )


def push_row(push: Push, *, counts: bool) -> KnownPush:
    """Describe a summary that was handed in."""
    return KnownPush(
        position=push.position,
        recorded_at=to_iso(push.recorded_at),
        timestamp=to_iso(push.stated_at),
        topics=push.topic_count,
        facts=push.fact_count,
        counts=counts,
    )


def known_agents(readers: Readers) -> Listing:
    """Return the list of agents."""

    def read(connection: sqlite3.Connection, limit: int, offset: int) -> tuple[list[KnownAgent], int]:
        found, total = agents(connection, limit, offset)
        return [agent_row(agent) for agent in found], total

    return Listing("agents", KnownAgent, readers, read)


def pushes_of(readers: Readers, agent: Agent) -> Listing:
    """Return the list of what an agent handed in."""

    def read(connection: sqlite3.Connection, limit: int, offset: int) -> tuple[list[KnownPush], int]:
        found = history(connection, agent.agent_id, limit, offset)
        return [push_row(push, counts=push == agent.current) for push in found], agent.pushes

    return Listing("pushes", KnownPush, readers, read)
