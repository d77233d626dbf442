"""The pages of federation: who takes part, how fresh their summaries are, their topics, and what each handed in."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from coordinator.http.federation.rows import KnownAgent, KnownPush, agent_row, known_agents, push_row, pushes_of
from coordinator.http.responses.tables import Paging, Table
from coordinator.node import Node
from coordinator.pages.charts.lines import Axis, Chart, Series, draw
from coordinator.pages.charts.scales import Linear, Moments
from coordinator.pages.contributing.contribution import RECORD, Contribution, Hit, Words
from coordinator.pages.rendering.navigation import Section
from coordinator.pages.rendering.site import Address, Page
from coordinator.pages.searching import EACH
from coordinator.pages.serving.asking import page_of
from core.events.envelope import Event
from core.federation import events as facts
from core.refusals import BadInput, Unknown
from core.timestamps import SECOND
from core.wording import plural, shortened, whole
from projections.federation import agents, latest
from projections.federation.latest import Topic
from projections.federation.state import Push, history, last_reset

_SIZE = 50
_TOPICS = 200
_DRAWN = 500
FRESH = 24 * 3_600 * SECOND
"""A summary that its agent made within this is fresh."""


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

    readers = node.readers["federation"]
    shown = await readers.query(read)
    paging = Paging(shown["total"], page, _SIZE)
    return shown | {
        "paging": paging,
        "fresh_since": node.time - FRESH,
        "shown_topics": _TOPICS,
        "tables": (
            Table("agents", KnownAgent, map(agent_row, shown["agents"]), paging, known_agents(readers).whole),
            Table("topics", Topic, shown["topics"]),
        ),
    }


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
    readers = node.readers["federation"]
    shown = await readers.query(_agent, identity, page)
    if shown is None:
        raise Unknown(f"There is no agent {shortened(identity)!r}.")
    current = shown["agent"].current
    paging = Paging(shown["agent"].pushes, page, _SIZE)
    chart = _chart(shown["drawn"][::-1], current)
    return shown | {
        "paging": paging,
        "chart": chart,
        "fresh_since": node.time - FRESH,
        "tables": (
            chart.table,
            Table(
                "pushes",
                KnownPush,
                _push_rows(shown["pushes"], current),
                paging,
                pushes_of(readers, shown["agent"]).whole,
            ),
        ),
    }


def _agent(connection: sqlite3.Connection, identity: str, page: int) -> dict[str, Any] | None:
    found = agents.agent(connection, identity)
    if found is None:
        return None
    return {
        "agent": found,
        "pushes": history(connection, identity, _SIZE, (page - 1) * _SIZE),
        "drawn": history(connection, identity, _DRAWN, 0),
        "topics": latest.topics_of(connection, identity, _TOPICS),
    }


def _push_rows(pushes: list[Push], current: Push | None) -> list[KnownPush]:
    return [push_row(push, counts=push == current) for push in pushes]


def _chart(pushes: list[Push], current: Push | None) -> Chart:
    """Draw how much an agent knew, by its own time; it has handed in at least one summary."""
    first, last = pushes[0], pushes[-1]
    facts = [(push.stated_at, push.fact_count) for push in pushes]
    return draw(
        "Facts in each summary",
        f"{plural(len(pushes), 'summary', 'summaries')}; the facts went from {whole(first.fact_count)} to {whole(last.fact_count)}.",
        Axis("when its agent made it, UTC", Moments(first.stated_at, last.stated_at)),
        Axis("facts", Linear(0, max(*(count for _, count in facts), 1))),
        [Series("facts", facts, steps=True)],
        Table("knowledge", KnownPush, _push_rows(pushes, current)),
    )


async def _search(node: Node, text: str) -> list[Hit]:
    found = await node.readers["federation"].query(agents.named_like, text, EACH)
    return [Hit("agent", name, f"/federation/agent?id={quote(name, safe='')}") for name in found]


async def _words(_: Node, __: Sequence[Event], ___: Mapping[int, str]) -> Words:
    return {
        "fact_count": lambda fact: plural(fact.fact_count, "fact"),
        "topic_count": lambda fact: plural(fact.topic_count, "topic"),
    }


FEDERATION = Contribution(
    context="federation",
    sections=(Section("/federation", "Federation", "d", RECORD),),
    pages=(
        Page("/federation", "federation/federation.html", federation, "/federation"),
        Page("/federation/agent", "federation/agent.html", agent, "/federation"),
    ),
    sentences={
        facts.SummaryPushed: "the agent {agent_id} told of {fact_count} on {topic_count}",
        facts.MergeReset: "the merge of the agents' summaries began anew",
    },
    books={facts.SummaryPart: "part {part} of {parts} of a long summary came"},
    words=_words,
    search=_search,
)
