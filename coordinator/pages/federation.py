"""What agents know: who takes part, how fresh their summaries are, their topics, and what each handed in."""

import sqlite3
from typing import Any

from coordinator.node import Node
from coordinator.pages.asking import page_of
from coordinator.pages.charts.lines import Axis, Chart, Series, draw
from coordinator.pages.charts.scales import Linear, Moments
from coordinator.pages.charts.sheets import Column, Sheet
from coordinator.pages.site import Address
from core.refusals import BadInput, Unknown
from core.timestamps import SECOND, to_iso
from projections.federation import agents, latest
from projections.federation.agents import Agent
from projections.federation.state import Push, history, last_reset

_SIZE = 50
_TOPICS = 200
_DRAWN = 500
FRESH = 24 * 3_600 * SECOND
"""A summary that its agent made within this is fresh."""
_AGENT_COLUMNS = (
    Column("agent_id", "Agent"),
    Column("pushes", "Summaries", count=True),
    Column("made", "Newest made"),
    Column("received", "Newest received"),
    Column("topics", "Topics", count=True),
    Column("facts", "Facts", count=True),
)
_TOPIC_COLUMNS = (
    Column("topic", "Topic"),
    Column("facts", "Facts, added up", count=True),
    Column("agents", "Agents naming it", count=True),
)
_PUSH_COLUMNS = (
    Column("position", "Event", count=True),
    Column("made", "Made"),
    Column("received", "Received"),
    Column("topics", "Topics", count=True),
    Column("facts", "Facts", count=True),
)


async def federation(node: Node, address: Address) -> dict[str, Any]:
    """Return the agents and the topics of their latest summaries."""
    page = page_of(address)

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        found, total = agents.agents(connection, _SIZE, (page - 1) * _SIZE)
        return {
            "agents": found,
            "total": total,
            "tally": agents.tally(connection, node.time - FRESH),
            "topics": latest.topics(connection, _TOPICS),
            "reset": last_reset(connection),
        }

    shown = await node.readers["federation"].query(read)
    topics = [(topic.topic, topic.facts, topic.agents) for topic in shown["topics"]]
    return shown | {
        "page": page,
        "last_page": max(-(-shown["total"] // _SIZE), 1),
        "fresh_since": node.time - FRESH,
        "shown_topics": _TOPICS,
        "sheets": (
            Sheet("agents", "Agents", _AGENT_COLUMNS, [_agent_row(one) for one in shown["agents"]]),
            Sheet("topics", "Topics, the largest first", _TOPIC_COLUMNS, topics),
        ),
    }


def _agent_row(agent: Agent) -> tuple[str | int | None, ...]:
    current = agent.current
    if current is None:
        return (agent.agent_id, agent.pushes, None, to_iso(agent.last_at), None, None)
    made = to_iso(current.stated_at)
    return (agent.agent_id, agent.pushes, made, to_iso(agent.last_at), current.topic_count, current.fact_count)


async def agent(node: Node, address: Address) -> dict[str, Any]:
    """Return one agent, named by `id` in the query since its name may hold any character.

    Raises:
        BadInput: the address names none.
        Unknown: there is no such agent.
    """
    identity = address.query.get("id")
    if not identity:
        raise BadInput("The address names no agent; id= with an agent's name is accepted.")
    page = page_of(address)

    def read(connection: sqlite3.Connection) -> dict[str, Any] | None:
        found = agents.agent(connection, identity)
        if found is None:
            return None
        return {
            "agent": found,
            "pushes": history(connection, identity, _SIZE, (page - 1) * _SIZE),
            "drawn": history(connection, identity, _DRAWN, 0),
            "topics": latest.topics_of(connection, identity, _TOPICS),
        }

    shown = await node.readers["federation"].query(read)
    if shown is None:
        raise Unknown(f"There is no agent {identity[:80]!r}.")
    pushes = Sheet("pushes", "Summaries, the latest first", _PUSH_COLUMNS, [_push_row(one) for one in shown["pushes"]])
    chart = _chart(shown["drawn"][::-1])
    return shown | {
        "page": page,
        "last_page": max(-(-shown["agent"].pushes // _SIZE), 1),
        "chart": chart,
        "fresh_since": node.time - FRESH,
        "sheets": (chart.sheet, pushes),
    }


def _push_row(push: Push) -> tuple[str | int, ...]:
    return (push.position, to_iso(push.stated_at), to_iso(push.recorded_at), push.topic_count, push.fact_count)


def _chart(pushes: list[Push]) -> Chart:
    """Draw how much an agent knew, by its own time; it has handed in at least one summary."""
    first, last = pushes[0], pushes[-1]
    facts = [(push.stated_at, push.fact_count) for push in pushes]
    return draw(
        Sheet("knowledge", "Facts in each summary", _PUSH_COLUMNS, [_push_row(push) for push in pushes]),
        f"{len(pushes)} summaries; the facts went from {first.fact_count:,} to {last.fact_count:,}.",
        Axis("made by its agent at, UTC", Moments(first.stated_at, last.stated_at)),
        Axis("facts", Linear(0, max(*(count for _, count in facts), 1))),
        [Series("facts", facts, steps=True)],
    )
